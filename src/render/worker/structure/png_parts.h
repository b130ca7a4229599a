// A PNG as what is before its pixels, the pixels as they are packed, and what is behind them.
//
// Pure; hostile input is expected.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rucola::render::worker {

struct PngParts {
  // Views of the file.
  std::string_view before;
  std::string_view behind;
  std::string packed;  ///< a zlib stream: the content of all chunks of pixels
};

/// Nothing where there are no pixels, or where their chunks don't follow each other.
std::optional<PngParts> png_parts(std::string_view png);

}  // namespace rucola::render::worker
