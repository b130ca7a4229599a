// Tokens to a syntax tree, by operator precedence (a Pratt parser).
//
// Pure; thread-safe. Recursion is bounded by Limits::depth.
#pragma once

#include <expected>
#include <string_view>

#include "expression/ast.h"
#include "expression/expression.h"
#include "expression/problem.h"

namespace rucola::expression {

std::expected<Syntax, Problem> parse_syntax(std::string_view text, const Limits& limits);

}  // namespace rucola::expression
