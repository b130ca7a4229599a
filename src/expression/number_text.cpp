#include "expression/number_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "base/text.h"

namespace rucola::expression {
namespace {

constexpr std::string_view white_space = " \t\n\r\v\f";
constexpr std::string_view digits = "0123456789";

/// The shortest digits that mean a number: 0.d₁d₂d₃… × 10^point.
struct Decimal {
  bool negative = false;
  std::string digits;
  int point = 0;
};

/// Of a finite number.
Decimal shortest_decimal(double number) {
  std::array<char, 40> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(number),
                                          std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  const std::size_t exponent_at = text.find('e');
  Decimal decimal{.negative = std::signbit(number), .digits = {}, .point = 0};
  for (const char c : text.substr(0, exponent_at)) {
    if (c != '.') decimal.digits += c;
  }
  std::string_view exponent = text.substr(exponent_at + 1);
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), decimal.point);
  decimal.point += 1;
  return decimal;
}

std::string with_exponent(const Decimal& decimal) {
  const int exponent = decimal.point - 1;
  const std::string fraction = decimal.digits.size() > 1 ? decimal.digits.substr(1) : "0";
  return decimal.digits.substr(0, 1) + "." + fraction + (exponent < 0 ? "E-" : "E+") +
         std::to_string(std::abs(exponent));
}

std::string without_exponent(const Decimal& decimal) {
  const int count = static_cast<int>(decimal.digits.size());
  if (decimal.point <= 0)
    return "0." + std::string(static_cast<std::size_t>(-decimal.point), '0') + decimal.digits;
  const auto point = static_cast<std::size_t>(decimal.point);
  if (decimal.point >= count) return decimal.digits + std::string(point - decimal.digits.size(), '0');
  return decimal.digits.substr(0, point) + "." + decimal.digits.substr(point);
}

std::string_view take_digits(std::string_view& rest) {
  const std::size_t count = std::min(rest.find_first_not_of(digits), rest.size());
  const std::string_view taken = rest.substr(0, count);
  rest.remove_prefix(count);
  return taken;
}

bool take_one_of(std::string_view& rest, std::string_view characters) {
  if (rest.empty() || !characters.contains(rest.front())) return false;
  rest.remove_prefix(1);
  return true;
}

enum class Form { none, integer, decimal };

Form form_of(std::string_view rest) {
  take_one_of(rest, "+-");
  const bool before = !take_digits(rest).empty();
  const bool point = take_one_of(rest, ".");
  const bool after = point && !take_digits(rest).empty();
  if (!before && !after) return Form::none;
  if (rest.empty()) return point ? Form::decimal : Form::integer;
  if (!take_one_of(rest, "eE")) return Form::none;
  take_one_of(rest, "+-");
  return !take_digits(rest).empty() && rest.empty() ? Form::decimal : Form::none;
}

double double_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  // Too large or too small: from_chars() does not say which, strtod() does.
  if (error == std::errc::result_out_of_range) return std::strtod(std::string(text).c_str(), nullptr);
  return number;
}

}  // namespace

std::string number_text(double number) {
  if (std::isnan(number)) return "NAN";
  if (std::isinf(number)) return number < 0 ? "-INF" : "INF";
  if (number == 0) return std::signbit(number) ? "-0" : "0";
  constexpr int least_point = -3;
  constexpr int most_point = 17;
  const Decimal decimal = shortest_decimal(number);
  const bool is_plain = decimal.point >= least_point && decimal.point <= most_point;
  return (decimal.negative ? "-" : "") + (is_plain ? without_exponent(decimal) : with_exponent(decimal));
}

std::optional<Value> number_of(std::string_view text) {
  std::string_view number = trimmed(text, white_space);
  const Form form = form_of(number);
  if (form == Form::none) return std::nullopt;
  if (number.starts_with('+')) number.remove_prefix(1);
  if (form == Form::integer) {
    std::int64_t integer = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), integer);
    if (error == std::errc()) return Value(integer);
  }
  return Value(double_of(number));
}

double rounded(double number, int places) {
  if (!std::isfinite(number) || number == 0) return number;
  Decimal decimal = shortest_decimal(number);
  const int kept = decimal.point + places;
  if (std::cmp_greater_equal(kept, decimal.digits.size())) return number;
  if (kept < 0) return std::copysign(0.0, number);
  const bool up = decimal.digits[static_cast<std::size_t>(kept)] >= '5';
  decimal.digits.resize(static_cast<std::size_t>(kept));
  if (up) {
    // A leading zero takes the carry of 9.99.
    decimal.digits.insert(decimal.digits.begin(), '0');
    decimal.point += 1;
    std::size_t at = decimal.digits.size() - 1;
    while (decimal.digits[at] == '9')
      decimal.digits[at--] = '0';
    ++decimal.digits[at];
  }
  const double size = double_of("0." + decimal.digits + "0e" + std::to_string(decimal.point));
  return decimal.negative ? -size : size;
}

std::optional<std::int64_t> integer_of(double number) {
  constexpr double limit = 9223372036854775808.0;  // 2⁶³
  if (!(number >= -limit && number < limit)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace rucola::expression
