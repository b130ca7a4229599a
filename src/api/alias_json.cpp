#include "api/alias_json.h"

namespace rucola::api {

boost::json::object alias_json(const catalog::Alias& alias) {
  return {{"organization", alias.organization},
          {"alias", alias.name},
          {"hash", alias.hash},
          {"created", format_rfc3339(alias.created)},
          {"updated", format_rfc3339(alias.updated)},
          {"version", alias.version}};
}

}  // namespace rucola::api
