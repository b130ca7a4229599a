// What the API's reference for people says, in whichever form it is written. Pure, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "api/endpoint.h"

namespace rucola::api {

/// "path", "query", "field" or "body".
std::string_view place_text(Place place);

/// "Takes the role read, write or admin."
std::string access_text(const Description& description);

}  // namespace rucola::api
