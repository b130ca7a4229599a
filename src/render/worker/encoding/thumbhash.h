// ThumbHash: a picture's colours, opacity and ratio in about 25 bytes, by the published algorithm of
// https://github.com/evanw/thumbhash: the lowest frequencies of a cosine transform of lightness and two
// differences of colours.
//
// Pure, apart from libvips' errors (vips::VError).
#pragma once

#include <string>

#include <vips/vips8>

namespace rucola::render::worker {

/// In base64. `image` is sRGB or grey, eight bits, with transparency or without. The algorithm takes at most
/// 100 pixels a side: a larger picture is made smaller first.
std::string thumbhash(const vips::VImage& image);

}  // namespace rucola::render::worker
