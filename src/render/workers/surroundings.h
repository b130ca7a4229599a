// What whoever started the server may have forbidden, so that no worker can start: told apart, since a worker
// that ends with "exit code 1" tells nobody what to change.
//
// Threads: any. Errors: bad_request, in words for whoever starts the server.
#pragma once

#include <cstdint>

#include "base/error.h"

namespace rucola::render {

/// A worker limits itself to `bytes` of address space, which must not be more than is allowed already.
Result<void> check_address_space(std::int64_t bytes);

}  // namespace rucola::render
