// The step that draws an image out of simple shapes. A value.
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>

#include "render/plan/field.h"

namespace rucola::render {

/// The image out of half transparent shapes.
struct PrimitiveStep {
  std::int32_t count = 20;
  std::int32_t mode = 0;  ///< as the operation numbers the shapes

  static constexpr std::string_view name = "primitive";
  static constexpr std::tuple fields{Field{"count", &PrimitiveStep::count},
                                     Field{"mode", &PrimitiveStep::mode}};
};

}  // namespace rucola::render
