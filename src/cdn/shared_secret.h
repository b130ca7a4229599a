// The secret of a cache that a purge carries in a header, or is signed with. Pure and thread-safe.
#pragma once

#include <string_view>

#include "base/error.h"

namespace rucola::cdn {

/// `or_from`: where else the entry could have got it, for the message; may be empty.
/// Errors: bad_request where there is none, or one that would break a header; the message doesn't show it.
Result<void> check_shared_secret(std::string_view secret, std::string_view or_from);

}  // namespace rucola::cdn
