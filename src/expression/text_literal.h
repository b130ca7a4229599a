// Texts in quotes, with the escapes of C: \n \t \r \a \b \f \v, \x41, \101; before any other character that
// is no letter or digit a backslash stands for nothing.
//
// Pure; thread-safe.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "expression/problem.h"

namespace rucola::expression {

struct TextLiteral {
  std::string value;
  std::size_t length;  ///< in bytes, with both quotes
};

/// `at` is the opening quote, single or double.
std::expected<TextLiteral, Problem> read_text_literal(std::string_view expression, std::size_t at);

}  // namespace rucola::expression
