// A catalog in memory, as renders see it.
//
// Threads: set up by one, then read by many.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "catalog/render_lookup.h"

namespace rucola::delivery {

class FakeLookup final : public catalog::RenderLookup {
 public:
  using Name = std::pair<std::string, std::string>;  ///< organization and name

  std::map<std::string, catalog::Organization> organizations{};
  std::map<Name, catalog::Stack> stacks{};
  std::map<Name, catalog::Alias> aliases{};
  std::map<Name, catalog::SourceImage> images{};
  std::map<Name, std::string> remote_images{};
  catalog::FeedPlace newest_change{};

  void add_organization(const std::string& name, std::string options_json = "{}") {
    organizations[name] = {.id = name,
                           .name = name,
                           .display_name = "",
                           .billing_email = "",
                           .created = {},
                           .options_json = std::move(options_json)};
  }
  void add_stack(const std::string& organization, const std::string& name, std::string definition) {
    stacks[{organization, name}] = {
        .organization = organization, .name = name, .definition_json = std::move(definition)};
  }
  void add_alias(const std::string& organization, const std::string& name, const std::string& hash) {
    aliases[{organization, name}] = {.organization = organization, .name = name, .hash = hash};
  }
  void add_image(const std::string& organization, const std::string& hash) {
    catalog::SourceImage image;
    image.organization = organization;
    image.hash = hash;
    image.blob = std::string(64, 'b');
    image.format = "jpg";
    image.mimetype = "image/jpeg";
    image.name = "picture.jpg";
    image.width = 640;
    image.height = 480;
    images[{organization, hash}] = image;
  }

  Result<void> read(const std::function<void(catalog::RenderSnapshot&)>& look) override {
    Snapshot snapshot(*this);
    look(snapshot);
    return {};
  }

 private:
  class Snapshot final : public catalog::RenderSnapshot {
   public:
    explicit Snapshot(const FakeLookup& from) : from_(from) {}
    [[nodiscard]] catalog::FeedPlace newest_change() const override { return from_.newest_change; }
    Result<catalog::Organization> organization(std::string_view name) override {
      return in(from_.organizations, std::string(name));
    }
    Result<std::vector<catalog::SigningKey>> signing_keys(std::string_view /*organization*/) override {
      return std::vector<catalog::SigningKey>{{.key = "key", .created = {}}};
    }
    Result<catalog::Stack> stack(std::string_view organization, std::string_view name) override {
      return in(from_.stacks, Name(organization, name));
    }
    Result<catalog::Alias> alias(std::string_view organization, std::string_view name) override {
      return in(from_.aliases, Name(organization, name));
    }
    Result<catalog::SourceImage> image(std::string_view organization, std::string_view hash) override {
      return in(from_.images, Name(organization, hash));
    }
    Result<std::string> remote_image(std::string_view organization, std::string_view url) override {
      return in(from_.remote_images, Name(organization, url));
    }

   private:
    template <class Key, class Value>
    static Result<Value> in(const std::map<Key, Value>& known, const Key& key) {
      const auto found = known.find(key);
      if (found == known.end()) return fail(ErrorCode::not_found, "not there");
      return found->second;
    }
    const FakeLookup& from_;
  };
};

}  // namespace rucola::delivery
