// Formulas: JSON in which texts may be expressions, as stacks have them for variables and for the options of
// their operations.
//
// Pure; thread-safe. Errors: bad_request, naming whose formula it is; those of an evaluation are the caller's
// to tell.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "base/error.h"
#include "expression/expression.h"
#include "expression/value.h"

namespace rucola::render {

enum class FormulaKind {
  strict,   ///< a text is an expression, and nothing else
  lenient,  ///< a text that is no expression, or one that refers to nothing ("2020-10"), means itself
};

/// Can it be evaluated at all, whatever the values are? `owner`: how messages call it.
Result<void> check_formula(const boost::json::value& formula, FormulaKind kind, std::string_view owner);

/// What all formulas of a render may take together: each has its own limit, and stacks have many, some of
/// which are evaluated again and again.
struct FormulaBudget {
  std::int64_t spent = 0;  ///< steps of evaluations, and bytes of what was read
};
inline constexpr std::int64_t most_formula_steps = 2'000'000;

/// Why a formula has no value.
struct FormulaFailure {
  PublicMessage place;  ///< "its expression has an error at column 5"
  PrivateDetail whole;  ///< quotes the formula, and values that it has read
};

std::expected<expression::Value, FormulaFailure> evaluate_formula(const boost::json::value& formula,
                                                                  FormulaKind kind,
                                                                  const expression::Scope& scope,
                                                                  FormulaBudget& budget);

/// "request.headers.save_data", …: what its expressions look at.
std::vector<std::string> paths_used(const boost::json::value& formula);
/// The names of their $variables.
std::vector<std::string> variables_used(const boost::json::value& formula);

}  // namespace rucola::render
