// Who makes the changes of a request. Thread-safe. Internal to api/.
#pragma once

#include "base/author.h"
#include "message/route.h"

namespace rucola::api {

Author author_of(const message::Request& request);

/// The route, whose handler works for the caller, on whichever threads. One that only reads is left as it is.
message::Route for_its_caller(message::Route route);

}  // namespace rucola::api
