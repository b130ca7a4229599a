// The index of the values by which images are found, besides their columns; catalog/search_values.h says
// which. Who writes an image's name or metadata writes them too; when it is deleted or restored, triggers do
// the rest.
//
// Expect to run inside a transaction. Errors: DatabaseFailure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "catalog/types.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::image_values {

/// Makes the index agree with the image, whose row that is.
void write(Connection& connection, std::int64_t row, const catalog::SourceImage& image);

/// The row of a field of the organization; nothing where no image ever had it.
std::optional<std::int64_t> field_row(Connection& connection, std::int64_t organization,
                                      std::string_view key);

}  // namespace rucola::storage::image_values
