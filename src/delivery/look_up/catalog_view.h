// The catalog as one render request sees it: a snapshot, and the note of everything that was asked of it.
// What was asked for is what the answer depends on, found or not, and so is the organization by whose name it
// was asked for; since there is no other way to ask, no dependency can be forgotten.
//
// Threads: an object belongs to one request, and to the time that its snapshot is open. Errors: as
// catalog::RenderSnapshot.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/dependencies.h"
#include "catalog/render_lookup.h"

namespace rucola::delivery {

class CatalogView {
 public:
  explicit CatalogView(catalog::RenderSnapshot& snapshot) : snapshot_(snapshot) {}

  Result<catalog::Organization> organization(std::string_view name) {
    dependencies_.add_organization(name);
    return snapshot_.organization(name);
  }
  Result<std::vector<catalog::SigningKey>> signing_keys(std::string_view organization) {
    dependencies_.add_organization(organization);
    dependencies_.add_signing_keys(organization);
    return snapshot_.signing_keys(organization);
  }
  Result<catalog::Stack> stack(std::string_view organization, std::string_view name) {
    dependencies_.add_organization(organization);
    dependencies_.add_stack(organization, name);
    return snapshot_.stack(organization, name);
  }
  Result<catalog::Alias> alias(std::string_view organization, std::string_view name) {
    dependencies_.add_organization(organization);
    dependencies_.add_alias(organization, name);
    return snapshot_.alias(organization, name);
  }
  Result<catalog::SourceImage> image(std::string_view organization, std::string_view hash_or_prefix) {
    dependencies_.add_organization(organization);
    dependencies_.add_image(organization, hash_or_prefix);
    return snapshot_.image(organization, hash_or_prefix);
  }
  Result<std::string> remote_image(std::string_view organization, std::string_view url) {
    dependencies_.add_organization(organization);
    dependencies_.add_remote_image(organization, url);
    return snapshot_.remote_image(organization, url);
  }

  [[nodiscard]] catalog::FeedPlace newest_change() const { return snapshot_.newest_change(); }
  [[nodiscard]] const catalog::Dependencies& dependencies() const { return dependencies_; }

 private:
  catalog::RenderSnapshot& snapshot_;
  catalog::Dependencies dependencies_;
};

}  // namespace rucola::delivery
