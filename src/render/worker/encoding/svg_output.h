// A picture as an SVG: a bitmap inside it, as a data URI. Where the bitmap is a JPEG, transparency lies
// beside it as a mask, so that a photograph with a soft edge need not be a PNG.
//
// Threads: a worker has one. Errors: vips::VError.
#pragma once

#include <string>
#include <string_view>

#include <vips/vips8>

namespace rucola::render::worker {

struct Bitmap {
  std::string_view mimetype;
  std::string_view bytes;
};

/// `mask` may be empty; it is a grey PNG, white where the bitmap is to be seen.
std::string svg_around(int width, int height, const Bitmap& bitmap, std::string_view mask);

/// The colours of an image with transparency, those of invisible pixels taken from the visible ones around
/// them: JPEG has no sharp edges, and what is invisible would shine through at the borders.
vips::VImage colors_under_mask(const vips::VImage& image);

}  // namespace rucola::render::worker
