// The step that cuts out of an image what draws attention. A value.
#pragma once

#include <string_view>
#include <tuple>

#include "render/plan/field.h"
#include "render/plan/size.h"

namespace rucola::render {

/// The worker finds where the attention is.
struct SmartCropStep {
  Size size;

  static constexpr std::string_view name = "smart_crop";
  static constexpr std::tuple fields{Required{"size", &SmartCropStep::size}};
  [[nodiscard]] Size after(Size /*before*/) const { return size; }
};

}  // namespace rucola::render
