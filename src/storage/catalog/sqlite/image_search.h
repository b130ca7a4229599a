// Searches for source images. The contract is that of catalog::Images::search().
//
// Whether it begins with what a filter finds, or walks along what it sorts by and looks which images pass, is
// decided by how many images each filter finds, counted up to a bound. Errors: DatabaseFailure, also where it
// takes longer than longest_search.
#pragma once

#include <chrono>
#include <string_view>

#include "base/error.h"
#include "catalog/image_search.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::images {

inline constexpr std::chrono::seconds longest_search{2};

Result<catalog::FoundImages> search(Connection& connection, std::string_view organization,
                                    const catalog::ImageSearch& asked);

}  // namespace rucola::storage::images
