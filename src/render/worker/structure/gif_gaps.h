// What no frame of a GIF covers, and what one that is cleared away leaves, is transparent in every browser.
// libvips' GIF reader has other rules: there is transparency only where a frame declares some; what an opaque
// frame leaves is of the background colour; and canvases of some sizes are taken for mistakes, and are as
// large as the first frame. A copy with a few empty frames more makes it do the same.
//
// Pure; hostile input is expected.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "render/worker/structure/gif_structure.h"

namespace rucola::render::worker {

struct GifWithGaps {
  std::string bytes;
  std::vector<std::int32_t> pages;  ///< which of its frames are those of the original, in order
};

/// Nothing where libvips sees what browsers show. `gif` is the structure of the bytes.
std::optional<GifWithGaps> with_gaps(std::string_view bytes, const GifStructure& gif);

}  // namespace rucola::render::worker
