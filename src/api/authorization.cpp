#include <set>

#include "api/access.h"
#include "api/routes.h"
#include "catalog/names.h"
#include "message/headers.h"
#include "security/api_keys.h"

namespace rucola::api {
namespace {

using catalog::Role;
using message::Access;

Error bad_credentials(ErrorCode code, std::string message) {
  return {.code = code, .message = {std::move(message)}, .invalid_authentication = true};
}

/// What a role is good for; those of source images are good for nothing else.
std::set<Access> grants_of(Role role, bool about_source_images) {
  switch (role) {
    case Role::read:
      return {Access::read, Access::originals};
    case Role::upload:
      return {Access::upload};
    case Role::write:
      return {Access::read, Access::upload, Access::write, Access::originals};
    case Role::admin:
      return {Access::read, Access::upload, Access::write, Access::admin, Access::originals};
    case Role::sourceimages_read:
      if (about_source_images) return {Access::read};
      return {};
    case Role::sourceimages_write:
      if (about_source_images) return {Access::read, Access::upload, Access::write};
      return {};
    case Role::sourceimages_download_protected:
      return {Access::originals};
  }
  return {};
}

message::Caller caller_of(const catalog::Principal& principal, const message::Request& request) {
  message::Caller caller{.user_id = principal.user.id, .email = principal.user.email, .key_id = {}};
  const bool about_source_images = request.path.starts_with("/sourceimages/");
  for (const catalog::Membership& membership : principal.memberships) {
    auto& grants = caller.grants[membership.organization];
    for (const Role role : membership.roles)
      grants.merge(grants_of(role, about_source_images));
  }
  return caller;
}

Result<message::Caller> authenticate(catalog::Users& users, const message::Request& request) {
  if (request.headers.has("Authorization")) {
    return std::unexpected(bad_credentials(
        ErrorCode::unauthenticated,
        "The bearer token is not valid: this version issues none. Send the API key in the header Api-Key."));
  }
  const std::string_view key = request.headers.get("Api-Key");
  if (key.empty()) {
    return std::unexpected(bad_credentials(
        ErrorCode::forbidden,
        "An API key is missing. Send it in the header Api-Key; `rucola user create` makes one."));
  }
  if (!security::looks_like_api_key(key)) {
    return std::unexpected(
        bad_credentials(ErrorCode::forbidden,
                        "The API key in the header Api-Key is malformed: keys are 64 letters and digits."));
  }
  const std::string digest = security::api_key_digest(key);
  const auto principal = users.principal_by_key(digest);
  if (!principal) return std::unexpected(principal.error());
  if (!*principal) {
    return std::unexpected(
        bad_credentials(ErrorCode::forbidden, "The API key in the header Api-Key is unknown."));
  }
  message::Caller caller = caller_of(**principal, request);
  caller.key_id = security::api_key_id(digest);
  return caller;
}

Result<message::Caller> authorize(const Services& services, const message::Request& request, Access access) {
  if (access == Access::anyone) return message::Caller{};
  const bool sends_some = request.headers.has("Api-Key") || request.headers.has("Authorization");
  if (access == Access::visitor && !sends_some) return message::Caller{};
  auto caller = authenticate(services.users, request);
  if (!caller) return caller;

  const auto named = request.path_values.find("org");
  if (named == request.path_values.end() || caller->may(access, named->second)) return caller;
  const std::string& organization = named->second;
  if (caller->grants.contains(organization)) {
    return fail(ErrorCode::forbidden, "This key's role in \"" + organization +
                                          "\" is not enough for this call; it takes " +
                                          std::string(roles_for(access)) + ".");
  }
  if (!catalog::is_organization_name(organization))
    return fail(ErrorCode::not_found, "There is no such organization.");
  if (auto known = services.organizations.find(organization); !known) return std::unexpected(known.error());
  return fail(ErrorCode::forbidden, "This key has no role in the organization \"" + organization + "\".");
}

}  // namespace

std::string_view roles_for(Access access) {
  switch (access) {
    case Access::anyone:
    case Access::visitor:
      return "any";
    case Access::read:
      return "read, write or admin";
    case Access::upload:
      return "upload, write or admin";
    case Access::write:
      return "write or admin";
    case Access::admin:
      return "admin";
    case Access::originals:
      return "read, write, admin or sourceimages:download:protected";
  }
  return {};
}

Result<void> may_see_original(const message::Caller& caller, const catalog::SourceImage& image) {
  if (!image.is_protected || caller.may(Access::originals, image.organization)) return {};
  return fail(ErrorCode::forbidden,
              "The image is protected: its original takes the role sourceimages:download:protected.");
}

message::Authorize make_authorize(const Services& services) {
  return [&services](const message::Request& request, Access access) {
    return authorize(services, request, access);
  };
}

}  // namespace rucola::api
