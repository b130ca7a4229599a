#include "expression/comparison.h"

#include <cmath>
#include <optional>

#include "expression/number_text.h"

namespace rucola::expression {
namespace {

using Order = std::partial_ordering;

Order compared_numbers(const Value& a, const Value& b) {
  if (a.is_int() && b.is_int()) return a.as_int() <=> b.as_int();
  return a.as_double() <=> b.as_double();
}

/// Two numbers too large to be told apart as doubles are compared as texts.
bool both_overflow(const Value& a, const Value& b) {
  constexpr double limit = 9223372036854775808.0;  // 2⁶³
  return a.is_double() && b.is_double() && std::abs(a.as_double()) >= limit && a.as_double() == b.as_double();
}

bool is_written_as_integer(const std::string& text) {
  return text.find_first_of(".eE") == std::string::npos;
}

Order compared_texts(const std::string& a, const std::string& b) {
  const std::optional<Value> number_a = number_of(a);
  const std::optional<Value> number_b = number_a ? number_of(b) : std::nullopt;
  if (!number_a || !number_b) return a <=> b;
  const bool is_blurred =
      both_overflow(*number_a, *number_b) &&
      ((is_written_as_integer(a) && is_written_as_integer(b)) || std::isinf(number_a->as_double()));
  return is_blurred ? a <=> b : compared_numbers(*number_a, *number_b);
}

Order compared_number_and_text(const Value& number, const std::string& text) {
  const std::optional<Value> other = number_of(text);
  return other ? compared_numbers(number, *other) : Order(number.to_text() <=> text);
}

Order reversed(Order order) {
  if (order == Order::less) return Order::greater;
  return order == Order::greater ? Order::less : order;
}

Order compared_arrays(const Array& a, const Array& b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  for (std::size_t place = 0; place < a.size(); ++place) {
    const Value* const other = b.find(a.key(place));
    if (other == nullptr) return Order::unordered;
    const Order order = compared(a.values()[place], *other);
    if (order != Order::equivalent) return order;
  }
  return Order::equivalent;
}

bool identical_arrays(const Array& a, const Array& b) {
  if (a.size() != b.size() || a.is_list() != b.is_list()) return false;
  for (std::size_t place = 0; place < a.size(); ++place) {
    if (!a.is_list() && a.key(place) != b.key(place)) return false;
    if (!identical(a.values()[place], b.values()[place])) return false;
  }
  return true;
}

}  // namespace

std::partial_ordering compared(const Value& a, const Value& b) {
  if (a.is_string() && b.is_string()) return compared_texts(a.as_string(), b.as_string());
  if (a.is_null() && b.is_string()) return std::string_view() <=> std::string_view(b.as_string());
  if (a.is_string() && b.is_null()) return std::string_view(a.as_string()) <=> std::string_view();
  if (a.is_bool() || b.is_bool() || a.is_null() || b.is_null()) {
    return static_cast<int>(a.truthy()) <=> static_cast<int>(b.truthy());
  }
  if (a.is_array() && b.is_array()) return compared_arrays(a.as_array(), b.as_array());
  if (a.is_array()) return Order::greater;
  if (b.is_array()) return Order::less;
  if (a.is_string()) return reversed(compared_number_and_text(b, a.as_string()));
  if (b.is_string()) return compared_number_and_text(a, b.as_string());
  return compared_numbers(a, b);
}

bool equal(const Value& a, const Value& b) {
  return compared(a, b) == std::partial_ordering::equivalent;
}

bool identical(const Value& a, const Value& b) {
  if (a.is_bool() && b.is_bool()) return a.as_bool() == b.as_bool();
  if (a.is_int() && b.is_int()) return a.as_int() == b.as_int();
  if (a.is_double() && b.is_double()) return a.as_double() == b.as_double();
  if (a.is_string() && b.is_string()) return a.as_string() == b.as_string();
  if (a.is_array() && b.is_array()) return identical_arrays(a.as_array(), b.as_array());
  return a.is_null() && b.is_null();
}

}  // namespace rucola::expression
