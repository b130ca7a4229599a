// An image that something else names: an option, for a layer of a composition or for what stands in for an
// image that is missing; metadata, for a video in another size.
//
// Threads: any; blocks on the catalog, inside the snapshot of `catalog`. Errors: not_found; forbidden where
// it is protected and the URL is not signed; bad_request (ambiguous short hash); internal.
#pragma once

#include <string_view>

#include "delivery/look_up/look_up.h"

namespace rucola::delivery {

/// By hash, short hash, or alias, as it is or as URLs write it; of the organization of `resolved`, which gets
/// the tags and the times of what was asked for, found or not. `what` is "An image that the stack uses", for
/// messages; the reference itself is for the log alone.
Result<catalog::SourceImage> named_image(CatalogView& catalog, Resolved& resolved, std::string_view reference,
                                         std::string_view what);

/// The same by hash alone: an alias may have 40 hex characters for its name, and names something else.
Result<catalog::SourceImage> hashed_image(CatalogView& catalog, Resolved& resolved, std::string_view hash,
                                          std::string_view what);

}  // namespace rucola::delivery
