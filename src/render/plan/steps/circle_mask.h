// The step that leaves a circle of an image. A value.
#pragma once

#include <string_view>
#include <tuple>

namespace rucola::render {

/// Transparent outside the largest circle around the middle.
struct CircleMaskStep {
  static constexpr std::string_view name = "circle_mask";
  static constexpr std::tuple<> fields{};
  [[nodiscard]] bool makes_transparent() const { return true; }
};

}  // namespace rucola::render
