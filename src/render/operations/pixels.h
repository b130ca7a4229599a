// The pixel half of the operations: each in <name>.pixels.cpp, all geometry already planned.
//
// They work on one upright frame. Apart from resize(), which may come before colours are converted, images
// are 8 bits a band, sRGB or grey, with or without alpha. Images are lazy: what must be read out of order is
// first copied into memory by the operation that does so.
//
// Threads: a worker has one. Errors: vips::VError.
#pragma once

#include <vips/vips8>

#include "render/plan.h"

namespace rucola::render::pixels {

vips::VImage resize(const vips::VImage& image, Size to);
vips::VImage crop(const vips::VImage& image, const CropStep& step);
/// Where crop() should cut.
CropStep find_attention(const vips::VImage& image, const SmartCropStep& step);
vips::VImage rotate(const vips::VImage& image, const RotateStep& step);
vips::VImage grayscale(const vips::VImage& image);
vips::VImage blur(const vips::VImage& image, const BlurStep& step);

/// Runs `work` with colours weighed by their alpha, so that invisible colours don't bleed into visible ones.
template <class Work>
vips::VImage with_premultiplied(const vips::VImage& image, const Work& work) {
  if (!image.has_alpha()) return work(image);
  const VipsBandFormat format = image.format();
  const vips::VImage done = work(image.premultiply().cast(format));
  return done.unpremultiply().cast(format);
}

}  // namespace rucola::render::pixels
