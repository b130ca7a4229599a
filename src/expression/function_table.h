// The functions that expressions may call.
//
// Threads: the table is immutable. Functions are pure but for the budget.
#pragma once

#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "expression/budget.h"
#include "expression/expression.h"
#include "expression/problem.h"
#include "expression/value.h"

namespace rucola::expression {

struct Function {
  FunctionInfo info;
  std::size_t least;  ///< arguments
  std::size_t most;
  Outcome (*call)(std::span<const Value> arguments,
                  Budget& budget);  ///< with a number of arguments that fits
};

inline constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

std::span<const Function> number_functions();
std::span<const Function> text_functions();
std::span<const Function> array_functions();

/// Null where there is none.
const Function* find_function(std::string_view name);

/// "min, max, abs, …"
std::string function_names();

/// `round() takes 1 or 2 values, not 3`; nothing where the number fits.
std::string wrong_count(const Function& function, std::size_t given);

}  // namespace rucola::expression
