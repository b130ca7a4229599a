// POST /users and PUT /organizations/{org}: how users and organizations come to be
#include <algorithm>

#include <boost/json/object.hpp>

#include "api/organization_json.h"
#include "api/resources.h"
#include "catalog/organization_rules.h"
#include "catalog/user_rules.h"
#include "security/api_keys.h"

namespace rucola::api {
namespace {

using message::Access;
using message::Caller;
using message::Request;
using message::Response;

struct SignUp {
  std::string email;
  std::optional<std::string> organization{};
};

struct Found {
  std::string org;
  std::string billing_email;
  std::optional<std::string> display_name{};
  std::optional<std::string> master{};
};

Result<Response> sign_up(const Services& services, const SignUp& asked, const Request& /*request*/) {
  if (!services.sign_up) {
    return fail(
        ErrorCode::forbidden,
        "Nobody signs up at this server: its operator makes users with `rucola user create --data {data "
        "folder}`, and the admins of an organization make them with POST /organizations/{org}/memberships. "
        "docs/authentication.md says more.");
  }
  if (auto good = catalog::may_be_own_email(asked.email); !good)
    return std::unexpected(std::move(good.error()));
  std::optional<catalog::NewOrganization> organization;
  if (asked.organization) {
    if (auto good = catalog::may_be_organization_name(*asked.organization); !good)
      return std::unexpected(std::move(good.error()));
    organization = {
        .name = *asked.organization, .display_name = *asked.organization, .billing_email = asked.email};
  }
  const std::string key = security::new_api_key();
  const auto user = services.users.sign_up(asked.email, security::api_key_digest(key), organization);
  if (!user) return std::unexpected(user.error());
  return message::json_response(
      200, boost::json::object{{"id", user->id}, {"email", user->email}, {"api_key", key}});
}

/// A key that the public has makes none, whatever organization of a stranger its user is an admin of: it
/// would be an admin by its own doing then. Where people sign up, who never was in an organization may make
/// its first; whoever was taken out of all of them may have a key that is published.
Result<void> may_found(const Services& services, const Caller& caller) {
  if (caller.token && !caller.token->renewable) {
    return fail(ErrorCode::forbidden,
                "A token that can't be renewed makes no organization, which would outlast it; do it with the "
                "key, or with a token whose \"rn\" is true.");
  }
  if (caller.is_public && caller.was_member && !caller.is_trusted) {
    return fail(ErrorCode::forbidden,
                "The user's own roles are only those that are handed out to the public, so it makes no "
                "organizations, unless with a trusted key. docs/authentication.md says more.");
  }
  // Beside what a trusted key has founded, a published one may look as if it were not public.
  if (caller.is_limited && !caller.is_trusted) {
    return fail(ErrorCode::forbidden,
                "The key was not let into all that its user may do, so it makes no organizations; do it with "
                "another key of the user, or with a trusted one.");
  }
  const bool is_admin = std::ranges::any_of(
      caller.grants, [](const auto& organization) { return organization.second.contains(Access::admin); });
  if (is_admin || services.sign_up) return {};
  return fail(ErrorCode::forbidden,
              "To make an organization takes the role admin in another one; or its operator makes it, with "
              "`rucola org create`.");
}

Result<void> may_be_part_of(const Caller& caller, const std::string& master) {
  if (caller.may(Access::admin, master)) return {};
  return fail(ErrorCode::forbidden,
              "\"master_organization\" takes an organization that this key is an admin of; \"" + master +
                  "\" is none.");
}

Result<Response> found_organization(const Services& services, const Found& asked, const Request& request) {
  if (auto allowed = may_found(services, request.caller); !allowed)
    return std::unexpected(std::move(allowed.error()));
  if (auto good = catalog::may_be_organization_name(asked.org); !good)
    return std::unexpected(std::move(good.error()));
  if (auto good = catalog::may_be_email(asked.billing_email); !good)
    return std::unexpected(std::move(good.error()));
  // Whoever names the organization itself wants none above it; that is how it is shown.
  const bool has_master = asked.master && *asked.master != asked.org;
  if (has_master) {
    if (auto allowed = may_be_part_of(request.caller, *asked.master); !allowed)
      return std::unexpected(std::move(allowed.error()));
  }
  const auto made = services.organizations.create_for(request.caller.user_id, request.caller.key_id,
                                                      {.name = asked.org,
                                                       .display_name = asked.display_name.value_or(asked.org),
                                                       .billing_email = asked.billing_email,
                                                       .master = has_master ? *asked.master : std::string()});
  if (!made) return std::unexpected(made.error());
  // It is the caller's from now on, which its request did not know yet.
  Caller founder = request.caller;
  founder.grants[made->name] = {Access::read, Access::oversee, Access::admin};
  return organization_response(200, services, founder, *made);
}

const Shape& signed_up_shape() {
  static const Shape shape{
      "NewUser",
      {{"id", text(36), "A UUID."},
       {"email", text(255), "As it was given."},
       {"api_key", text(security::api_key_length), "The user's key; it is shown this once."}}};
  return shape;
}

}  // namespace

void add_new_tenants(Endpoints& table) {
  using message::BodyKind, message::Method;
  table.push_back(endpoint<SignUp>(
      {.method = Method::post,
       .pattern = "/users",
       .access = Access::anyone,
       .body = BodyKind::json,
       .summary = "Make oneself a user, where the server lets people sign up",
       .takes = {body("email", &SignUp::email, text(254), "The user's address."),
                 body("organization", &SignUp::organization, text(63),
                      "An organization to make with it, whose admin it is.")},
       .answers = {{200, "The user, with a key.", object(signed_up_shape())}},
       .refuses = {{ErrorCode::forbidden, "Nobody signs up here: api.sign_up is false."},
                   {ErrorCode::conflict, "The address, or the organization's name, is taken."}},
       .handle = sign_up}));
  table.push_back(endpoint<Found>(
      {.method = Method::put,
       .pattern = "/organizations/{org}",
       .access = Access::account,
       .body = BodyKind::json,
       .summary = "Make an organization, whose admin one is then",
       .takes = {path("org", &Found::org, text(255), "Its name, a part of its render host's."),
                 body("billing_email", &Found::billing_email, text(254), "Whom to write to."),
                 body("display_name", &Found::display_name, text(255),
                      "For people; its name, where it is not given."),
                 body("master_organization", &Found::master, organization_name(),
                      "One that it becomes a part of; the caller is an admin of it.")},
       .answers = {{200, "The organization.", object(organization_shape())}},
       .refuses =
           {{ErrorCode::forbidden,
             "The caller is no admin of an organization, or not of master_organization, or of 20 "
             "already; or its key is public or may less than its user, or its token can't be renewed."},
            {ErrorCode::conflict, "There is one of that name."}},
       .handle = found_organization}));
}

}  // namespace rucola::api
