// Who makes a change, as the history keeps it. Pure; thread-safe. Internal to api/.
#pragma once

#include "catalog/history.h"
#include "message/request.h"

namespace rucola::api {

inline catalog::Author author_of(const message::Request& request) {
  return {.user_id = request.caller.user_id,
          .email = request.caller.email,
          .key_id = request.caller.key_id,
          .via = catalog::Via::api};
}

}  // namespace rucola::api
