// The step that makes an image more transparent. A value.
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>

#include "render/plan/field.h"

namespace rucola::render {

struct OpacityStep {
  std::int32_t percent = 100;  ///< of the opacity that each pixel has

  static constexpr std::string_view name = "opacity";
  static constexpr std::tuple fields{Field{"percent", &OpacityStep::percent}};
  [[nodiscard]] bool makes_transparent() const { return true; }
};

}  // namespace rucola::render
