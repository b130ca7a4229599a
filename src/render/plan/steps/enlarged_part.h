// The step that makes an image larger and keeps a part of that. A value.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

#include "render/plan/field.h"
#include "render/plan/placement.h"
#include "render/plan/size.h"

namespace rucola::render {

/// A ResizeStep to `whole`, no smaller than the image in either direction, and a CropStep inside of that:
/// with the same pixels, but the whole is never there.
struct EnlargedPartStep {
  Size whole;
  std::int32_t left = 0;
  std::int32_t top = 0;
  Size size;

  static constexpr std::string_view name = "enlarged_part";
  static constexpr std::tuple fields{
      Required{"whole", &EnlargedPartStep::whole}, Field{"left", &EnlargedPartStep::left},
      Field{"top", &EnlargedPartStep::top}, Required{"size", &EnlargedPartStep::size}};
  [[nodiscard]] Size after(Size /*before*/) const { return size; }
  [[nodiscard]] std::optional<Placement> moves(Size before) const;
};

}  // namespace rucola::render
