// The step that makes an image opaque. A value.
#pragma once

#include <string_view>
#include <tuple>

namespace rucola::render {

/// The colours as they are stored, however transparent they were.
struct AlphaRemoveStep {
  static constexpr std::string_view name = "alpha_remove";
  static constexpr std::tuple<> fields{};
};

}  // namespace rucola::render
