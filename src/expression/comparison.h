// PHP 8's comparisons: `==` and `<` look at what values mean ("500" == 500), `===` also at their types.
//
// Pure; thread-safe. The time is that of walking through both values: Value::weight().
#pragma once

#include <compare>

#include "expression/value.h"

namespace rucola::expression {

/// For `<`, `>`, `<=`, `>=`. Unordered: none of them holds.
std::partial_ordering compared(const Value& a, const Value& b);
/// `==`
bool equal(const Value& a, const Value& b);
/// `===`
bool identical(const Value& a, const Value& b);

}  // namespace rucola::expression
