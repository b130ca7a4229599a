// What is wrong with the structure of a file, for a person: a part of the sentence that names the format.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace rucola::render::worker {

inline constexpr std::string_view cut_off = "it is cut off";

inline std::unexpected<std::string> wrong(std::string_view what) {
  return std::unexpected(std::string(what));
}

}  // namespace rucola::render::worker
