#include "storage/catalog/sqlite/names_outlive_images.h"

#include <string_view>

#include "storage/catalog/sqlite/remade_table.h"

namespace rucola::storage {
namespace {

constexpr std::string_view aliases_without_rows_of_images = R"sql(
CREATE TABLE aliases (
  organization INTEGER NOT NULL REFERENCES organizations,
  name         TEXT NOT NULL,
  hash         TEXT NOT NULL,
  version      INTEGER NOT NULL,
  created      INTEGER NOT NULL,
  updated      INTEGER NOT NULL,
  deleted      INTEGER,
  PRIMARY KEY (organization, name)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::string_view remote_images_without_rows_of_images = R"sql(
CREATE TABLE remote_images (
  organization INTEGER NOT NULL REFERENCES organizations,
  url          TEXT NOT NULL,
  hash         TEXT NOT NULL,
  fetched      INTEGER NOT NULL,
  PRIMARY KEY (organization, url)
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

void let_names_outlive_images(Connection& connection) {
  remake(connection, "aliases", aliases_without_rows_of_images);
  remake(connection, "remote_images", remote_images_without_rows_of_images);
}

}  // namespace rucola::storage
