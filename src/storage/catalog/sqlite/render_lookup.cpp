#include "storage/catalog/sqlite/render_lookup.h"

#include "storage/catalog/sqlite/aliases.h"
#include "storage/catalog/sqlite/changes.h"
#include "storage/catalog/sqlite/images.h"
#include "storage/catalog/sqlite/organizations_and_users.h"
#include "storage/catalog/sqlite/remote_images.h"
#include "storage/catalog/sqlite/snapshot.h"
#include "storage/catalog/sqlite/stacks.h"

namespace rucola::storage {
namespace {

class SqliteRenderSnapshot final : public catalog::RenderSnapshot {
 public:
  /// The newest change is read first: with that statement the snapshot begins.
  SqliteRenderSnapshot(Database& database, Connection& connection)
      : database_(database),
        connection_(connection),
        snapshot_(connection),
        newest_change_(changes::newest(connection)) {}

  [[nodiscard]] catalog::FeedPlace newest_change() const override { return newest_change_; }

  Result<catalog::Organization> organization(std::string_view name) override {
    return asked([&] { return organizations::find(connection_, name); });
  }
  Result<std::vector<catalog::SigningKey>> signing_keys(std::string_view organization) override {
    return asked([&] { return organizations::signing_keys(connection_, organization); });
  }
  Result<catalog::Stack> stack(std::string_view organization, std::string_view name) override {
    return asked([&] { return stacks::find(connection_, organization, name); });
  }
  Result<catalog::Alias> alias(std::string_view organization, std::string_view name) override {
    return asked([&] { return aliases::find(connection_, organization, name); });
  }
  Result<catalog::SourceImage> image(std::string_view organization,
                                     std::string_view hash_or_prefix) override {
    return asked([&] { return images::find(connection_, organization, hash_or_prefix); });
  }
  Result<std::string> remote_image(std::string_view organization, std::string_view url) override {
    return asked([&] { return remote_images::find(connection_, organization, url); });
  }

 private:
  /// Who asks gets an Error, not an exception, as from the other ports.
  template <class Ask>
  std::invoke_result_t<const Ask&> asked(const Ask& ask) {
    try {
      return ask();
    } catch (const DatabaseFailure& failure) {
      database_.met(failure);
      return std::unexpected(failure.to_error());
    }
  }

  Database& database_;
  Connection& connection_;
  Snapshot snapshot_;
  catalog::FeedPlace newest_change_;
};

}  // namespace

Result<void> SqliteRenderLookup::read(const std::function<void(catalog::RenderSnapshot&)>& look) {
  return database_.read([&](Connection& connection) -> Result<void> {
    SqliteRenderSnapshot snapshot(database_, connection);
    look(snapshot);
    return {};
  });
}

Result<catalog::Changes> SqliteChangeFeed::changes_since(std::int64_t number, std::int64_t most) {
  return database_.read([&](Connection& connection) -> Result<catalog::Changes> {
    const Snapshot snapshot(connection);
    return changes::since(connection, number, most);
  });
}

Result<void> SqliteChangeFeed::in_place() {
  return database_.in_place();
}

}  // namespace rucola::storage
