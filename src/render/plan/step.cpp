#include "render/plan/step.h"

namespace rucola::render {

Size size_of(const Layer& layer) {
  Size size = layer.source;
  for (const Step& step : layer.steps)
    size = size_after(size, step);
  return size;
}

Size size_after(Size size, const Step& step) {
  return std::visit(
      [&](const auto& kind) {
        if constexpr (requires { kind.after(size); }) {
          return kind.after(size);
        } else {
          return size;
        }
      },
      step);
}

std::optional<Placement> placement_of(const Step& step, Size before) {
  return std::visit(
      [&](const auto& kind) -> std::optional<Placement> {
        if constexpr (requires { kind.moves(before); }) {
          return kind.moves(before);
        } else if constexpr (requires { kind.after(before); }) {
          return std::nullopt;
        } else {
          return Placement{};
        }
      },
      step);
}

bool makes_transparent(const Step& step) {
  return std::visit(
      [](const auto& kind) {
        if constexpr (requires { kind.makes_transparent(); }) {
          return kind.makes_transparent();
        } else {
          return false;
        }
      },
      step);
}

}  // namespace rucola::render
