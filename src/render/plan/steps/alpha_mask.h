// The step that shows how opaque an image is. A value.
#pragma once

#include <string_view>
#include <tuple>

namespace rucola::render {

/// The opacity as a grey image, white where the image is opaque.
struct AlphaMaskStep {
  static constexpr std::string_view name = "alpha_mask";
  static constexpr std::tuple<> fields{};
};

}  // namespace rucola::render
