// The result of a job on its way to the server: a memfd that nobody can change any more.
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/unique_fd.h"

namespace rucola::render::worker {

/// Errors: payload_too_large past the limit for results, internal.
Result<UniqueFd> sealed_file(std::string_view bytes);

}  // namespace rucola::render::worker
