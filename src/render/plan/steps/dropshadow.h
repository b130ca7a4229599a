// The step that puts a shadow behind an image. A value.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "render/plan/color.h"
#include "render/plan/field.h"
#include "render/plan/placement.h"
#include "render/plan/size.h"

namespace rucola::render {

/// Behind the image, whose canvas grows as far as the shadow reaches.
struct DropShadowStep {
  std::int32_t horizontal = 0;  ///< pixels to the right
  std::int32_t vertical = 0;    ///< pixels down
  std::int32_t opacity = 0;     ///< percent
  double sigma = 0;             ///< pixels
  std::int32_t reach = 0;       ///< pixels by which the blur spreads the shadow
  Color color{};

  static constexpr std::string_view name = "dropshadow";
  static constexpr std::tuple fields{
      Field{"horizontal", &DropShadowStep::horizontal}, Field{"vertical", &DropShadowStep::vertical},
      Field{"opacity", &DropShadowStep::opacity},       Field{"sigma", &DropShadowStep::sigma},
      Field{"reach", &DropShadowStep::reach},           Field{"color", &DropShadowStep::color}};
  /// What the canvas grows by on a side.
  [[nodiscard]] std::int32_t left() const { return std::max(0, reach - horizontal); }
  [[nodiscard]] std::int32_t top() const { return std::max(0, reach - vertical); }
  [[nodiscard]] std::int32_t right() const { return std::max(0, reach + horizontal); }
  [[nodiscard]] std::int32_t bottom() const { return std::max(0, reach + vertical); }
  [[nodiscard]] Size after(Size before) const {
    return {before.width + left() + right(), before.height + top() + bottom()};
  }
  [[nodiscard]] std::optional<Placement> moves(Size before) const;
  [[nodiscard]] bool makes_transparent() const { return left() + top() + right() + bottom() > 0; }
};

}  // namespace rucola::render
