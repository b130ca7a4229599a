// Pictures in PQ and HLG become ordinary ones.
//
// Threads: a worker has one. Errors: vips::VError.
#pragma once

#include <vips/vips8>

#include "render/worker/colors/color_encoding.h"

namespace rucola::render::worker {

/// 8-bit sRGB, or 8-bit grey where there is no colour; opacity stays. `image` is of 8 or 16 bits, grey or
/// RGB, and `encoding` HDR. Works as the pixels are asked for, once each.
vips::VImage tone_mapped(const vips::VImage& image, const ColorEncoding& encoding);

}  // namespace rucola::render::worker
