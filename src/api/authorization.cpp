#include <algorithm>
#include <set>
#include <span>

#include "api/access.h"
#include "api/authentication.h"
#include "api/routes.h"
#include "api/throttle.h"
#include "base/log.h"
#include "base/text.h"
#include "catalog/names.h"
#include "catalog/user_rules.h"
#include "security/api_keys.h"

namespace rucola::api {
namespace {

using catalog::Role;
using message::Access;

/// What a role is good for; those of source images are good for nothing else.
std::set<Access> grants_of(Role role, bool about_source_images) {
  switch (role) {
    case Role::read:
      return {Access::read, Access::originals};
    case Role::upload:
      return {Access::upload};
    case Role::write:
      return {Access::read, Access::upload, Access::write, Access::originals, Access::billing};
    case Role::admin:
      return {Access::read,    Access::upload,    Access::write, Access::admin,
              Access::oversee, Access::originals, Access::lock,  Access::billing};
    case Role::admin_read:
      return {Access::read, Access::oversee, Access::originals, Access::billing};
    case Role::sourceimages_read:
      if (about_source_images) return {Access::read};
      return {};
    case Role::sourceimages_write:
      if (about_source_images) return {Access::read, Access::upload, Access::write};
      return {};
    case Role::sourceimages_download_protected:
      return {Access::originals};
    case Role::sourceimages_unlock:
      return {Access::lock};
    case Role::billing_read:
      return {Access::billing};
  }
  return {};
}

/// "read, write or admin"
std::string alternatives(const std::vector<std::string_view>& names) {
  if (names.size() < 2) return joined(names);
  const std::span all_but_last(names.data(), names.size() - 1);
  return joined(all_but_last) + " or " + std::string(names.back());
}

message::Caller caller_of(const Authenticated& authenticated, const message::Request& request) {
  const catalog::Principal& principal = authenticated.principal;
  message::Caller caller{.user_id = principal.user.id,
                         .email = principal.user.email,
                         .key_id = security::api_key_id(principal.key.sha256),
                         .is_public = catalog::is_public(principal.roles_anywhere),
                         .is_trusted = principal.key.terms.trusted,
                         .was_member = principal.was_member,
                         .is_limited = principal.is_limited};
  if (const auto& token = authenticated.token) {
    caller.token = message::TokenBounds{
        .lifetime = token->lifetime, .addresses = token->addresses, .renewable = token->renewable};
  }
  const bool about_source_images = is_about_source_images(request.path);
  for (const catalog::Membership& membership : principal.key.memberships) {
    auto& grants = caller.grants[membership.organization];
    for (const Role role : membership.roles)
      grants.merge(grants_of(role, about_source_images));
  }
  return caller;
}

/// Nobody waits for it.
void note_access(const Services& services, const catalog::ApiKey& key, const message::Request& request,
                 Time at) {
  const auto named = request.path_values.find("org");
  const std::string organization = named == request.path_values.end() ? "" : named->second;
  const auto member = std::ranges::find(key.memberships, organization, &catalog::Membership::organization);
  const bool is_known =
      member == key.memberships.end() || !catalog::is_access_worth_a_note(member->last_access, at);
  if (is_known && !catalog::is_access_worth_a_note(key.accessed, at)) return;
  services.sql.submit({.run = [&users = services.users, sha256 = key.sha256, organization, at] {
    if (const auto noted = users.note_access(sha256, organization, at); !noted)
      log::warning("access_not_noted", {{"detail", noted.error().message.text}});
  }});
}

Result<void> may_manage_keys(const message::Caller& caller, Access access) {
  if ((access != Access::own_keys && access != Access::change_own_keys) || caller.may(access, {})) return {};
  if (caller.is_limited) {
    return fail(
        ErrorCode::forbidden,
        "This key was not let into all that its user may do, so it may not see or change keys that may "
        "do more.");
  }
  if (!caller.manages_keys()) {
    return fail(
        ErrorCode::forbidden,
        "The user has only roles that are handed out to the public, so its keys may be seen and changed "
        "with a trusted key alone.");
  }
  return fail(
      ErrorCode::forbidden,
      "A token that can't be renewed changes no keys; do it with the key, or with a token whose \"rn\" "
      "is true.");
}

Result<void> may_call(const Services& services, const message::Request& request,
                      const message::Caller& caller, Access access) {
  if (auto allowed = may_manage_keys(caller, access); !allowed) return allowed;
  const auto named = request.path_values.find("org");
  if (named == request.path_values.end()) return {};
  return may_act_in(services, caller, access, named->second, request.path);
}

/// Patience ends where too many wrong keys come.
Result<Authenticated> authenticate_patiently(const Services& services, const message::Request& request,
                                             Time at) {
  const std::string_view credentials = credentials_of(request);
  if (credentials.empty()) return authenticate(services.users, request, at);
  if (auto allowed = services.throttle.may_ask_whose(credentials, request); !allowed)
    return std::unexpected(std::move(allowed.error()));
  auto authenticated = authenticate(services.users, request, at);
  if (authenticated) services.throttle.note_good(credentials);
  if (!authenticated && authenticated.error().invalid_authentication)
    services.throttle.note_wrong(credentials, request);
  return authenticated;
}

/// Whoever is asked for once more, because his body took long to come, was admitted with its head.
Result<void> admit(const Services& services, const message::Request& request, const message::Caller& caller) {
  if (!request.caller.user_id.empty()) return {};
  const auto named = request.path_values.find("org");
  const bool is_let_in = named != request.path_values.end() && caller.grants.contains(named->second);
  return services.throttle.admit(caller.key_id, is_let_in ? named->second : std::string());
}

Result<message::Caller> authorize(const Services& services, const message::Request& request, Access access) {
  if (access == Access::anyone) return message::Caller{};
  if (access == Access::visitor && !has_credentials(request)) return message::Caller{};
  const Time at = now();
  const auto authenticated = authenticate_patiently(services, request, at);
  if (!authenticated) return std::unexpected(authenticated.error());
  note_access(services, authenticated->principal.key, request, at);
  message::Caller caller = caller_of(*authenticated, request);
  if (auto admitted = admit(services, request, caller); !admitted)
    return std::unexpected(std::move(admitted.error()));
  if (auto allowed = may_call(services, request, caller, access); !allowed)
    return std::unexpected(std::move(allowed.error()));
  return caller;
}

}  // namespace

bool is_about_source_images(std::string_view path) {
  return path.starts_with("/sourceimages/");
}

std::string roles_for(Access access, std::string_view path) {
  switch (access) {
    case Access::anyone:
    case Access::visitor:
      return "any";
    case Access::account:
      return "a key, whatever its roles";
    case Access::own_keys:
      return "a key that is good for all that its user may do, and not public or trusted";
    case Access::change_own_keys:
      return "such a key, or a token of it that can be renewed";
    case Access::read:
    case Access::upload:
    case Access::write:
    case Access::admin:
    case Access::oversee:
    case Access::originals:
    case Access::lock:
    case Access::billing:
      break;
  }
  std::vector<std::string_view> enough;
  for (const Role role : catalog::all_roles()) {
    if (grants_of(role, is_about_source_images(path)).contains(access))
      enough.push_back(catalog::name_of(role));
  }
  return "the role " + alternatives(enough);
}

Result<void> may_act_in(const Services& services, const message::Caller& caller, Access access,
                        const std::string& organization, std::string_view path) {
  if (caller.may(access, organization)) return {};
  if (caller.grants.contains(organization)) {
    return fail(ErrorCode::forbidden, "This key's role in \"" + organization +
                                          "\" is not enough for this call; it takes " +
                                          roles_for(access, path) + ".");
  }
  if (!catalog::is_organization_name(organization))
    return fail(ErrorCode::not_found, "There is no such organization.");
  if (auto known = services.organizations.find(organization); !known) return std::unexpected(known.error());
  return fail(ErrorCode::forbidden, "This key has no role in the organization \"" + organization + "\".");
}

bool may_read(const message::Caller& caller, const catalog::SourceImage& image) {
  return caller.may(Access::read, image.organization);
}

Result<void> may_see_original(const message::Caller& caller, const catalog::SourceImage& image) {
  if (!image.is_protected || caller.may(Access::originals, image.organization)) return {};
  return fail(ErrorCode::forbidden,
              "The image \"" + image.hash +
                  "\" is protected: its original takes the role sourceimages:download:protected.");
}

Result<void> may_have_described(const message::Caller& caller, const catalog::SourceImage& image) {
  if (may_see_original(caller, image)) return {};
  return fail(
      ErrorCode::forbidden,
      "The image \"" + image.hash +
          "\" is protected: a description tells what is to be seen on it, and so takes what its original "
          "takes, the role sourceimages:download:protected.");
}

message::Authorize make_authorize(const Services& services) {
  return [&services](const message::Request& request, Access access) {
    return authorize(services, request, access);
  };
}

}  // namespace rucola::api
