// What callers may do, where a route's own `access` can't say it, and how people are told. Pure, thread-safe.
#pragma once

#include <string_view>

#include "base/error.h"
#include "catalog/types.h"
#include "message/caller.h"

namespace rucola::api {

/// "the role read, write or admin": what is enough, after "takes".
std::string_view roles_for(message::Access access);

/// The files of protected images are not for everybody. Errors: forbidden.
Result<void> may_see_original(const message::Caller& caller, const catalog::SourceImage& image);

}  // namespace rucola::api
