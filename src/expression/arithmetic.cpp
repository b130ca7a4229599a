#include "expression/arithmetic.h"

#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "expression/number_text.h"

namespace rucola::expression {
namespace {

std::string needed_by(std::string_view user) {
  return user.empty() ? std::string() : ", which \"" + std::string(user) + "\" needs";
}

Outcome sum(const Value& left, const Value& right) {
  std::int64_t result = 0;
  if (left.is_int() && right.is_int() && !__builtin_add_overflow(left.as_int(), right.as_int(), &result))
    return result;
  return finite(left.as_double() + right.as_double());
}

Outcome difference(const Value& left, const Value& right) {
  std::int64_t result = 0;
  if (left.is_int() && right.is_int() && !__builtin_sub_overflow(left.as_int(), right.as_int(), &result))
    return result;
  return finite(left.as_double() - right.as_double());
}

Outcome product(const Value& left, const Value& right) {
  std::int64_t result = 0;
  if (left.is_int() && right.is_int() && !__builtin_mul_overflow(left.as_int(), right.as_int(), &result))
    return result;
  return finite(left.as_double() * right.as_double());
}

/// 4/2 is the integer 2, 3/2 is 1.5.
Outcome quotient(const Value& left, const Value& right) {
  if (right.as_double() == 0) return refuse("division by zero");
  // The one quotient of integers that does not fit is the least integer by -1.
  if (left.is_int() && right.is_int() && right.as_int() != -1 && left.as_int() % right.as_int() == 0) {
    return left.as_int() / right.as_int();
  }
  if (left.is_int() && right.is_int() && right.as_int() == -1) return negated(left);
  return finite(left.as_double() / right.as_double());
}

Outcome remainder(const Value& left, const Value& right) {
  const auto dividend = integer_for("%", left);
  if (!dividend) return std::unexpected(dividend.error());
  const auto divisor = integer_for("%", right);
  if (!divisor) return std::unexpected(divisor.error());
  if (*divisor == 0) return refuse("modulo by zero");
  return *divisor == -1 ? 0 : *dividend % *divisor;
}

/// Nothing where the result does not fit.
std::optional<std::int64_t> integer_power(std::int64_t base, std::int64_t exponent) {
  std::int64_t result = 1;
  while (exponent > 0) {
    if (exponent % 2 == 1 && __builtin_mul_overflow(result, base, &result)) return std::nullopt;
    exponent /= 2;
    if (exponent > 0 && __builtin_mul_overflow(base, base, &base)) return std::nullopt;
  }
  return result;
}

Outcome shifted(BinaryOperator symbol, std::int64_t bits, std::int64_t places) {
  constexpr std::int64_t width = 64;
  if (places < 0) return refuse("a shift by a negative number of places");
  if (symbol == BinaryOperator::shift_right) return bits >> std::min(places, width - 1);
  if (places >= width) return 0;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(bits) << static_cast<unsigned>(places));
}

Outcome combined_bits(BinaryOperator symbol, const Value& left, const Value& right) {
  const auto a = integer_for(written(symbol), left);
  if (!a) return std::unexpected(a.error());
  const auto b = integer_for(written(symbol), right);
  if (!b) return std::unexpected(b.error());
  switch (symbol) {
    case BinaryOperator::bitwise_or:
      return *a | *b;
    case BinaryOperator::bitwise_xor:
      return *a ^ *b;
    case BinaryOperator::bitwise_and:
      return *a & *b;
    default:
      return shifted(symbol, *a, *b);
  }
}

}  // namespace

Outcome number_for(std::string_view user, const Value& value) {
  if (value.is_number()) return value;
  if (value.is_null()) return 0;
  if (value.is_bool()) return value.as_bool() ? 1 : 0;
  const std::optional<Value> number = value.is_string() ? number_of(value.as_string()) : std::nullopt;
  if (number && std::isfinite(number->as_double())) return *number;
  return refuse(described(value) + " is not a number" + needed_by(user));
}

std::expected<std::int64_t, Reason> integer_for(std::string_view user, const Value& value) {
  const Outcome number = number_for(user, value);
  if (!number) return std::unexpected(number.error());
  if (number->is_int()) return number->as_int();
  const std::optional<std::int64_t> integer = integer_of(number->as_double());
  if (!integer) return refuse(described(value) + " is too large for an integer" + needed_by(user));
  return *integer;
}

Outcome finite(double number) {
  if (std::isnan(number)) return refuse("the result is not a number");
  if (std::isinf(number)) return refuse("the result is too large for a number");
  return number;
}

Outcome negated(const Value& value) {
  const Outcome number = number_for("-", value);
  if (!number || !number->is_int()) return number ? finite(-number->as_double()) : number;
  return difference(Value(0), *number);
}

Outcome power(const Value& base, const Value& exponent) {
  if (base.is_int() && exponent.is_int() && exponent.as_int() >= 0) {
    const std::optional<std::int64_t> exact = integer_power(base.as_int(), exponent.as_int());
    if (exact) return *exact;
  }
  return finite(std::pow(base.as_double(), exponent.as_double()));
}

Outcome calculated(BinaryOperator symbol, const Value& left, const Value& right) {
  const Outcome a = number_for(written(symbol), left);
  if (!a) return a;
  const Outcome b = number_for(written(symbol), right);
  if (!b) return b;
  switch (symbol) {
    case BinaryOperator::plus:
      return sum(*a, *b);
    case BinaryOperator::minus:
      return difference(*a, *b);
    case BinaryOperator::multiply:
      return product(*a, *b);
    case BinaryOperator::divide:
      return quotient(*a, *b);
    case BinaryOperator::modulo:
      return remainder(*a, *b);
    case BinaryOperator::power:
      return power(*a, *b);
    default:
      return combined_bits(symbol, *a, *b);
  }
}

}  // namespace rucola::expression
