// What a RAW file says of its picture, taken out of it: EXIF as a small block of its own, as a JPEG has it;
// XMP and IPTC as they lie there.
//
// Pure; hostile input is expected. Views are of the bytes that were read; what isn't there is empty.
#pragma once

#include <string>
#include <string_view>

#include "render/plan/format.h"

namespace rucola::render::worker {

struct RawMetadata {
  std::string exif{};  ///< a TIFF with the directories of image, photo and place, without the maker's note
  std::string_view iptc{};
  std::string_view xmp{};
};

RawMetadata read_raw_metadata(std::string_view bytes, Format format);

}  // namespace rucola::render::worker
