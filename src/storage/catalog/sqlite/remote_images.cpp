#include "storage/catalog/sqlite/remote_images.h"

#include "base/time.h"
#include "storage/catalog/sqlite/organizations_and_users.h"
#include "storage/catalog/sqlite/statement.h"

namespace rucola::storage::remote_images {

Result<std::string> find(Connection& connection, std::string_view organization, std::string_view url) {
  Query row = connection.query(
      "SELECT r.hash FROM remote_images r JOIN organizations o ON o.id = r.organization "
      "WHERE o.name = ?1 AND r.url = ?2",
      organization, url);
  if (!row.step()) return fail(ErrorCode::not_found, "This remote image has not been fetched.");
  return row.text(0);
}

Result<void> remember(Connection& connection, std::string_view organization, std::string_view url,
                      std::string_view hash) {
  const Result<std::int64_t> organization_row = organizations::row_id(connection, organization);
  if (!organization_row) return std::unexpected(organization_row.error());
  connection.run(
      "INSERT INTO remote_images (organization, url, hash, fetched) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (organization, url) DO UPDATE SET hash = excluded.hash, fetched = excluded.fetched",
      *organization_row, url, hash, now());
  return {};
}

}  // namespace rucola::storage::remote_images
