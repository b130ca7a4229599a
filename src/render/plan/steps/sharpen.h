// The step that sharpens an image. A value.
#pragma once

#include <string_view>
#include <tuple>

#include "render/plan/field.h"

namespace rucola::render {

/// As the sharpen operation of libvips names them.
struct SharpenStep {
  double sigma = 0.7;  ///< pixels
  double x1 = 2;
  double y2 = 10;
  double y3 = 20;
  double m1 = 0.4;
  double m2 = 0.8;

  static constexpr std::string_view name = "sharpen";
  static constexpr std::tuple fields{Field{"sigma", &SharpenStep::sigma}, Field{"x1", &SharpenStep::x1},
                                     Field{"y2", &SharpenStep::y2},       Field{"y3", &SharpenStep::y3},
                                     Field{"m1", &SharpenStep::m1},       Field{"m2", &SharpenStep::m2}};
};

}  // namespace rucola::render
