// The encodings that SVGs come in. The policy, which looks for links, and librsvg read UTF-8 and nothing
// else, so that neither can see other characters than the other.
//
// Threads: a worker has one. Errors: unprocessable.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace rucola::render::worker {

/// UTF-16, by its first bytes.
bool is_in_wide_characters(std::string_view bytes);

/// Without the declaration that names the other encoding. Nothing where it is in UTF-8 already, as far as it
/// says. Those of browsers are known.
Result<std::optional<std::string>> in_utf8(std::string_view bytes);

}  // namespace rucola::render::worker
