// What went wrong inside the room, before it becomes the Error that its callers see.
//
// Pure; thread-safe.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "expression/expression.h"
#include "expression/value.h"

namespace rucola::expression {

/// A sentence for the person who wrote the expression, without its place: `division by zero`.
struct Reason {
  std::string text;
};

/// A Reason and where in the expression it applies, in bytes.
struct Problem {
  std::size_t offset = 0;
  std::string text;
};

/// Of operators and functions.
using Outcome = std::expected<Value, Reason>;

inline std::unexpected<Reason> refuse(std::string reason) {
  return std::unexpected(Reason{std::move(reason)});
}

/// `Expression "…" has an error at column 5: …`; of a long expression the part around the place is shown.
Failure failure_at(std::string_view expression, const Problem& problem);

/// A value as messages name it: `"abc"`, `3`, `true`, `null`, `an array`.
std::string described(const Value& value);

}  // namespace rucola::expression
