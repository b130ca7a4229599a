// The operators: how they are written, how tightly they bind, to which side.
//
// Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rucola::expression {

enum class UnaryOperator : std::uint8_t { logical_not, minus, plus, bitwise_not };

enum class BinaryOperator : std::uint8_t {
  logical_or,
  logical_xor,
  logical_and,
  bitwise_or,
  bitwise_xor,
  bitwise_and,
  equal,
  identical,
  not_equal,
  not_identical,
  less,
  greater,
  greater_or_equal,
  less_or_equal,
  not_in,
  in,
  contains,
  starts_with,
  ends_with,
  matches,
  range,
  shift_left,
  shift_right,
  plus,
  minus,
  concatenate,
  multiply,
  divide,
  modulo,
  power,
};

struct UnaryRow {
  std::string_view written;
  UnaryOperator symbol;
  int precedence;  ///< of what its operand may be: only operators that bind at least as tightly belong to it
};

struct BinaryRow {
  std::string_view written;  ///< two words are separated by a space
  BinaryOperator symbol;
  int precedence;  ///< higher binds tighter
  bool is_right_associative = false;
};

std::optional<UnaryRow> unary_operator(std::string_view written);
std::optional<BinaryRow> binary_operator(std::string_view written);
std::string_view written(BinaryOperator symbol);

}  // namespace rucola::expression
