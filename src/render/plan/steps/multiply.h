// The step that multiplies the colour channels. A value.
#pragma once

#include <string_view>
#include <tuple>

#include "render/plan/field.h"

namespace rucola::render {

/// Factors of the channels, 0 to 1.
struct MultiplyStep {
  double red = 1;
  double green = 1;
  double blue = 1;

  static constexpr std::string_view name = "multiply";
  static constexpr std::tuple fields{Field{"red", &MultiplyStep::red}, Field{"green", &MultiplyStep::green},
                                     Field{"blue", &MultiplyStep::blue}};
};

}  // namespace rucola::render
