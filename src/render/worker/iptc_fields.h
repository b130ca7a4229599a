// What news agencies write into a picture (IPTC-IIM), by Exiv2.
//
// A worker has one thread. Errors: what Exiv2 throws, a std::exception.
#pragma once

#include <string_view>

#include "render/worker/metadata_fields.h"

namespace rucola::render::worker {

/// `block` as libvips hands it out: of a JPEG, Photoshop's resources, in which it lies; of a TIFF by itself.
void read_iptc(std::string_view block, MetadataFields& fields);

}  // namespace rucola::render::worker
