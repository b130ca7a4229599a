#include "storage/catalog/sqlite_store.h"

#include "storage/catalog/sqlite/aliases.h"
#include "storage/catalog/sqlite/database.h"
#include "storage/catalog/sqlite/images.h"
#include "storage/catalog/sqlite/organizations_and_users.h"
#include "storage/catalog/sqlite/purges.h"
#include "storage/catalog/sqlite/remote_images.h"
#include "storage/catalog/sqlite/stacks.h"
#include "storage/durable_folders.h"

namespace rucola::storage {
namespace {

using namespace catalog;  // NOLINT(google-build-using-namespace): the port's types, in this one class

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(const std::filesystem::path& file) : database_(file) {}

  [[nodiscard]] std::uint64_t generation() const noexcept override { return database_.generation(); }
  Result<void> check() override { return database_.check(); }

  Result<Organization> create_organization(std::string_view name, std::string_view display_name,
                                           std::string_view billing_email) override {
    return database_.write(
        [&](Connection& c) { return organizations::create(c, name, display_name, billing_email); });
  }
  Result<Organization> organization(std::string_view name) override {
    return database_.read([&](Connection& c) { return organizations::find(c, name); });
  }
  Result<Organization> set_organization_options(std::string_view name,
                                                const std::vector<OrganizationOption>& options,
                                                const std::optional<PurgeRequest>& purge) override;
  Result<std::vector<SigningKey>> signing_keys(std::string_view organization) override {
    return database_.read([&](Connection& c) { return organizations::signing_keys(c, organization); });
  }
  Result<User> create_user(std::string_view email, std::string_view organization,
                           const std::vector<Role>& roles, std::string_view api_key_sha256) override {
    return database_.write(
        [&](Connection& c) { return users::create(c, email, organization, roles, api_key_sha256); });
  }
  Result<std::optional<Principal>> principal_by_key(std::string_view api_key_sha256) override {
    return database_.read([&](Connection& c) { return users::find_by_key(c, api_key_sha256); });
  }

  Result<std::string> remote_image(std::string_view organization, std::string_view url) override {
    return database_.read([&](Connection& c) { return remote_images::find(c, organization, url); });
  }
  Result<void> remember_remote_image(std::string_view organization, std::string_view url,
                                     std::string_view hash) override {
    return database_.write(
        [&](Connection& c) { return remote_images::remember(c, organization, url, hash); });
  }

  Result<AddedImage> add_image(const SourceImage& image) override {
    return database_.write([&](Connection& c) { return images::add(c, image); });
  }
  Result<SourceImage> image(std::string_view organization, std::string_view hash_or_prefix) override {
    return database_.read([&](Connection& c) { return images::find(c, organization, hash_or_prefix); });
  }
  Result<Page<SourceImage>> images(std::string_view organization, const ImageQuery& query) override {
    return database_.read([&](Connection& c) { return images::list(c, organization, query); });
  }
  Result<void> delete_image(std::string_view organization, std::string_view hash_or_prefix) override {
    return database_.write([&](Connection& c) { return images::remove(c, organization, hash_or_prefix); });
  }
  Result<SourceImage> restore_image(std::string_view organization, std::string_view hash_or_prefix) override {
    return database_.write([&](Connection& c) { return images::restore(c, organization, hash_or_prefix); });
  }
  Result<void> each_blob(const std::function<void(std::string_view sha256)>& visit) override;

  Result<PutStack> put_stack(std::string_view organization, std::string_view name,
                             std::string_view definition_json, Overwrite overwrite,
                             const MayReplace& may_replace) override {
    return database_.write([&](Connection& c) {
      return stacks::put(c, organization, name, definition_json, overwrite, may_replace);
    });
  }
  Result<Stack> stack(std::string_view organization, std::string_view name) override {
    return database_.read([&](Connection& c) { return stacks::find(c, organization, name); });
  }
  Result<std::vector<Stack>> stacks(std::string_view organization) override {
    return database_.read([&](Connection& c) { return stacks::list(c, organization); });
  }
  Result<void> delete_stack(std::string_view organization, std::string_view name) override {
    return database_.write([&](Connection& c) { return stacks::remove(c, organization, name); });
  }

  Result<PutAlias> put_alias(std::string_view organization, std::string_view name,
                             std::string_view hash_or_prefix, Overwrite overwrite,
                             const Precondition& precondition) override {
    return database_.write([&](Connection& c) {
      return aliases::put(c, organization, name, hash_or_prefix, overwrite, precondition);
    });
  }
  Result<Alias> alias(std::string_view organization, std::string_view name) override {
    return database_.read([&](Connection& c) { return aliases::find(c, organization, name); });
  }
  Result<Page<Alias>> aliases(std::string_view organization, std::int64_t limit,
                              std::int64_t offset) override {
    return database_.read([&](Connection& c) { return aliases::list(c, organization, limit, offset); });
  }
  Result<void> delete_alias(std::string_view organization, std::string_view name,
                            const Precondition& precondition) override {
    return database_.write(
        [&](Connection& c) { return aliases::remove(c, organization, name, precondition); });
  }

  Result<bool> ever_existed(std::string_view organization, PurgeKind kind, std::string_view name) override;
  Result<PurgeAdmission> request_purge(const PurgeRequest& request, Time at) override {
    return database_.write([&](Connection& c) { return purges::request(c, request, at); });
  }
  Result<PurgeAdmission> purge_quota(std::string_view organization, PurgeKind kind,
                                     std::int64_t calls_per_hour, Time at) override {
    return database_.read(
        [&](Connection& c) { return purges::quota(c, organization, kind, calls_per_hour, at); });
  }
  Result<std::vector<PurgeDelivery>> due_purges(std::string_view cache, Time at,
                                                std::int64_t limit) override {
    return database_.read([&](Connection& c) -> Result<std::vector<PurgeDelivery>> {
      return purges::due(c, cache, at, limit);
    });
  }
  Result<std::optional<Time>> next_purge_due(std::string_view cache) override {
    return database_.read(
        [&](Connection& c) -> Result<std::optional<Time>> { return purges::next_due(c, cache); });
  }
  Result<void> confirm_purge(std::int64_t id, Time at, std::optional<std::int64_t> objects) override {
    return database_.write([&](Connection& c) -> Result<void> {
      purges::confirm(c, id, at, objects);
      return {};
    });
  }
  Result<void> retry_purge(std::int64_t id, Time due, std::string_view error) override {
    return database_.write([&](Connection& c) -> Result<void> {
      purges::retry(c, id, due, error);
      return {};
    });
  }
  Result<std::vector<PendingPurges>> pending_purges() override {
    return database_.read(
        [](Connection& c) -> Result<std::vector<PendingPurges>> { return purges::pending(c); });
  }

 private:
  Database database_;
};

Result<Organization> SqliteStore::set_organization_options(std::string_view name,
                                                           const std::vector<OrganizationOption>& options,
                                                           const std::optional<PurgeRequest>& purge) {
  return database_.write([&](Connection& c) -> Result<Organization> {
    auto changed = organizations::set_options(c, name, options);
    if (!changed) return std::unexpected(std::move(changed.error()));
    if (changed->differs && purge) {
      if (const auto requested = purges::request(c, *purge, now()); !requested)
        return std::unexpected(requested.error());
    }
    return std::move(changed->organization);
  });
}

Result<void> SqliteStore::each_blob(const std::function<void(std::string_view sha256)>& visit) {
  // Piece by piece: one long read would keep the log from being folded back into the database. Rows that are
  // added meanwhile come at the end, so none is missed.
  for (std::int64_t last = 0;;) {
    const auto piece = database_.read([&](Connection& c) -> Result<std::vector<images::BlobReference>> {
      return images::blobs_after(c, last);
    });
    if (!piece) return std::unexpected(piece.error());
    if (piece->empty()) return {};
    for (const images::BlobReference& reference : *piece)
      visit(reference.blob);
    last = piece->back().row;
  }
}

Result<bool> SqliteStore::ever_existed(std::string_view organization, PurgeKind kind, std::string_view name) {
  return database_.read([&](Connection& c) -> Result<bool> {
    switch (kind) {
      case PurgeKind::alias:
        return aliases::ever_existed(c, organization, name);
      case PurgeKind::stack:
        return stacks::ever_existed(c, organization, name);
      case PurgeKind::source_image:
        return images::ever_existed(c, organization, name);
      case PurgeKind::organization:
        return organizations::row_id(c, name).has_value();
    }
    return false;
  });
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const std::filesystem::path& database_file) {
  if (auto made = make_durable_folder(std::filesystem::absolute(database_file).parent_path()); !made) {
    return std::unexpected(made.error());
  }
  try {
    return std::make_unique<SqliteStore>(database_file);
  } catch (const DatabaseFailure& failure) {
    Error error = failure.to_error();
    error.message.text =
        "The catalog " + database_file.string() + " can't be opened: " + failure.what() + ".";
    return std::unexpected(std::move(error));
  }
}

}  // namespace rucola::storage
