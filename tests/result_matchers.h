// What tests say about a Result: EXPECT_THAT(result, Succeeds()), EXPECT_THAT(result, FailsWith(code)).
#pragma once

#include <ostream>

#include <gmock/gmock.h>

#include "base/error.h"

namespace rucola {

/// gtest prints a failed Result through this.
template <class T>
void PrintTo(const Result<T>& result, std::ostream* out) {
  if (result) {
    *out << "a value";
  } else {
    *out << "error " << static_cast<int>(result.error().code) << " \"" << result.error().message.text
         << "\" (" << result.error().detail.text << ")";
  }
}

namespace test {

MATCHER(Succeeds, "is a value") {
  return arg.has_value();
}
MATCHER_P(FailsWith, code, "is the error " + std::to_string(static_cast<int>(code))) {
  return !arg.has_value() && arg.error().code == code;
}

}  // namespace test
}  // namespace rucola
