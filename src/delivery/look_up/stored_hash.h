// The hash in a row of the catalog that leads to an image. It was checked when it was written, so one that is
// none is a damaged row, and no fault of whoever asks for a render; the beginning of one would lead to
// whatever image begins so.
//
// Thread-safe. Errors: internal; the row has been reported then (catalog/damaged_rows.h).
#pragma once

#include <string>

#include "base/error.h"
#include "catalog/types.h"

namespace rucola::delivery {

Result<std::string> stored_hash(const catalog::Alias& alias);

/// `hash`: what is stored of the image that was fetched from `url`.
Result<std::string> stored_hash_of_remote(const std::string& organization, const std::string& url,
                                          const std::string& hash);

}  // namespace rucola::delivery
