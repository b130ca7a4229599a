// The step that gives an image another size. A value.
#pragma once

#include <optional>
#include <string_view>
#include <tuple>

#include "render/plan/field.h"
#include "render/plan/placement.h"
#include "render/plan/size.h"

namespace rucola::render {

/// Exactly to this size, whatever the ratio: the planner has done box, fill and dpr.
struct ResizeStep {
  Size to;

  static constexpr std::string_view name = "resize";
  static constexpr std::tuple fields{Required{"to", &ResizeStep::to}};
  [[nodiscard]] Size after(Size /*before*/) const { return to; }
  [[nodiscard]] std::optional<Placement> moves(Size before) const;
};

}  // namespace rucola::render
