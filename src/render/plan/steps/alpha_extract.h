// The step that leaves nothing of an image but how opaque it is. A value.
#pragma once

#include <string_view>
#include <tuple>

namespace rucola::render {

/// The opacity alone: black all over.
struct AlphaExtractStep {
  static constexpr std::string_view name = "alpha_extract";
  static constexpr std::tuple<> fields{};
};

}  // namespace rucola::render
