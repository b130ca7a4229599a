// The words of the language.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "expression/value.h"

namespace rucola::expression {

struct Token {
  enum class Kind : std::uint8_t { number, text, name, variable, symbol, end };

  Kind kind = Kind::end;
  std::size_t offset = 0;  ///< in bytes, from the start of the expression
  std::string_view words;  ///< as written; a variable's without the "$"
  Value value;             ///< of numbers and texts

  [[nodiscard]] bool is_symbol(std::string_view symbol) const {
    return kind == Kind::symbol && words == symbol;
  }
  [[nodiscard]] bool is_name(std::string_view name) const { return kind == Kind::name && words == name; }
};

}  // namespace rucola::expression
