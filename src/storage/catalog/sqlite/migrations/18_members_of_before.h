// As what a user has been a member anywhere, also where it is none any more: 0 never, 1 known by its id
// alone, 2 by more (catalog/user_rules.h). Of those who are members nowhere it is not known: they count as
// the last.
#pragma once

#include "storage/catalog/sqlite/migrations/migration.h"

namespace rucola::storage::migrations {

inline constexpr Migration members_of_before = {
    .sql = R"sql(
ALTER TABLE users ADD COLUMN been_member INTEGER NOT NULL DEFAULT 0;
UPDATE users SET been_member = ifnull((SELECT max(iif(by_id, 1, 2)) FROM memberships WHERE user = users.id), 2);
CREATE TRIGGER members_are_remembered AFTER INSERT ON memberships BEGIN
  UPDATE users SET been_member = max(been_member, iif(NEW.by_id, 1, 2)) WHERE id = NEW.user;
END;
CREATE TRIGGER members_by_more_are_remembered AFTER UPDATE OF by_id ON memberships BEGIN
  UPDATE users SET been_member = max(been_member, iif(NEW.by_id, 1, 2)) WHERE id = NEW.user;
END;
)sql",
};

}  // namespace rucola::storage::migrations
