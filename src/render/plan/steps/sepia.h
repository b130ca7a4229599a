// The step that makes an image look like an old print. A value.
#pragma once

#include <string_view>
#include <tuple>

namespace rucola::render {

struct SepiaStep {
  static constexpr std::string_view name = "sepia";
  static constexpr std::tuple<> fields{};
};

}  // namespace rucola::render
