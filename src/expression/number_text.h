// Numbers as texts and back, by PHP's rules.
//
// Pure; thread-safe; independent of the locale.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "expression/value.h"

namespace rucola::expression {

/// The shortest text that reads back as the same number: "3", "0.1", "1.0E+25", "INF". The form with an
/// exponent is for numbers below 0.0001 and from 1e17 on.
std::string number_text(double number);

/// What PHP calls a numeric string: white space around a decimal number with an optional exponent, nothing
/// else. An integer where it is written as one and fits, else a double.
std::optional<Value> number_of(std::string_view text);

/// `number` rounded half away from zero after `places` decimal places (before the point where negative),
/// decided on its decimal digits as people read them: 1.005 becomes 1.01.
double rounded(double number, int places);

/// Towards zero; nothing where it does not fit.
std::optional<std::int64_t> integer_of(double number);

}  // namespace rucola::expression
