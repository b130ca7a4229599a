// Decoded pixels as the file means them: what it says of their colours and opacity where libvips does not
// listen.
//
// Threads: a worker has one. Errors: vips::VError.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <vips/vips8>

#include "render/plan/format.h"
#include "render/worker/colors/color_encoding.h"
#include "render/worker/colors/named_colors.h"

namespace rucola::render::worker {

/// `image` is page `page` of `bytes`, as libvips loads it. The result has an ICC profile only if its colours
/// are other ones than sRGB's; is of ordinary brightness; and its colours are not multiplied by its opacity.
vips::VImage as_meant(const vips::VImage& image, std::string_view bytes, Format format, std::int32_t page);

/// Samples of the whole range, in colours that are known otherwise than from the file's bytes by as_meant().
vips::VImage as_named(const vips::VImage& image, const NamedColors& named);

/// RGB or grey of 8 or 16 bits, as `encoding` has it; nothing: as it is.
vips::VImage in_encoding(const vips::VImage& image, const std::optional<ColorEncoding>& encoding);

}  // namespace rucola::render::worker
