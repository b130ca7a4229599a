// One look at every pixel of a picture, so that it is decoded once: is any of them transparent, and what
// colours do some of them have?
//
// A worker has one thread. Errors: vips::VError where something can't be decoded.
#pragma once

#include <vips/vips8>

namespace rucola::render::worker {

struct Survey {
  bool opaque = true;
  vips::VImage samples;  ///< at most 128 x 128 of the pixels, evenly spread, in the picture's own colours
};

/// Decodes everything, also where it is known from the start that all pixels are opaque: nobody notices
/// otherwise that the rest of the file is missing.
Survey survey(const vips::VImage& image);

}  // namespace rucola::render::worker
