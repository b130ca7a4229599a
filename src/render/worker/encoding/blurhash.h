// BlurHash: a picture's colours in 28 characters of text, by the published algorithm of
// https://github.com/woltapp/blurhash: the lowest frequencies of a cosine transform in linear light, in
// base 83.
//
// Pure, apart from libvips' errors (vips::VError). Time is linear in the pixels.
#pragma once

#include <string>

#include <vips/vips8>

namespace rucola::render::worker {

/// Of four by three components. `image` is sRGB or grey, eight bits, without transparency.
std::string blurhash(const vips::VImage& image);

}  // namespace rucola::render::worker
