#include "catalog/dependencies.h"

#include <algorithm>
#include <functional>
#include <string>

#include "base/hashing.h"
#include "catalog/names.h"

namespace rucola::catalog {
namespace {

/// Short hashes have at least as many characters, so this many tell which of them a change may concern.
constexpr std::size_t shortest_prefix = 6;

Dependency dependency_on(std::string_view kind, std::string_view organization, std::string_view name) {
  static const std::string key = random_token(16);
  std::string text;
  text.reserve(key.size() + kind.size() + organization.size() + name.size() + 2);
  text.append(key).append(kind).append(1, '\0').append(organization).append(1, '\0').append(name);
  return std::hash<std::string>{}(text);
}

Dependency dependency_on(ChangeKind kind, std::string_view organization, std::string_view name) {
  return dependency_on(name_of(kind), organization, name);
}

Dependency images_that_begin_like(std::string_view organization, std::string_view hash) {
  return dependency_on("images", organization, hash.substr(0, shortest_prefix));
}

}  // namespace

void Dependencies::add(Dependency dependency) {
  if (std::ranges::find(all_, dependency) == all_.end()) all_.push_back(dependency);
}

void Dependencies::add_organization(std::string_view name) {
  add(dependency_on(ChangeKind::organization, name, ""));
}

void Dependencies::add_signing_keys(std::string_view organization) {
  add(dependency_on(ChangeKind::signing_keys, organization, ""));
}

void Dependencies::add_stack(std::string_view organization, std::string_view name) {
  add(dependency_on(ChangeKind::stack, organization, name));
}

void Dependencies::add_alias(std::string_view organization, std::string_view name) {
  add(dependency_on(ChangeKind::alias, organization, name));
}

void Dependencies::add_image(std::string_view organization, std::string_view hash_or_prefix) {
  add(is_full_hash(hash_or_prefix) ? dependency_on(ChangeKind::image, organization, hash_or_prefix)
                                   : images_that_begin_like(organization, hash_or_prefix));
}

void Dependencies::add_remote_image(std::string_view organization, std::string_view url) {
  add(dependency_on(ChangeKind::remote_image, organization, url));
}

std::vector<Dependency> touched_by(const Change& change) {
  std::vector<Dependency> touched{dependency_on(*change.kind, change.organization, change.name)};
  if (change.kind == ChangeKind::image)
    touched.push_back(images_that_begin_like(change.organization, change.name));
  return touched;
}

}  // namespace rucola::catalog
