// Writes JPEG 2000. OpenJPEG's coder with losses misses the colour of flat areas where the picture is narrow:
// libvips gives it one resolution to less than 128 pixels and two to less than 256, and white comes out as
// 224. So what is that narrow is looked at, and written with a higher quality, in the end without loss, where
// it came out wrong.
//
// Threads: any. Errors: thrown by libvips.
#pragma once

#include <string>

#include <vips/vips8>

#include "render/plan/encoding.h"

namespace rucola::render::worker {

std::string jpeg2000(const vips::VImage& image, const Encoding& encoding);

}  // namespace rucola::render::worker
