// Who let an organization be another's fallback: an admin of both; sqlite/fallbacks.h. Who did before this
// table is not known: where somebody is an admin of both, he is taken for it, and where nobody is, it was
// whoever may run the program.
#pragma once

#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration fallback_consents = {
    .sql = R"sql(
CREATE TABLE fallback_consents (
  organization INTEGER PRIMARY KEY REFERENCES organizations,
  fallback     INTEGER NOT NULL REFERENCES organizations,
  user         INTEGER REFERENCES users ON DELETE SET NULL
) STRICT;
CREATE INDEX fallback_consents_by_user ON fallback_consents (user);

INSERT INTO fallback_consents (organization, fallback)
SELECT o.id, f.id FROM organizations o
JOIN organizations f ON f.name = iif(json_valid(o.options), o.options ->> 'render_org_fallback', NULL)
WHERE EXISTS (
  SELECT 1 FROM roles a JOIN roles b ON b.user = a.user
  WHERE (a.organization, a.role) = (o.id, 'admin') AND (b.organization, b.role) = (f.id, 'admin'));
)sql",
};

}  // namespace rucola::storage::migrations
