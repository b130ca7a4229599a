// PHP 8's arithmetic: integers stay integers while they fit and become doubles where they don't; texts that
// are numbers count as those numbers, null as 0, true as 1.
//
// Pure; thread-safe. Results are always finite.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "expression/operator_table.h"
#include "expression/problem.h"
#include "expression/value.h"

namespace rucola::expression {

/// An int or a double. `user` is the operator that wants it, for the message: `"abc" is not a number, which
/// "+" needs`. Functions leave it empty; their name is added where they are called.
Outcome number_for(std::string_view user, const Value& value);
/// The same, its fraction cut off.
std::expected<std::int64_t, Reason> integer_for(std::string_view user, const Value& value);

/// `number`, if it is one that can be worked with.
Outcome finite(double number);

Outcome negated(const Value& value);
/// One of + - * / % ** | ^ & << >>
Outcome calculated(BinaryOperator symbol, const Value& left, const Value& right);
Outcome power(const Value& base, const Value& exponent);

}  // namespace rucola::expression
