#include "api/member_json.h"

#include <boost/json/array.hpp>

#include "base/time.h"
#include "catalog/user_rules.h"

namespace rucola::api {

namespace json = boost::json;

json::object member_json(const catalog::Member& member, const message::Caller& caller) {
  json::array roles;
  for (const catalog::Role role : member.roles)
    roles.emplace_back(catalog::name_of(role));
  const bool is_shown = !member.by_id || member.user.id == caller.user_id;
  json::object shown{{"email", is_shown ? json::value(member.user.email) : json::value()},
                     {"user_id", member.user.id},
                     {"organization", member.organization.name},
                     {"organization_id", member.organization.id},
                     {"display_name", member.organization.display_name},
                     {"roles", std::move(roles)},
                     {"active", member.active},
                     {"comment", member.comment}};
  if (member.created) shown["created"] = format_rfc3339(*member.created);
  if (member.last_access) shown["last_access"] = format_rfc3339(*member.last_access);
  return shown;
}

const Shape& member_shape() {
  static const Shape shape{
      "Membership",
      {{"email", or_null(text(255)),
        "Of the user; ends in .invalid where it is nobody's. Null for others where the user was let in by "
        "its "
        "id."},
       {"user_id", text(36), "A UUID."},
       {"organization", organization_name(), "The organization."},
       {"organization_id", text(36), "A UUID."},
       {"display_name", text(255), "Of the organization, for people."},
       {"roles", list(), "What the user may do there."},
       {"active", flag(), "An inactive membership gives no right."},
       {"comment", text(catalog::longest_comment_bytes), "What it is for."},
       {"created", time_of_day(), "When it began; absent where that is not known."},
       {"last_access", time_of_day(), "When it was used last, to the day; absent where it never was."}}};
  return shape;
}

}  // namespace rucola::api
