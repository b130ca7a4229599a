// What kind of answer a request's Accept asks for. Pure, thread-safe.
#pragma once

#include <string_view>

#include "message/request.h"

namespace rucola::api {

/// Does it name that type, be it the first choice or not? Wildcards name nothing.
bool accept_names(const message::Request& request, std::string_view type);

/// A browser names HTML; who names JSON alone is a program.
bool wants_json(const message::Request& request);

}  // namespace rucola::api
