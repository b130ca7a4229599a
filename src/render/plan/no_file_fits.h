// The verdict that no file of a render has as few bytes as its plan allows (max_bytes). It depends on nothing
// but the plan and its files: who asks again is told the same. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace rucola::render {

/// How the detail begins, by which the verdict is known wherever it gets to.
inline constexpr std::string_view no_file_fits = "no file is small enough";

inline bool is_no_file_fits(const Error& error) {
  return error.code == ErrorCode::unprocessable && error.detail.text.starts_with(no_file_fits);
}

}  // namespace rucola::render
