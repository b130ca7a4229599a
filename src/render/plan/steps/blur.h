// The step that blurs an image. A value.
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>

#include "render/plan/field.h"

namespace rucola::render {

struct BlurStep {
  double sigma = 4;  ///< pixels
  std::int32_t radius =
      0;  ///< pixels; where the bell curve is cut off, 0: where it has come to next to nothing

  static constexpr std::string_view name = "blur";
  static constexpr std::tuple fields{Field{"sigma", &BlurStep::sigma}, Field{"radius", &BlurStep::radius}};
};

}  // namespace rucola::render
