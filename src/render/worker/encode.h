// From pixels to a file: each output format's options in one place. Metadata and profiles are left out.
//
// Threads: a worker has one. Errors: vips::VError.
#pragma once

#include <string>

#include <vips/vips8>

#include "render/plan.h"

namespace rucola::render::worker {

std::string encode(const vips::VImage& image, const Encoding& encoding);

}  // namespace rucola::render::worker
