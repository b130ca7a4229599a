// The step that damages an image on purpose. A value.
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>

#include "render/plan/field.h"

namespace rucola::render {

/// Lines of pixels pushed sideways and channels that come apart, as in a damaged file.
struct GlitchStep {
  std::int32_t amount = 4;  ///< 1 to 10
  std::int32_t seed = 0;

  static constexpr std::string_view name = "glitch";
  static constexpr std::tuple fields{Field{"amount", &GlitchStep::amount}, Field{"seed", &GlitchStep::seed}};
};

}  // namespace rucola::render
