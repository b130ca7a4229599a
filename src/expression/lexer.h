// Cuts an expression into tokens.
//
// Pure; thread-safe.
#pragma once

#include <expected>
#include <string_view>
#include <vector>

#include "expression/problem.h"
#include "expression/token.h"

namespace rucola::expression {

/// The last token is of the kind `end`. Tokens point into `text`, which must outlive them.
std::expected<std::vector<Token>, Problem> tokenize(std::string_view text);

}  // namespace rucola::expression
