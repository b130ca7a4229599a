// Decoded pixels as the file means them: what it says of their colours and opacity where libvips does not
// listen.
//
// Threads: a worker has one. Errors: vips::VError.
#pragma once

#include <cstdint>
#include <string_view>

#include <vips/vips8>

#include "render/plan/format.h"

namespace rucola::render::worker {

/// `image` is page `page` of `bytes`, as libvips loads it. The result has an ICC profile only if its colours
/// are other ones than sRGB's; is of ordinary brightness; and its colours are not multiplied by its opacity.
vips::VImage as_meant(const vips::VImage& image, std::string_view bytes, Format format, std::int32_t page);

}  // namespace rucola::render::worker
