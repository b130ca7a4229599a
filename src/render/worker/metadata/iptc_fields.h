// What news agencies write into a picture (IPTC-IIM), by Exiv2.
//
// A worker has one thread. Errors: what Exiv2 throws, a std::exception.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "render/worker/metadata/metadata_fields.h"

namespace rucola::render::worker {

struct IptcText {
  std::uint16_t number = 0;  ///< of record 2
  std::string text;          ///< any bytes
};

/// `block` as libvips hands it out: of a JPEG, Photoshop's resources, in which it lies; of a TIFF by itself.
std::vector<IptcText> iptc_texts(std::string_view block);

/// The same as the API shows it.
void read_iptc(std::string_view block, MetadataFields& fields);

}  // namespace rucola::render::worker
