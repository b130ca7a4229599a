#include "storage/catalog/ports/purges.h"

#include "storage/catalog/sqlite/aliases.h"
#include "storage/catalog/sqlite/images.h"
#include "storage/catalog/sqlite/organizations_and_users.h"
#include "storage/catalog/sqlite/stacks.h"

namespace rucola::storage {

Result<bool> SqlitePurges::ever_existed(std::string_view organization, catalog::PurgeKind kind,
                                        std::string_view name) {
  return database_.read([&](Connection& c) -> Result<bool> {
    switch (kind) {
      case catalog::PurgeKind::alias:
        return aliases::ever_existed(c, organization, name);
      case catalog::PurgeKind::stack:
        return stacks::ever_existed(c, organization, name);
      case catalog::PurgeKind::source_image:
        return images::ever_existed(c, organization, name);
      case catalog::PurgeKind::organization:
        return organizations::row_id(c, name).has_value();
    }
    return false;
  });
}

}  // namespace rucola::storage
