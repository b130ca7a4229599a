// The step that cuts a part out of an image. A value.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "render/plan/field.h"
#include "render/plan/placement.h"
#include "render/plan/size.h"

namespace rucola::render {

/// Lies inside the image.
struct CropStep {
  std::int32_t left = 0;
  std::int32_t top = 0;
  Size size;

  static constexpr std::string_view name = "crop";
  static constexpr std::tuple fields{Field{"left", &CropStep::left}, Field{"top", &CropStep::top},
                                     Required{"size", &CropStep::size}};
  [[nodiscard]] Size after(Size /*before*/) const { return size; }
  [[nodiscard]] std::optional<Placement> moves(Size before) const;
};

}  // namespace rucola::render
