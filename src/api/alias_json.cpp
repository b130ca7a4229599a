#include "api/alias_json.h"

#include <limits>

namespace rucola::api {

boost::json::object alias_json(const catalog::Alias& alias) {
  return {{"organization", alias.organization},
          {"alias", alias.name},
          {"hash", alias.hash},
          {"created", format_rfc3339(alias.created)},
          {"updated", format_rfc3339(alias.updated)},
          {"version", alias.version}};
}

const Shape& alias_shape() {
  static const Shape shape{"Alias",
                           {{"organization", organization_name(), "Its owner."},
                            {"alias", alias_name(), "The name."},
                            {"hash", full_hash(), "The image that it points at."},
                            {"created", time_of_day(), "When the name was first created."},
                            {"updated", time_of_day(), "When it last moved."},
                            {"version", integer(1, std::numeric_limits<std::int64_t>::max()),
                             "One more each time it moves; the ETag of the resource too."}}};
  return shape;
}

}  // namespace rucola::api
