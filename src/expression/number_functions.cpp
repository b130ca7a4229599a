#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "expression/arithmetic.h"
#include "expression/comparison.h"
#include "expression/function_table.h"
#include "expression/number_text.h"

namespace rucola::expression {
namespace {

using Arguments = std::span<const Value>;

constexpr double half_turn = 180;

double degrees(double radians) {
  return radians / std::numbers::pi * half_turn;
}

double radians(double degrees) {
  return degrees / half_turn * std::numbers::pi;
}

/// A function of one number.
template <double (*function)(double)>
Outcome real(Arguments arguments, Budget& /*budget*/) {
  const Outcome number = number_for("", arguments[0]);
  return number ? finite(function(number->as_double())) : number;
}

/// A function of two numbers.
template <double (*function)(double, double)>
Outcome real_pair(Arguments arguments, Budget& /*budget*/) {
  const Outcome first = number_for("", arguments[0]);
  if (!first) return first;
  const Outcome second = number_for("", arguments[1]);
  return second ? finite(function(first->as_double(), second->as_double())) : second;
}

/// The one that `is_better` than all others; of equals the first.
Outcome best(Arguments arguments, Budget& budget, bool (*is_better)(const Value&, const Value&)) {
  if (arguments.size() == 1) {
    if (!arguments[0].is_array()) return refuse("a single value to choose from is expected to be an array");
    arguments = arguments[0].as_array().values();
    if (arguments.empty()) return refuse("an empty array has neither a least nor a greatest value");
  }
  Value found = arguments.front();
  for (const Value& candidate : arguments.subspan(1)) {
    if (!budget.spend(found.weight() + candidate.weight())) return std::unexpected(budget.too_many_steps());
    if (is_better(candidate, found)) found = candidate;
  }
  return found;
}

Outcome least(Arguments arguments, Budget& budget) {
  return best(arguments, budget, [](const Value& a, const Value& b) { return compared(a, b) < 0; });
}

Outcome greatest(Arguments arguments, Budget& budget) {
  return best(arguments, budget, [](const Value& a, const Value& b) { return compared(b, a) < 0; });
}

Outcome absolute(Arguments arguments, Budget& /*budget*/) {
  const Outcome number = number_for("", arguments[0]);
  if (!number) return number;
  return number->as_double() < 0 ? negated(*number) : number;
}

Outcome round_to_places(Arguments arguments, Budget& /*budget*/) {
  const Outcome number = number_for("", arguments[0]);
  if (!number) return number;
  const auto places = arguments.size() > 1 ? integer_for("", arguments[1]) : 0;
  if (!places) return std::unexpected(places.error());
  constexpr std::int64_t most_places = 400;  // more than any double has
  return finite(
      rounded(number->as_double(), static_cast<int>(std::clamp(*places, -most_places, most_places))));
}

Outcome raise(Arguments arguments, Budget& /*budget*/) {
  return calculated(BinaryOperator::power, arguments[0], arguments[1]);
}

Outcome logarithm(Arguments arguments, Budget& /*budget*/) {
  const Outcome number = number_for("", arguments[0]);
  if (!number || arguments.size() == 1) return number ? finite(std::log(number->as_double())) : number;
  const Outcome base = number_for("", arguments[1]);
  if (!base) return base;
  if (base->as_double() <= 0 || base->as_double() == 1) {
    return refuse("the base of a logarithm is a number above 0 other than 1, not " + described(arguments[1]));
  }
  return finite(std::log(number->as_double()) / std::log(base->as_double()));
}

Outcome integer_division(Arguments arguments, Budget& /*budget*/) {
  const auto dividend = integer_for("", arguments[0]);
  if (!dividend) return std::unexpected(dividend.error());
  const auto divisor = integer_for("", arguments[1]);
  if (!divisor) return std::unexpected(divisor.error());
  if (*divisor == 0) return refuse("division by zero");
  if (*divisor == -1 && *dividend == std::numeric_limits<std::int64_t>::min()) {
    return refuse("the result is too large for an integer");
  }
  return *dividend / *divisor;
}

Outcome pi(Arguments /*arguments*/, Budget& /*budget*/) {
  return std::numbers::pi;
}

Outcome integer(Arguments arguments, Budget& /*budget*/) {
  const auto number = integer_for("", arguments[0]);
  if (!number) return std::unexpected(number.error());
  return *number;
}

Outcome decimal(Arguments arguments, Budget& /*budget*/) {
  const Outcome number = number_for("", arguments[0]);
  return number ? Outcome(number->as_double()) : number;
}

const std::array rows{
    Function{{"min", "min(a, b, ...) or min(array)", "the least of several values"}, 1, any_number, least},
    Function{
        {"max", "max(a, b, ...) or max(array)", "the greatest of several values"}, 1, any_number, greatest},
    Function{{"abs", "abs(number)", "the number without its sign"}, 1, 1, absolute},
    Function{{"ceil", "ceil(number)", "rounded up to a whole number"}, 1, 1, real<std::ceil>},
    Function{{"floor", "floor(number)", "rounded down to a whole number"}, 1, 1, real<std::floor>},
    Function{{"round", "round(number, places = 0)", "rounded to decimal places, half away from zero"},
             1,
             2,
             round_to_places},
    Function{{"intdiv", "intdiv(a, b)", "the whole part of a / b"}, 2, 2, integer_division},
    Function{{"fmod", "fmod(a, b)", "the remainder of a / b, with its fraction"}, 2, 2, real_pair<std::fmod>},
    Function{{"pow", "pow(base, exponent)", "base ** exponent"}, 2, 2, raise},
    Function{{"sqrt", "sqrt(number)", "the square root"}, 1, 1, real<std::sqrt>},
    Function{{"exp", "exp(number)", "e to the power of the number"}, 1, 1, real<std::exp>},
    Function{{"log", "log(number, base = e)", "the logarithm"}, 1, 2, logarithm},
    Function{{"log10", "log10(number)", "the logarithm to base 10"}, 1, 1, real<std::log10>},
    Function{{"pi", "pi()", "3.141592653589793"}, 0, 0, pi},
    Function{{"deg2rad", "deg2rad(degrees)", "an angle in radians"}, 1, 1, real<radians>},
    Function{{"rad2deg", "rad2deg(radians)", "an angle in degrees"}, 1, 1, real<degrees>},
    Function{{"sin", "sin(radians)", "the sine"}, 1, 1, real<std::sin>},
    Function{{"cos", "cos(radians)", "the cosine"}, 1, 1, real<std::cos>},
    Function{{"tan", "tan(radians)", "the tangent"}, 1, 1, real<std::tan>},
    Function{{"asin", "asin(number)", "the angle in radians whose sine it is"}, 1, 1, real<std::asin>},
    Function{{"acos", "acos(number)", "the angle in radians whose cosine it is"}, 1, 1, real<std::acos>},
    Function{{"atan", "atan(number)", "the angle in radians whose tangent it is"}, 1, 1, real<std::atan>},
    Function{{"atan2", "atan2(y, x)", "the angle in radians of the point x, y"}, 2, 2, real_pair<std::atan2>},
    Function{{"intval", "intval(value)", "the value as an integer, its fraction cut off"}, 1, 1, integer},
    Function{{"floatval", "floatval(value)", "the value as a number with a fraction"}, 1, 1, decimal},
};

}  // namespace

std::span<const Function> number_functions() {
  return rows;
}

}  // namespace rucola::expression
