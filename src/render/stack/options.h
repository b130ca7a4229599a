// The table of stack options: what applies to a whole stack. GET /stackoptions and the checks come from it.
//
// Thread-safe; the table is immutable.
#pragma once

#include <span>
#include <string_view>

#include "base/error.h"
#include "render/operations/option_schema.h"

namespace rucola::render {

std::span<const OptionSchema> stack_options();

/// The option's row. Errors: bad_request: there is no such option, what was perhaps meant, and which there
/// are.
Result<const OptionSchema*> stack_option(std::string_view name);

/// The full name of a short one that URLs may use: "autoformat" for "af"; other names as they are.
std::string_view full_stack_option_name(std::string_view name);

/// What a stack's options have to keep to besides their schemas when it is saved. Errors: bad_request.
Result<void> check_regular_expressions(const Options& options);

/// Options that a URL may not set: with them it could open what its organization closed.
bool only_in_stored_stacks(std::string_view name);

/// Options that are looked at before anything is evaluated, so that no expression can set them.
bool decided_before_expressions(std::string_view name);

inline constexpr std::string_view stack_options_title = "the stack options";

}  // namespace rucola::render
