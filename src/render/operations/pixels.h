// The pixel half of the operations: apply() for each step, in <name>.pixels.cpp, all geometry already
// planned.
//
// They work on one upright frame. Apart from a resize, which may come before colours are converted, images
// are 8 bits a band, sRGB or grey, with or without alpha. Images are lazy: what must be read out of order is
// first copied into memory by the operation that does so.
//
// Threads: a worker has one. Errors: vips::VError.
#pragma once

#include <optional>

#include <vips/vips8>

#include "render/plan/step.h"

namespace rucola::render::pixels {

/// How far a picture reaches, in pixels of an image, of which the last ones may be a part.
struct Extent {
  double width;
  double height;
};

vips::VImage apply(const vips::VImage& image, const ResizeStep& step);
/// The same for what was shrunk while it was decoded, and cut off after its last whole pixels: it would reach
/// as far as `extent`, less than a pixel farther.
vips::VImage apply(const vips::VImage& image, const ResizeStep& step, const Extent& extent);
vips::VImage apply(const vips::VImage& image, const CropStep& step);
/// Where a smart crop should cut.
CropStep find_attention(const vips::VImage& image, const SmartCropStep& step);
vips::VImage apply(const vips::VImage& image, const RotateStep& step);
vips::VImage apply(const vips::VImage& image, const MirrorStep& step);
vips::VImage apply(const vips::VImage& image, const GrayscaleStep& step);
vips::VImage apply(const vips::VImage& image, const BitonalStep& step);
vips::VImage apply(const vips::VImage& image, const BlurStep& step);
vips::VImage apply(const vips::VImage& image, const SepiaStep& step);
vips::VImage apply(const vips::VImage& image, const SharpenStep& step);
vips::VImage apply(const vips::VImage& image, const ModulateStep& step);
vips::VImage apply(const vips::VImage& image, const MultiplyStep& step);
vips::VImage apply(const vips::VImage& image, const AlphaMaskStep& step);
vips::VImage apply(const vips::VImage& image, const AlphaExtractStep& step);
vips::VImage apply(const vips::VImage& image, const AlphaRemoveStep& step);
vips::VImage apply(const vips::VImage& image, const OpacityStep& step);
vips::VImage apply(const vips::VImage& image, const CircleMaskStep& step);
vips::VImage apply(const vips::VImage& image, const DropShadowStep& step);
vips::VImage apply(const vips::VImage& image, const GlitchStep& step);
vips::VImage apply(const vips::VImage& image, const PrimitiveStep& step);
vips::VImage apply(const vips::VImage& image, const EnlargedPartStep& step);

/// Each band by itself: colours are not weighed by their alpha.
vips::VImage resized(const vips::VImage& image, Size to);

/// A Gaussian blur whose bell curve is cut off `reach` pixels from its middle.
vips::VImage blurred(const vips::VImage& image, double sigma, int reach);

/// `overlay` is the picture or box of the step, turned and with its opacity.
vips::VImage compose(const vips::VImage& image, const vips::VImage& overlay, const CompositionStep& step);
/// `overlay` in front of `base` (colours weighed by alpha), cut off at its edges. Of the base's size; with an
/// alpha band if the base has one.
vips::VImage over(const vips::VImage& base, const vips::VImage& overlay, Position at);
/// sRGB with an alpha band, whatever it was.
vips::VImage with_alpha_band(const vips::VImage& image);
/// One colour, opaque.
vips::VImage color_box(Size size, Color color);

/// Each pixel's opacity times so many percent.
vips::VImage with_opacity(const vips::VImage& image, double percent);
/// Without its alpha band, if it has one.
vips::VImage colors_of(const vips::VImage& image);
/// The alpha band; opaque all over where the image has none.
vips::VImage opacity_of(const vips::VImage& image);

/// The entropy of the brightness, in bits: 0 for a single colour, up to 8.
double measure_entropy(const vips::VImage& image);
/// The middle of what draws most of the attention.
Point measure_attention(const vips::VImage& image);
/// The smallest box outside of which every pixel is background, give or take `fuzzy` percent of the full
/// range in any band; none where the whole picture is. Background has the colour of the pixel at the top
/// left, or looks like `background` where it lies on that colour.
std::optional<CropStep> measure_trim(const vips::VImage& image, double fuzzy,
                                     const std::optional<Color>& background = {});

/// Runs `work` with colours weighed by their alpha, so that invisible colours don't bleed into visible ones.
template <class Work>
vips::VImage with_premultiplied(const vips::VImage& image, const Work& work) {
  if (!image.has_alpha()) return work(image);
  const VipsBandFormat format = image.format();
  const vips::VImage done = work(image.premultiply().cast(format));
  return done.unpremultiply().cast(format);
}

}  // namespace rucola::render::pixels
