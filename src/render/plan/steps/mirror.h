// The step that mirrors an image. A value.
#pragma once

#include <string_view>
#include <tuple>

namespace rucola::render {

/// Left and right change places.
struct MirrorStep {
  static constexpr std::string_view name = "mirror";
  static constexpr std::tuple<> fields{};
};

}  // namespace rucola::render
