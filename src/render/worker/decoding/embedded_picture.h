// Files that aren't pictures that could be decoded here, but have one inside which stands for them: camera
// RAW and EPS. It is a JPEG or a TIFF in one piece, and goes the way of those.
//
// Threads: a worker has one. Errors: as source.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <vips/vips8>

#include "base/error.h"
#include "render/plan/format.h"
#include "render/worker/decoding/source.h"

namespace rucola::render::worker {

/// Views are of the file.
struct EmbeddedPicture {
  Format format = Format::jpg;
  std::string_view bytes{};
  std::int32_t orientation = 1;  ///< EXIF, that of the file
  // What the file says of the picture; empty where it says nothing.
  std::string exif{};
  std::string_view iptc{};
  std::string_view xmp{};
};

bool is_shown_by_embedded(Format format);

/// `format`: one that is shown so.
Result<EmbeddedPicture> read_embedded_picture(std::string_view bytes, Format format);

/// Then that of the file doesn't count.
bool says_its_orientation(const EmbeddedPicture& picture);

/// The decoded picture with the orientation of the header, and with what the file says of it.
vips::VImage with_what_the_file_says(const vips::VImage& image, const SourceHeader& header);

}  // namespace rucola::render::worker
