// A value with its type, for tables of expected values: `i:5`, `d:0.5`, `s:text`, `true`, `null`,
// `[key=i:5]`.
#pragma once

#include <array>
#include <cstdio>
#include <string>

#include "base/error.h"
#include "expression/value.h"

namespace rucola::test {

inline std::string spelled_out(const expression::Value& value) {
  if (value.is_null()) return "null";
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  if (value.is_int()) return "i:" + std::to_string(value.as_int());
  if (value.is_string()) return "s:" + value.as_string();
  if (value.is_double()) {
    std::array<char, 40> digits{};
    std::snprintf(digits.data(), digits.size(), "%.17g", value.as_double());
    return "d:" + std::string(digits.data());
  }
  std::string text = "[";
  for (std::size_t place = 0; place < value.as_array().size(); ++place) {
    if (place > 0) text += ",";
    text += value.as_array().key(place) + "=" + spelled_out(value.as_array().values()[place]);
  }
  return text + "]";
}

inline std::string spelled_out(const Result<expression::Value>& value) {
  return value ? spelled_out(*value) : value.error().message.text;
}

}  // namespace rucola::test
