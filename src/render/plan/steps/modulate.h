// The step that changes brightness, saturation and hue. A value.
#pragma once

#include <cstdint>
#include <string_view>
#include <tuple>

#include "render/plan/field.h"

namespace rucola::render {

/// In the CIE colour space LCh: lightness and chroma are multiplied, the hue is turned.
struct ModulateStep {
  std::int32_t brightness = 100;  ///< percent
  std::int32_t saturation = 100;  ///< percent
  std::int32_t hue = 0;           ///< degrees

  static constexpr std::string_view name = "modulate";
  static constexpr std::tuple fields{Field{"brightness", &ModulateStep::brightness},
                                     Field{"saturation", &ModulateStep::saturation},
                                     Field{"hue", &ModulateStep::hue}};
};

}  // namespace rucola::render
