// What a render URL changes about its stack: `resize-width-200--rotate-angle-90`, `options-dpr-2`, `o-af-1`,
// `variables-w-800`. A value in square brackets is an expression: `crop-width-[image.width/2]-height-100`.
// The value
// `__undefined__` of an option means that it is not given.
//
// Pure; thread-safe. Errors: bad_request, saying which part and what is allowed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "render/stack/definition.h"

namespace rucola::render {

struct Overrides {
  std::vector<OperationCall> operations;
  Options options;
  Formulas option_expressions;  ///< options whose values stand in square brackets
  std::vector<Variable> variables;
};

/// Adds what one path segment says; `text` is percent-decoded already, pieces are joined by "--". Later
/// segments win over earlier ones.
Result<void> add_overrides(std::string_view text, Overrides& overrides);
/// Adds the variables of `?v={"text":"a & b"}`.
Result<void> add_variables_json(std::string_view text, Overrides& overrides);

/// How long the expression in square brackets is that `text` starts with, brackets included: nested ones and
/// quoted texts are skipped. Nothing where the bracket is never closed.
std::optional<std::size_t> bracketed_length(std::string_view text);

/// Does the segment look like overrides rather than like an image? True where its first piece is "options",
/// "o", "variables", "v" or starts with a known operation's name.
bool looks_like_overrides(std::string_view text);

/// The stack with the overrides applied: for a stored stack, an operation's options change the first
/// operation of that name (an operation the stack lacks is an error); for `dynamic` they are the stack.
Result<StackDefinition> apply(StackDefinition stack, const Overrides& overrides);
StackDefinition dynamic_stack(const Overrides& overrides);

}  // namespace rucola::render
