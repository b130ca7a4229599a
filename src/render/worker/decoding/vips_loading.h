// libvips' loaders by format, and the bytes that they read.
//
// Threads: a worker has one. Errors: vips::VError.
#pragma once

#include <string>
#include <string_view>

#include <vips/vips8>

#include "render/plan/format.h"
#include "render/worker/memory/vips_blob.h"

namespace rucola::render::worker {

/// libvips' view of bytes that somebody else owns.
OwnedBlob blob_of(std::string_view bytes);
OwnedBlob blob_with(std::string bytes);

/// Those that all loaders share; whoever is given them frees them. To be read once from top to bottom.
vips::VOption* loader_options(VipsFailOn fail_on);

/// Takes the options.
vips::VImage load(const OwnedBlob& blob, Format format, vips::VOption* options);

int integer_field(const vips::VImage& image, const char* name, int otherwise);

}  // namespace rucola::render::worker
