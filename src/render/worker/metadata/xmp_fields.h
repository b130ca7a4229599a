// What editors and archives write into a picture (XMP), by Exiv2.
//
// A worker has one thread. Errors: what Exiv2 throws, a std::exception; std::runtime_error for what is no
// XMP.
#pragma once

#include <string_view>

#include "render/worker/metadata/metadata_fields.h"

namespace rucola::render::worker {

/// Of the namespaces that describe pictures, the properties that are a text or a list of texts: an object for
/// each namespace.
void read_xmp(std::string_view block, MetadataFields& fields);

}  // namespace rucola::render::worker
