#include "storage/catalog/sqlite/fallbacks.h"

#include <string_view>

#include "base/log.h"
#include "catalog/organization_options.h"
#include "storage/catalog/sqlite/history.h"

namespace rucola::storage::fallbacks {

void note(Connection& connection, std::string_view organization, const catalog::OrganizationOption& option) {
  if (option.name != catalog::fallback_option) return;
  connection.run(
      "DELETE FROM fallback_consents WHERE organization = (SELECT id FROM organizations WHERE name = ?1)",
      organization);
  if (!option.value_json || option.let_by.empty()) return;
  connection.run(
      "INSERT INTO fallback_consents (organization, fallback, user) SELECT o.id, f.id, u.id "
      "FROM organizations o, organizations f, users u "
      "WHERE o.name = ?1 AND f.name = json_extract(?2, '$') AND u.uuid = ?3",
      organization, std::string_view(*option.value_json), std::string_view(option.let_by));
}

std::vector<std::string> end_abandoned(Connection& connection) {
  std::vector<std::string> ended;
  {
    Query row = connection.query(
        "WITH admins AS (SELECT r.user, r.organization FROM roles r "
        "JOIN memberships m ON (m.user, m.organization) = (r.user, r.organization) "
        "WHERE r.role = 'admin' AND m.active) "
        "SELECT o.name, f.name FROM fallback_consents c JOIN organizations o ON o.id = c.organization "
        "JOIN organizations f ON f.id = c.fallback "
        "WHERE NOT EXISTS (SELECT 1 FROM admins a WHERE a.organization = c.fallback AND (a.user = c.user OR "
        "EXISTS (SELECT 1 FROM admins b WHERE b.user = a.user AND b.organization = c.organization))) "
        "ORDER BY o.name");
    while (row.step()) {
      ended.push_back(row.text(0));
      log::warning("fallback_ended", {{"organization", row.view(0)}, {"fallback", row.view(1)}});
    }
  }
  // Whoever changed the memberships of one organization is nobody whom the other should know.
  if (!ended.empty()) history::begin_changes_of(connection, nullptr, {});
  for (const std::string& organization : ended) {
    connection.run(
        "UPDATE organizations SET options = json_remove(options, '$.render_org_fallback') "
        "WHERE name = ?1 AND json_valid(options)",
        std::string_view(organization));
    note(connection, organization, {.name = std::string(catalog::fallback_option), .value_json = {}});
  }
  return ended;
}

}  // namespace rucola::storage::fallbacks
