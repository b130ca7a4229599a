// Which image a remote URL has become.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::remote_images {

Result<std::string> find(Connection& connection, std::string_view organization, std::string_view url);
/// `hash`: the full hash of an image of the organization, which may be deleted.
Result<void> remember(Connection& connection, std::string_view organization, std::string_view url,
                      std::string_view hash);

}  // namespace rucola::storage::remote_images
