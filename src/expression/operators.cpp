#include "expression/operators.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "expression/arithmetic.h"
#include "expression/comparison.h"
#include "expression/pattern.h"

namespace rucola::expression {
namespace {

/// What `a <symbol> b` finds, for all operators whose answer is yes or no by comparison.
bool holds(BinaryOperator symbol, const Value& left, const Value& right) {
  switch (symbol) {
    case BinaryOperator::equal:
      return equal(left, right);
    case BinaryOperator::not_equal:
      return !equal(left, right);
    case BinaryOperator::identical:
      return identical(left, right);
    case BinaryOperator::not_identical:
      return !identical(left, right);
    case BinaryOperator::less:
      return compared(left, right) < 0;
    case BinaryOperator::less_or_equal:
      return compared(left, right) <= 0;
    case BinaryOperator::greater:
      return compared(right, left) < 0;
    default:
      return compared(right, left) <= 0;
  }
}

Outcome compare(BinaryOperator symbol, const Value& left, const Value& right, Budget& budget) {
  if (!budget.spend(left.weight() + right.weight())) return std::unexpected(budget.too_many_steps());
  return holds(symbol, left, right);
}

/// As the reference has it since Symfony 7.0, types count: "5" is not in [5].
Outcome is_in(const Value& left, const Value& right, bool wanted, Budget& budget) {
  if (!right.is_array()) {
    return refuse("to the right of \"in\" an array is expected, not " + described(right) +
                  "; to look into a text, write \"contains\"");
  }
  if (!budget.spend(right.weight())) return std::unexpected(budget.too_many_steps());
  const auto& values = right.as_array().values();
  return std::ranges::any_of(values, [&](const Value& value) { return identical(value, left); }) == wanted;
}

Outcome look_into(BinaryOperator symbol, const Value& left, const Value& right, Budget& budget) {
  if (left.is_array() || right.is_array()) {
    return refuse("\"" + std::string(written(symbol)) +
                  "\" looks into a text, not into an array; for arrays, write \"in\"");
  }
  // A text that nearly contains the part at each of its places takes the product of both.
  if (!budget.spend(left.weight() * right.weight())) return std::unexpected(budget.too_many_steps());
  const std::string text = left.to_text();
  const std::string part = right.to_text();
  if (symbol == BinaryOperator::starts_with) return text.starts_with(part);
  if (symbol == BinaryOperator::ends_with) return text.ends_with(part);
  return text.contains(part);
}

Outcome match(const Value& left, const Value& right, Budget& budget) {
  if (left.is_array() || !right.is_string()) {
    return refuse("\"matches\" compares a text with a regular expression such as \"/^a+$/\", not " +
                  described(left) + " with " + described(right));
  }
  const std::expected<Pattern, Reason> pattern = Pattern::compile(right.as_string());
  if (!pattern) return std::unexpected(pattern.error());
  const std::string text = left.to_text();
  if (!budget.spend(pattern->cost_of_compiling() + pattern->cost(text))) {
    return std::unexpected(budget.too_many_steps());
  }
  return pattern->matches(text);
}

Outcome concatenate(const Value& left, const Value& right, Budget& budget) {
  if (left.is_array() || right.is_array()) return refuse("\"~\" joins texts, and an array is none");
  if (!budget.spend(left.weight() + right.weight())) return std::unexpected(budget.too_many_steps());
  return budget.made(left.to_text() + right.to_text());
}

Outcome number_range(const Value& from, const Value& to, Budget& budget) {
  const double distance = std::abs(to.as_double() - from.as_double());
  constexpr double most_steps = 1e15;  // far past any limit, and still an exact integer
  if (!(distance < most_steps)) return std::unexpected(budget.too_many_steps());
  const auto count = static_cast<std::int64_t>(distance) + 1;
  if (!budget.spend(count)) return std::unexpected(budget.too_many_steps());
  const bool is_down = to.as_double() < from.as_double();
  const bool is_integral = from.is_int() && to.is_int();
  std::vector<Value> values;
  values.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t offset = is_down ? -i : i;
    values.push_back(is_integral ? Value(from.as_int() + offset)
                                 : Value(from.as_double() + static_cast<double>(offset)));
  }
  return budget.made(Value::list(std::move(values)));
}

bool is_letter(const Value& value) {
  if (!value.is_string() || value.as_string().size() != 1) return false;
  const char c = value.as_string().front();
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

Outcome letter_range(char from, char to, Budget& budget) {
  std::vector<Value> values;
  const int step = from < to ? 1 : -1;
  for (char c = from; c != to; c = static_cast<char>(c + step))
    values.emplace_back(std::string(1, c));
  values.emplace_back(std::string(1, to));
  if (!budget.spend(static_cast<std::int64_t>(values.size())))
    return std::unexpected(budget.too_many_steps());
  return budget.made(Value::list(std::move(values)));
}

Outcome range(const Value& left, const Value& right, Budget& budget) {
  if (is_letter(left) && is_letter(right)) {
    return letter_range(left.as_string().front(), right.as_string().front(), budget);
  }
  const Outcome from = number_for("..", left);
  if (!from) return from;
  const Outcome to = number_for("..", right);
  if (!to) return to;
  return number_range(*from, *to, budget);
}

}  // namespace

Outcome apply(UnaryOperator symbol, const Value& operand) {
  switch (symbol) {
    case UnaryOperator::logical_not:
      return !operand.truthy();
    case UnaryOperator::minus:
      return negated(operand);
    case UnaryOperator::plus:
      return number_for("+", operand);
    case UnaryOperator::bitwise_not:
      break;
  }
  const auto bits = integer_for("~", operand);
  if (!bits) return std::unexpected(bits.error());
  return ~*bits;
}

Outcome apply(BinaryOperator symbol, const Value& left, const Value& right, Budget& budget) {
  switch (symbol) {
    case BinaryOperator::logical_and:
      return left.truthy() && right.truthy();
    case BinaryOperator::logical_or:
      return left.truthy() || right.truthy();
    case BinaryOperator::logical_xor:
      return left.truthy() != right.truthy();
    case BinaryOperator::equal:
    case BinaryOperator::not_equal:
    case BinaryOperator::identical:
    case BinaryOperator::not_identical:
    case BinaryOperator::less:
    case BinaryOperator::less_or_equal:
    case BinaryOperator::greater:
    case BinaryOperator::greater_or_equal:
      return compare(symbol, left, right, budget);
    case BinaryOperator::in:
    case BinaryOperator::not_in:
      return is_in(left, right, symbol == BinaryOperator::in, budget);
    case BinaryOperator::contains:
    case BinaryOperator::starts_with:
    case BinaryOperator::ends_with:
      return look_into(symbol, left, right, budget);
    case BinaryOperator::matches:
      return match(left, right, budget);
    case BinaryOperator::range:
      return range(left, right, budget);
    case BinaryOperator::concatenate:
      return concatenate(left, right, budget);
    default:
      return calculated(symbol, left, right);
  }
}

}  // namespace rucola::expression
