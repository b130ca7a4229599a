// What a change may be made to depend on (RFC 9110, section 13). Where a route does not look at what the
// client made a condition, the change would be made unconditionally: it is refused instead.
//
// Pure; thread-safe. Errors: precondition_failed, which says what is honoured.
#pragma once

#include "base/error.h"
#include "message/request.h"

namespace rucola::api {

enum class Preconditions {
  none,
  entity_tags,  ///< If-Match and If-None-Match; the handler looks at them
};

/// Whatever else the request has. Those of GET and HEAD are none of a route's business: the server looks at
/// them when it has the answer. If-Unmodified-Since counts for nothing beside an If-Match.
Result<void> refuse_other_preconditions(Preconditions honoured, const message::Request& request);

}  // namespace rucola::api
