// What the operators do, by PHP 8's rules, with errors where PHP would warn.
//
// Pure but for the budget; thread-safe.
#pragma once

#include "expression/budget.h"
#include "expression/operator_table.h"
#include "expression/problem.h"
#include "expression/value.h"

namespace rucola::expression {

Outcome apply(UnaryOperator symbol, const Value& operand);
/// Any but `and` and `or`, which may not look at their right side.
Outcome apply(BinaryOperator symbol, const Value& left, const Value& right, Budget& budget);

}  // namespace rucola::expression
