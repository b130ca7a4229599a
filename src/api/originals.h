// Who may see the files of protected images. Pure, thread-safe.
#pragma once

#include "base/error.h"
#include "catalog/types.h"
#include "message/caller.h"

namespace rucola::api {

/// Errors: forbidden.
Result<void> may_see_original(const message::Caller& caller, const catalog::SourceImage& image);

}  // namespace rucola::api
