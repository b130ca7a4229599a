// The step that takes the colours out of an image. A value.
#pragma once

#include <string_view>
#include <tuple>

namespace rucola::render {

struct GrayscaleStep {
  static constexpr std::string_view name = "grayscale";
  static constexpr std::tuple<> fields{};
};

}  // namespace rucola::render
