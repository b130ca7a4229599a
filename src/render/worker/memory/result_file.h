// The result of a job on its way to the server: a file in memory that the server has made for it, the only
// one that a worker can write to.
#pragma once

#include <string_view>

#include "base/error.h"
#include "base/unique_fd.h"

namespace rucola::render::worker {

/// Errors: payload_too_large past the limit for results, internal.
Result<void> write_result(const UniqueFd& file, std::string_view bytes);

}  // namespace rucola::render::worker
