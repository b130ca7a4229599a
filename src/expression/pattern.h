// The regular expressions of `matches`: '/^a+$/i'. RE2 does the work, whose time grows only with the length
// of pattern and text; it has no look-around and no back references.
//
// Threads: immutable, shared freely. Texts and patterns are UTF-8, with or without the modifier "u".
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string_view>

#include "expression/problem.h"

namespace re2 {
class RE2;
}

namespace rucola::expression {

class Pattern {
 public:
  /// With delimiters and modifiers (of i, m, s, u, U, D), as PHP takes them.
  static std::expected<Pattern, Reason> compile(std::string_view written);

  [[nodiscard]] bool matches(std::string_view text) const;

  /// In steps of the evaluation's limit.
  [[nodiscard]] std::int64_t cost(std::string_view text) const;
  [[nodiscard]] std::int64_t cost_of_compiling() const;

 private:
  explicit Pattern(std::shared_ptr<const re2::RE2> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace rucola::expression
