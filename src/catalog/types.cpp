#include "catalog/types.h"

#include <ranges>

#include "base/hashing.h"
#include "base/text.h"

namespace rucola::catalog {
namespace {

constexpr std::pair<Role, std::string_view> role_names_table[] = {
    {Role::read, "read"},
    {Role::upload, "upload"},
    {Role::write, "write"},
    {Role::admin, "admin"},
    {Role::admin_read, "admin:read"},
    {Role::sourceimages_read, "sourceimages:read"},
    {Role::sourceimages_write, "sourceimages:write"},
    {Role::sourceimages_download_protected, "sourceimages:download:protected"},
    {Role::sourceimages_unlock, "sourceimages:unlock"},
    {Role::billing_read, "billing:read"}};

}  // namespace

std::span<const Role> all_roles() {
  static const std::vector<Role> roles = [] {
    std::vector<Role> all;
    for (const auto& [role, name] : role_names_table)
      all.push_back(role);
    return all;
  }();
  return roles;
}

std::optional<Role> parse_role(std::string_view name) {
  for (const auto& [role, known] : role_names_table) {
    if (known == name) return role;
  }
  return std::nullopt;
}

std::string_view name_of(Role role) {
  for (const auto& [known, name] : role_names_table) {
    if (known == role) return name;
  }
  return {};
}

std::string role_names() {
  return joined(role_names_table | std::views::values);
}

std::string image_hash(std::string_view file_sha256, std::string_view dynamic_metadata_json,
                       bool is_protected) {
  // 160 of SHA-256's bits: as long as a SHA-1, which is what clients expect, without its collisions.
  std::string identity = "image/1\n";
  identity.append(file_sha256).append("\n").append(dynamic_metadata_json).append("\n");
  identity.append(is_protected ? "protected" : "public");
  return sha256_hex(identity).substr(0, 40);
}

std::string image_hash(const SourceImage& image) {
  return image_hash(image.sent.empty() ? image.blob : image.sent, image.dynamic_metadata_json,
                    image.is_protected);
}

SourceImage as_another(SourceImage image) {
  image.short_hash.clear();
  image.locked = false;
  image.created = now();
  image.changed.reset();
  return image;
}

std::string etag_of(std::int64_t version) {
  return '"' + std::to_string(version) + '"';
}

std::string etag_of(const Alias& alias) {
  return etag_of(alias.version);
}

}  // namespace rucola::catalog
