// How an upload is written anew before it is stored, where it is asked for (optimize_source).
//
// Values; no shared state.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace rucola::render {

enum class Repacking {
  lossless,  ///< the same pixels with the same profile, as a PNG
  png,       ///< what renders show of it, as a PNG of 8 bits
  jpg,       ///< the same as a JPEG of high quality; where one can see through it, as a WebP
};

inline constexpr std::array repacking_names{std::pair(Repacking::lossless, std::string_view("lossless")),
                                            std::pair(Repacking::png, std::string_view("png")),
                                            std::pair(Repacking::jpg, std::string_view("jpg"))};

constexpr std::string_view name_of(Repacking how) {
  for (const auto& [repacking, name] : repacking_names) {
    if (repacking == how) return name;
  }
  return {};
}

constexpr std::optional<Repacking> parse_repacking(std::string_view text) {
  for (const auto& [repacking, name] : repacking_names) {
    if (name == text) return repacking;
  }
  return std::nullopt;
}

}  // namespace rucola::render
