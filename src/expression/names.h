// What messages say of names that lead nowhere, and what there is instead.
//
// Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "expression/expression.h"
#include "expression/value.h"

namespace rucola::expression {

std::string missing_variable(std::string_view name, const Scope& scope);
std::string missing_root(std::string_view name, const Scope& scope);
/// `walked` leads to `value`, which has no `name`.
std::string missing_property(std::string_view walked, const Value& value, std::string_view name,
                             const Scope& scope);

}  // namespace rucola::expression
