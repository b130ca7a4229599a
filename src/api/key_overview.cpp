// GET /user/admin/apikeys: who may do what, and with which keys, wherever one oversees the members
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "api/key_terms.h"
#include "api/member_json.h"
#include "api/resources.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using catalog::Member;
using message::Request;
using message::Response;

struct Nothing {};

/// So many organizations are looked at.
constexpr std::size_t most_organizations = 50;

/// What its user says of a key, and from where it comes, is nobody's business where the user was let in by
/// its id.
json::object overseen_key_json(const catalog::ApiKey& key, bool by_id) {
  json::object shown = key_json(key);
  if (!by_id) return shown;
  shown["comment"] = "";
  shown["allowed_ips"] = json::array();
  return shown;
}

Result<json::object> overseen_member_json(const Services& services, const Member& member,
                                          const message::Caller& caller) {
  const auto keys = services.users.keys(member.user.id);
  if (!keys) return std::unexpected(keys.error());
  json::array shown_keys;
  for (const catalog::ApiKey& key : *keys)
    shown_keys.push_back(overseen_key_json(key, member.by_id));
  json::object shown = member_json(member, caller);
  shown["api_keys"] = std::move(shown_keys);
  return shown;
}

/// A user that goes meanwhile is left out.
Result<void> add_members(const Services& services, const std::string& organization,
                         const message::Caller& caller, json::array& items) {
  const auto members = services.members.list(organization);
  if (!members) return std::unexpected(members.error());
  for (const Member& member : *members) {
    auto shown = overseen_member_json(services, member, caller);
    if (shown) {
      items.push_back(*std::move(shown));
    } else if (shown.error().code != ErrorCode::not_found) {
      return std::unexpected(std::move(shown.error()));
    }
  }
  return {};
}

Result<Response> list_overseen(const Services& services, const Nothing& /*asked*/, const Request& request) {
  json::array items;
  std::size_t looked_at = 0;
  bool truncated = false;
  for (const auto& [organization, grants] : request.caller.grants) {
    if (!grants.contains(message::Access::oversee)) continue;
    truncated = looked_at == most_organizations;
    if (truncated) break;
    ++looked_at;
    if (auto added = add_members(services, organization, request.caller, items); !added)
      return std::unexpected(std::move(added.error()));
  }
  const auto total = items.size();
  return message::json_response(
      200, json::object{{"total", total}, {"truncated", truncated}, {"items", std::move(items)}});
}

const Shape& overseen_member_shape() {
  static const Shape shape = extended(
      member_shape(), "OverseenMember",
      {"api_keys", list(key_shape()),
       "The user's, the oldest first; without comment and allowed_ips where it was let in by its id."});
  return shape;
}

const Shape& overview_shape() {
  static const Shape shape{
      "KeyOverview",
      {{"total", integer(0, std::numeric_limits<std::int64_t>::max()), "How many members there are."},
       {"truncated", flag(), "There are more than 50 organizations; these are of the first."},
       {"items", list(overseen_member_shape()), "By organization and member."}}};
  return shape;
}

}  // namespace

void add_key_overview(Endpoints& table) {
  table.push_back(endpoint<Nothing>(
      {.method = message::Method::get,
       .pattern = "/user/admin/apikeys",
       .access = message::Access::own_keys,
       .summary = "List the members of all organizations that one may read the members of, with their keys",
       .answers = {{200, "All of them; without the keys themselves.", object(overview_shape())}},
       .handle = list_overseen}));
}

}  // namespace rucola::api
