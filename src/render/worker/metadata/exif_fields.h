// What a camera wrote into a picture, by Exiv2.
//
// A worker has one thread. Errors: what Exiv2 throws, a std::exception.
#pragma once

#include <string_view>

#include "render/worker/metadata/metadata_fields.h"

namespace rucola::render::worker {

/// `block` as libvips hands it out: with "Exif\0\0" before it, or without. Where the picture was taken
/// becomes "gps", in degrees and metres.
void read_exif(std::string_view block, MetadataFields& fields);

}  // namespace rucola::render::worker
