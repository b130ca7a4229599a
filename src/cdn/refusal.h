// What every adapter makes of an answer that is not a success. Pure and thread-safe.
#pragma once

#include <string>

#include "base/error.h"
#include "base/http_client.h"

namespace rucola::cdn {

/// overloaded for 429 and 503 with the Retry-After (seconds or date), unprocessable for the rest.
Error refusal_of(const std::string& cache, const HttpAnswer& answer);

}  // namespace rucola::cdn
