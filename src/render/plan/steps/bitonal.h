// The step that leaves black and white only. A value.
#pragma once

#include <string_view>
#include <tuple>

namespace rucola::render {

/// Black and white and nothing between: of a grey image, what is half as bright as white becomes white.
struct BitonalStep {
  static constexpr std::string_view name = "bitonal";
  static constexpr std::tuple<> fields{};
};

}  // namespace rucola::render
