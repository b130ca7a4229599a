// /organizations/{org}/memberships, and those of the user who asks
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "api/key_terms.h"
#include "api/member_json.h"
#include "api/paths.h"
#include "api/purging.h"
#include "api/resources.h"
#include "catalog/user_rules.h"
#include "security/api_keys.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using catalog::Member;
using message::Request;
using message::Response;

struct Whole {
  std::string org;
};

struct One {
  std::string org;
  std::string user;
};

struct Nothing {};

/// What a membership is to be. Clients send `roles`, old ones `role`.
struct Terms {
  std::optional<json::value> roles{};
  std::optional<std::string> role{};
  std::optional<bool> active{};
  std::optional<std::string> comment{};
};

struct NewMember : Terms {
  std::string org;
  std::optional<json::object> api_key{};
};

struct PutMember : Terms {
  std::string org;
  std::string user;
};

json::object members_json(const std::vector<Member>& members, const message::Caller& caller) {
  json::array items;
  for (const Member& member : members)
    items.push_back(member_json(member, caller));
  return {{"total", members.size()}, {"items", std::move(items)}};
}

std::unexpected<Error> wrong_roles() {
  return fail(ErrorCode::bad_request,
              "The field \"roles\" must be a list of at least one role, of " + catalog::role_names() + ".");
}

Result<std::vector<catalog::Role>> read_roles(const Terms& terms) {
  if (terms.roles && terms.role)
    return fail(ErrorCode::bad_request, "\"role\" and \"roles\" mean the same; send one of them.");
  json::array names;
  if (terms.role) names.emplace_back(*terms.role);
  if (terms.roles && terms.roles->is_string()) names.push_back(*terms.roles);
  if (terms.roles && terms.roles->is_array()) names = terms.roles->get_array();
  std::vector<catalog::Role> roles;
  for (const json::value& name : names) {
    const auto role =
        name.is_string() ? catalog::parse_role(std::string_view(name.get_string())) : std::nullopt;
    if (!role) return wrong_roles();
    roles.push_back(*role);
  }
  if (roles.empty()) return wrong_roles();
  return roles;
}

Result<catalog::MemberTerms> read_terms(const Terms& terms) {
  auto roles = read_roles(terms);
  if (!roles) return std::unexpected(std::move(roles.error()));
  return catalog::MemberTerms{.roles = *std::move(roles), .active = terms.active, .comment = terms.comment};
}

Result<Response> list_members(const Services& services, const Whole& asked, const Request& request) {
  const auto members = services.members.list(asked.org);
  if (!members) return std::unexpected(members.error());
  return message::json_response(200, members_json(*members, request.caller));
}

Result<Response> list_own(const Services& services, const Nothing& /*asked*/, const Request& request) {
  const auto members = services.members.of_user(request.caller.user_id);
  if (!members) return std::unexpected(members.error());
  return message::json_response(200, members_json(*members, request.caller));
}

Result<Response> get_member(const Services& services, const One& asked, const Request& request) {
  const auto member = services.members.find(asked.org, asked.user);
  if (!member) return std::unexpected(member.error());
  return message::json_response(200, member_json(*member, request.caller));
}

/// A token that can't be renewed is lent to somebody who shall not keep what it gives, as another's key.
Result<void> may_let_in(const message::Caller& caller) {
  if (!caller.token || caller.token->renewable) return {};
  return fail(
      ErrorCode::forbidden,
      "A token that can't be renewed lets nobody in; do it with the key, or with a token whose \"rn\" is "
      "true.");
}

Result<Response> add_member(const Services& services, const NewMember& asked, const Request& request) {
  if (auto allowed = may_let_in(request.caller); !allowed) return std::unexpected(std::move(allowed.error()));
  auto terms = read_terms(asked);
  if (!terms) return std::unexpected(std::move(terms.error()));
  const auto key_terms = read_key_terms(asked.api_key.value_or(json::object{}), now());
  if (!key_terms) return std::unexpected(key_terms.error());
  const std::string key = security::new_api_key();
  const auto member = services.members.create(asked.org, *terms, security::api_key_digest(key), *key_terms);
  if (!member) return std::unexpected(member.error());
  json::object shown = member_json(*member, request.caller);
  shown["api_key"] = key;
  return message::json_response(201, shown);
}

/// Of organizations that show images of another one as long as an admin of it stands for that.
catalog::PurgeOf purge_of_fallbacks(const Services& services) {
  return [&services](std::string_view organization) { return whole_organization(services, organization); };
}

Result<Response> put_member(const Services& services, const PutMember& asked, const Request& request) {
  if (auto allowed = may_let_in(request.caller); !allowed) return std::unexpected(std::move(allowed.error()));
  auto terms = read_terms(asked);
  if (!terms) return std::unexpected(std::move(terms.error()));
  const auto put = services.members.put(asked.org, asked.user, *terms, purge_of_fallbacks(services));
  if (!put) return std::unexpected(put.error());
  services.purge.notify();
  switch (put->outcome) {
    case catalog::MemberOutcome::created:
      return message::json_response(201, member_json(put->member, request.caller));
    case catalog::MemberOutcome::changed:
      return message::json_response(200, member_json(put->member, request.caller));
    case catalog::MemberOutcome::unchanged:
      break;
  }
  return message::empty_response(204);
}

Result<Response> delete_member(const Services& services, const One& asked, const Request& /*request*/) {
  if (auto gone = services.members.remove(asked.org, asked.user, purge_of_fallbacks(services)); !gone)
    return std::unexpected(std::move(gone.error()));
  services.purge.notify();
  return message::empty_response(204);
}

const Shape& new_member_shape() {
  static const Shape shape =
      extended(member_shape(), "NewMembership",
               {"api_key", text(security::api_key_length), "The user's key; it is shown this once."});
  return shape;
}

const Shape& members_shape() {
  static const Shape shape{
      "Memberships",
      {{"total", integer(0, std::numeric_limits<std::int64_t>::max()), "How many there are."},
       {"items", list(member_shape()), "All of them."}}};
  return shape;
}

bool is_uuid(std::string_view text) {
  return text.size() == 36 && text.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

Schema user_id() {
  Schema schema = text(36);
  schema.accepts = is_uuid;
  schema.allowed = "a user's id, a UUID";
  return schema;
}

template <class In>
std::vector<Input<In>> of_user(std::vector<Input<In>> more = {}) {
  more.insert(more.begin(), {organization_path<In>(), path("user", &In::user, user_id(), "The user.")});
  return more;
}

template <class In, class M>
Input<In> term(std::string name, M Terms::* member, Schema schema, std::string help) {
  return body<In>(std::move(name), static_cast<M In::*>(member), std::move(schema), std::move(help));
}

template <class In>
std::vector<Input<In>> terms(std::vector<Input<In>> takes) {
  Schema roles = any_value();
  roles.allowed = "a list of roles";
  takes.push_back(term<In>("roles", &Terms::roles, roles, "What the user may do, all of it."));
  takes.push_back(term<In>("role", &Terms::role, text(64), "The same, where it is one role."));
  takes.push_back(term<In>("active", &Terms::active, flag(),
                           "False: it keeps its roles, and gives no right until it is true again."));
  takes.push_back(
      term<In>("comment", &Terms::comment, text(catalog::longest_comment_bytes), "What it is for."));
  return takes;
}

}  // namespace

void add_memberships(Endpoints& table) {
  using message::Access, message::BodyKind, message::Method;
  const std::string all = "/organizations/{org}/memberships";
  const std::string one = all + "/{user}";
  const Refusal no_such_member{ErrorCode::not_found, "There is no such user, or it is no member."};
  const Refusal last_admin{ErrorCode::conflict, "It is the organization's last active admin."};
  const Refusal lent{ErrorCode::forbidden, "The caller's token can't be renewed."};
  table.push_back(endpoint<Whole>({.method = Method::get,
                                   .pattern = all,
                                   .access = Access::oversee,
                                   .summary = "List the members of an organization",
                                   .takes = {organization_path<Whole>()},
                                   .answers = {{200, "All of them.", object(members_shape())}},
                                   .handle = list_members}));
  table.push_back(endpoint<NewMember>(
      {.method = Method::post,
       .pattern = all,
       .access = Access::admin,
       .body = BodyKind::json,
       .summary = "Make a user with a key and a membership",
       .takes = terms<NewMember>({organization_path<NewMember>(),
                                  body("api_key", &NewMember::api_key, object(),
                                       "What is said of its key: comment, trusted, allowed_ips, expires.")}),
       .answers = {{201, "The membership, with the key.", object(new_member_shape())}},
       .refuses = {lent, {ErrorCode::not_implemented, "A key that requires a second factor is asked for."}},
       .handle = add_member}));
  table.push_back(endpoint<One>({.method = Method::get,
                                 .pattern = one,
                                 .access = Access::oversee,
                                 .summary = "Read a membership",
                                 .takes = of_user<One>(),
                                 .answers = {{200, "The membership.", object(member_shape())}},
                                 .refuses = {no_such_member},
                                 .handle = get_member}));
  table.push_back(
      endpoint<PutMember>({.method = Method::put,
                           .pattern = one,
                           .access = Access::admin,
                           .body = BodyKind::json,
                           .summary = "Let a user into an organization, or change what it may do there",
                           .takes = terms<PutMember>(of_user<PutMember>()),
                           .answers = {{201, "It is new.", object(member_shape())},
                                       {200, "It is changed.", object(member_shape())},
                                       {204, "It was so already."}},
                           .refuses = {no_such_member, last_admin, lent},
                           .handle = put_member}));
  table.push_back(endpoint<One>({.method = Method::delete_,
                                 .pattern = one,
                                 .access = Access::admin,
                                 .summary = "Take a user out of an organization",
                                 .takes = of_user<One>(),
                                 .answers = {{204, "It is gone."}},
                                 .refuses = {no_such_member, last_admin},
                                 .handle = delete_member}));
  table.push_back(endpoint<Nothing>({.method = Method::get,
                                     .pattern = "/user/memberships",
                                     .access = Access::own_keys,
                                     .summary = "List the organizations that one is a member of",
                                     .answers = {{200, "All of them.", object(members_shape())}},
                                     .handle = list_own}));
}

}  // namespace rucola::api
