// A part of the thirteenth migration (migrations/13_expiry.h).
#pragma once

#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage {

/// Aliases and URLs name the hashes of images, whose rows may be gone: they refer to none any more.
void let_names_outlive_images(Connection& connection);

}  // namespace rucola::storage
