#include <algorithm>

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

/// What the roles of source images are good for.
bool is_about_source_images(const message::Request& request) {
  return request.path.starts_with("/sourceimages/");
}

/// The role as it counts for this request; nothing where it counts for nothing.
std::optional<Role> role_here(Role role, const message::Request& request) {
  switch (role) {
    case Role::sourceimages_read:
      return is_about_source_images(request) ? std::optional(Role::read) : std::nullopt;
    case Role::sourceimages_write:
      return is_about_source_images(request) ? std::optional(Role::write) : std::nullopt;
    case Role::sourceimages_download_protected:
      return std::nullopt;
    default:
      return role;
  }
}

bool allows(Role given, Access access, const message::Request& request) {
  const auto role = role_here(given, request);
  switch (access) {
    case Access::anyone:
      return true;
    case Access::read:
      return role && role != Role::upload;
    case Access::upload:
      return role && role != Role::read;
    case Access::write:
      return role == Role::write || role == Role::admin;
    case Access::admin:
      return role == Role::admin;
  }
  return false;
}

std::string_view roles_for(Access access) {
  switch (access) {
    case Access::anyone:
      return "any";
    case Access::read:
      return "read, write or admin";
    case Access::upload:
      return "upload, write or admin";
    case Access::write:
      return "write or admin";
    case Access::admin:
      return "admin";
  }
  return {};
}

Result<catalog::Principal> authenticate(catalog::Store& store, const message::Request& request) {
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
  auto principal = store.principal_by_key(security::api_key_digest(key));
  if (!principal) return std::unexpected(principal.error());
  if (!*principal) {
    return std::unexpected(
        bad_credentials(ErrorCode::forbidden, "The API key in the header Api-Key is unknown."));
  }
  return std::move(**principal);
}

Result<void> authorize(catalog::Store& store, const message::Request& request, Access access) {
  if (access == Access::anyone) return {};
  const auto principal = authenticate(store, request);
  if (!principal) return std::unexpected(principal.error());

  const auto named = request.path_values.find("org");
  if (named == request.path_values.end()) return {};
  const std::string& organization = named->second;
  const auto membership =
      std::ranges::find(principal->memberships, organization, &catalog::Membership::organization);
  if (membership == principal->memberships.end()) {
    if (!catalog::is_organization_name(organization))
      return fail(ErrorCode::not_found, "There is no such organization.");
    if (auto known = store.organization(organization); !known) return std::unexpected(known.error());
    return fail(ErrorCode::forbidden, "This key has no role in the organization \"" + organization + "\".");
  }
  if (std::ranges::none_of(membership->roles, [&](Role role) { return allows(role, access, request); })) {
    return fail(ErrorCode::forbidden, "This key's role in \"" + organization +
                                          "\" is not enough for this call; it takes " +
                                          std::string(roles_for(access)) + ".");
  }
  return {};
}

}  // namespace

Result<std::vector<Role>> roles_in(catalog::Store& store, const message::Request& request,
                                   std::string_view organization) {
  auto principal = authenticate(store, request);
  if (!principal) return std::unexpected(std::move(principal.error()));
  const auto membership =
      std::ranges::find(principal->memberships, organization, &catalog::Membership::organization);
  if (membership == principal->memberships.end()) return std::vector<Role>{};
  return std::move(membership->roles);
}

Result<void> may_see_original(catalog::Store& store, const message::Request& request,
                              const catalog::SourceImage& image) {
  if (!image.is_protected) return {};
  const auto roles = roles_in(store, request, image.organization);
  if (!roles) return std::unexpected(roles.error());
  constexpr std::array enough{Role::read, Role::write, Role::admin, Role::sourceimages_download_protected};
  if (std::ranges::find_first_of(*roles, enough) != roles->end()) return {};
  return fail(ErrorCode::forbidden,
              "The image is protected: its original takes the role sourceimages:download:protected.");
}

message::Authorize make_authorize(catalog::Store& store) {
  return
      [&store](const message::Request& request, Access access) { return authorize(store, request, access); };
}

}  // namespace rucola::api
