#include "storage/catalog/sqlite_store.h"

#include <cstddef>
#include <utility>

#include "catalog/image_rules.h"
#include "storage/catalog/sqlite/aliases.h"
#include "storage/catalog/sqlite/api_keys.h"
#include "storage/catalog/sqlite/database.h"
#include "storage/catalog/sqlite/description_wishes.h"
#include "storage/catalog/sqlite/expiry.h"
#include "storage/catalog/sqlite/fallbacks.h"
#include "storage/catalog/sqlite/image_search.h"
#include "storage/catalog/sqlite/images.h"
#include "storage/catalog/sqlite/members.h"
#include "storage/catalog/sqlite/organizations_and_users.h"
#include "storage/catalog/sqlite/purges.h"
#include "storage/catalog/sqlite/remote_images.h"
#include "storage/catalog/sqlite/render_lookup.h"
#include "storage/catalog/sqlite/stacks.h"
#include "storage/catalog/sqlite_audit.h"
#include "storage/catalog/sqlite_description_wishes.h"
#include "storage/catalog/sqlite_usage.h"
#include "storage/durable_folders.h"

namespace rucola::storage {
namespace {

using namespace catalog;  // NOLINT(google-build-using-namespace): the ports' types, in these few classes

// Each port is a thin door: a transaction, or a reader, around the SQL of its subject.

class SqliteOrganizations final : public Organizations {
 public:
  explicit SqliteOrganizations(Database& database) : database_(database) {}

  Result<Organization> create(std::string_view name, std::string_view display_name,
                              std::string_view billing_email) override {
    const NewOrganization wanted{.name = std::string(name),
                                 .display_name = std::string(display_name),
                                 .billing_email = std::string(billing_email)};
    return database_.write([&](Connection& c) { return organizations::create(c, wanted); });
  }
  Result<Organization> create_for(std::string_view user_id, std::string_view key_id,
                                  const NewOrganization& wanted) override {
    return database_.write(
        [&](Connection& c) { return organizations::create_for(c, user_id, key_id, wanted); });
  }
  Result<Organization> find(std::string_view name) override {
    return database_.read([&](Connection& c) { return organizations::find(c, name); });
  }
  Result<Organization> set_options(std::string_view name, const std::vector<OrganizationOption>& options,
                                   const std::optional<PurgeRequest>& purge) override {
    return database_.write([&](Connection& c) -> Result<Organization> {
      auto changed = organizations::set_options(c, name, options);
      if (!changed) return std::unexpected(std::move(changed.error()));
      for (const OrganizationOption& option : options)
        fallbacks::note(c, name, option);
      if (changed->differs && purge) {
        if (const auto requested = purges::request(c, *purge, now()); !requested)
          return std::unexpected(requested.error());
      }
      return std::move(changed->organization);
    });
  }
  Result<std::vector<SigningKey>> signing_keys(std::string_view organization) override {
    return database_.read([&](Connection& c) { return organizations::signing_keys(c, organization); });
  }
  Result<std::vector<std::string>> parts_of(std::string_view master) override {
    return database_.read([&](Connection& c) { return organizations::parts_of(c, master); });
  }

 private:
  Database& database_;
};

/// A change of who administers what, and what follows from it for others, together.
template <class Change>
auto changing_admins(Database& database, const PurgeOf& purge, const Change& change) {
  return database.write([&](Connection& c) {
    auto changed = change(c);
    if (!changed) return changed;
    for (const std::string& organization : fallbacks::end_abandoned(c)) {
      if (!purge) continue;
      if (const auto requested = purges::request(c, purge(organization), now()); !requested)
        return decltype(changed)(std::unexpected(requested.error()));
    }
    return changed;
  });
}

class SqliteUsers final : public Users {
 public:
  explicit SqliteUsers(Database& database) : database_(database) {}

  Result<User> create(std::string_view email, std::string_view organization, const std::vector<Role>& roles,
                      std::string_view api_key_sha256) override {
    return database_.write(
        [&](Connection& c) { return users::create(c, email, organization, roles, api_key_sha256); });
  }
  Result<User> sign_up(std::string_view email, std::string_view api_key_sha256,
                       const std::optional<NewOrganization>& organization) override {
    return database_.write(
        [&](Connection& c) { return users::sign_up(c, email, api_key_sha256, organization); });
  }
  Result<User> find(std::string_view user) override {
    return database_.read([&](Connection& c) -> Result<User> {
      auto row = users::find(c, user);
      if (!row) return std::unexpected(std::move(row.error()));
      return std::move(row->user);
    });
  }
  Result<std::vector<User>> list() override {
    return database_.read([&](Connection& c) -> Result<std::vector<User>> { return users::list(c); });
  }
  Result<void> remove(std::string_view user, LastAdmin last_admin) override {
    return changing_admins(database_, {}, [&](Connection& c) { return users::remove(c, user, last_admin); });
  }
  Result<std::optional<Principal>> principal_by_key(std::string_view sha256_or_prefix) override {
    return database_.read([&](Connection& c) { return users::find_by_key(c, sha256_or_prefix); });
  }
  Result<User> add_key(std::string_view user, std::string_view api_key_sha256,
                       const KeyTerms& terms) override {
    return database_.write([&](Connection& c) { return users::add_key(c, user, api_key_sha256, terms); });
  }
  Result<std::vector<ApiKey>> keys(std::string_view user) override {
    return database_.read([&](Connection& c) { return users::keys(c, user); });
  }
  Result<ApiKey> change_key(std::string_view user, std::string_view sha256_or_prefix,
                            const KeyChange& change) override {
    return database_.write(
        [&](Connection& c) { return users::change_key(c, user, sha256_or_prefix, change); });
  }
  Result<void> revoke_key(std::string_view sha256_or_prefix) override {
    return database_.write([&](Connection& c) { return users::revoke_key(c, sha256_or_prefix); });
  }
  Result<void> revoke_key_of(std::string_view user, std::string_view sha256_or_prefix) override {
    return database_.write([&](Connection& c) { return users::revoke_key_of(c, user, sha256_or_prefix); });
  }
  Result<void> note_access(std::string_view api_key_sha256, std::string_view organization, Time at) override {
    return database_.write([&](Connection& c) -> Result<void> {
      users::note_access(c, api_key_sha256, organization, at);
      return {};
    });
  }
  Result<void> set_membership(std::string_view user, std::string_view organization,
                              const std::vector<Role>& roles) override {
    return changing_admins(
        database_, {}, [&](Connection& c) { return users::set_membership(c, user, organization, roles); });
  }
  Result<void> remove_membership(std::string_view user, std::string_view organization) override {
    return changing_admins(database_, {},
                           [&](Connection& c) { return users::remove_membership(c, user, organization); });
  }

 private:
  Database& database_;
};

class SqliteMembers final : public Members {
 public:
  explicit SqliteMembers(Database& database) : database_(database) {}

  Result<std::vector<Member>> list(std::string_view organization) override {
    return database_.read([&](Connection& c) { return members::list(c, organization); });
  }
  Result<std::vector<Member>> of_user(std::string_view user_id) override {
    return database_.read([&](Connection& c) { return members::of_user(c, user_id); });
  }
  Result<Member> find(std::string_view organization, std::string_view user_id) override {
    return database_.read([&](Connection& c) { return members::find(c, organization, user_id); });
  }
  Result<PutMember> put(std::string_view organization, std::string_view user_id, const MemberTerms& terms,
                        const PurgeOf& purge) override {
    return changing_admins(database_, purge,
                           [&](Connection& c) { return members::put(c, organization, user_id, terms); });
  }
  Result<Member> create(std::string_view organization, const MemberTerms& terms,
                        std::string_view api_key_sha256, const KeyTerms& key) override {
    return database_.write(
        [&](Connection& c) { return members::create(c, organization, terms, api_key_sha256, key); });
  }
  Result<void> remove(std::string_view organization, std::string_view user_id,
                      const PurgeOf& purge) override {
    return changing_admins(database_, purge,
                           [&](Connection& c) { return members::remove(c, organization, user_id); });
  }

 private:
  Database& database_;
};

class SqliteImages final : public Images {
 public:
  explicit SqliteImages(Database& database) : database_(database) {}

  Result<AddedImage> add(const SourceImage& image) override {
    return database_.write([&](Connection& c) { return images::add(c, image); });
  }
  Result<std::vector<AddedImage>> add_all(const std::vector<SourceImage>& wanted,
                                          MayChange may_change) override {
    return database_.write([&](Connection& c) -> Result<std::vector<AddedImage>> {
      std::vector<AddedImage> all;
      for (const SourceImage& image : wanted) {
        auto added = images::add(c, image, may_change);
        if (!added) return std::unexpected(std::move(added.error()));
        all.push_back(std::move(*added));
      }
      return all;
    });
  }
  Result<DerivedImage> derive(std::string_view organization, std::string_view hash_or_prefix,
                              const Derivation& how) override {
    return database_.write([&](Connection& c) -> Result<DerivedImage> {
      auto derived = images::derive(c, organization, hash_or_prefix, how);
      if (!derived) return std::unexpected(std::move(derived.error()));
      DerivedImage result{.image = std::move(derived->image), .changed = derived->changed};
      if (!how.delete_previous || result.image.hash == derived->previous.hash) return result;
      description_wishes::follow(c, organization, derived->previous.hash, result.image.hash);
      if (auto removed = images::remove(c, organization, derived->previous.hash); !removed)
        return std::unexpected(std::move(removed.error()));
      aliases::follow(c, organization, derived->previous.hash, result.image.hash);
      const auto purge = how.purge ? how.purge(derived->previous) : std::nullopt;
      if (!purge) return result;
      if (const auto requested = purges::request(c, *purge, now()); !requested)
        return std::unexpected(requested.error());
      return result;
    });
  }
  Result<CopiedImage> copy(const Copying& how, std::string_view hash_or_prefix) override {
    return database_.write([&](Connection& c) { return images::copy(c, how, hash_or_prefix); });
  }
  Result<std::vector<CopyOutcome>> copy_all(const Copying& how,
                                            const std::vector<std::string>& hashes_or_prefixes) override {
    for (const std::string& one : hashes_or_prefixes) {
      auto allowed = database_.read([&](Connection& c) { return images::check_copy(c, how, one); });
      if (!allowed) return std::unexpected(std::move(allowed.error()));
    }
    std::size_t made = 0;
    std::vector<CopyOutcome> outcomes;
    outcomes.reserve(hashes_or_prefixes.size());
    for (const std::string& one : hashes_or_prefixes) {
      const auto copied = copy(how, one);
      if (!copied) return std::unexpected(after_copies(copied.error(), made));
      if (copied->outcome == CopyOutcome::created || copied->outcome == CopyOutcome::overwritten) ++made;
      outcomes.push_back(copied->outcome);
    }
    return outcomes;
  }
  Result<SourceImage> set_user_metadata(std::string_view organization, std::string_view hash_or_prefix,
                                        const ChangeUserMetadata& change) override {
    return database_.write(
        [&](Connection& c) { return images::set_user_metadata(c, organization, hash_or_prefix, change); });
  }
  Result<SourceImage> set_name(std::string_view organization, std::string_view hash_or_prefix,
                               std::string_view name) override {
    return database_.write(
        [&](Connection& c) { return images::set_name(c, organization, hash_or_prefix, name); });
  }
  Result<SourceImage> find(std::string_view organization, std::string_view hash_or_prefix) override {
    return database_.read([&](Connection& c) { return images::find(c, organization, hash_or_prefix); });
  }
  Result<SourceImage> find_even_deleted(std::string_view organization,
                                        std::string_view hash_or_prefix) override {
    return database_.read(
        [&](Connection& c) { return images::find_even_deleted(c, organization, hash_or_prefix); });
  }
  Result<FoundImages> search(std::string_view organization, const ImageSearch& asked) override {
    return database_.read([&](Connection& c) { return images::search(c, organization, asked); });
  }
  Result<void> remove(std::string_view organization, std::string_view hash_or_prefix) override {
    return database_.write([&](Connection& c) { return images::remove(c, organization, hash_or_prefix); });
  }
  Result<void> remove_file(std::string_view organization, std::string_view binary_hash) override {
    return database_.write([&](Connection& c) { return images::remove_file(c, organization, binary_hash); });
  }
  Result<SourceImage> restore(std::string_view organization, std::string_view hash_or_prefix) override {
    return database_.write([&](Connection& c) { return images::restore(c, organization, hash_or_prefix); });
  }
  Result<SourceImage> set_locked(std::string_view organization, std::string_view hash_or_prefix,
                                 bool locked) override {
    return database_.write(
        [&](Connection& c) { return images::set_locked(c, organization, hash_or_prefix, locked); });
  }
  Result<std::string> add_fetched(const SourceImage& image, std::string_view url) override {
    return database_.write([&](Connection& c) -> Result<std::string> {
      auto hash = images::add_fetched(c, image);
      if (!hash) return hash;
      auto kept = remote_images::remember(c, image.organization, url, *hash);
      if (!kept) return std::unexpected(std::move(kept.error()));
      return hash;
    });
  }
  Result<void> each_blob(
      const std::function<void(std::string_view sha256, std::int64_t bytes)>& visit) override;

 private:
  Database& database_;
};

class SqliteStacks final : public Stacks {
 public:
  explicit SqliteStacks(Database& database) : database_(database) {}

  Result<PutStack> put(std::string_view organization, std::string_view name, std::string_view definition_json,
                       Overwrite overwrite, const MayReplace& may_replace) override {
    return database_.write([&](Connection& c) {
      return stacks::put(c, organization, name, definition_json, overwrite, may_replace);
    });
  }
  Result<Stack> find(std::string_view organization, std::string_view name) override {
    return database_.read([&](Connection& c) { return stacks::find(c, organization, name); });
  }
  Result<std::vector<Stack>> list(std::string_view organization) override {
    return database_.read([&](Connection& c) { return stacks::list(c, organization); });
  }
  Result<void> remove(std::string_view organization, std::string_view name) override {
    return database_.write([&](Connection& c) { return stacks::remove(c, organization, name); });
  }

 private:
  Database& database_;
};

class SqliteAliases final : public Aliases {
 public:
  explicit SqliteAliases(Database& database) : database_(database) {}

  Result<PutAlias> put(std::string_view organization, std::string_view name, std::string_view hash_or_prefix,
                       Overwrite overwrite, const Precondition& precondition) override {
    return database_.write([&](Connection& c) {
      return aliases::put(c, organization, name, hash_or_prefix, overwrite, precondition);
    });
  }
  Result<Alias> find(std::string_view organization, std::string_view name) override {
    return database_.read([&](Connection& c) { return aliases::find(c, organization, name); });
  }
  Result<Page<Alias>> list(std::string_view organization, std::int64_t limit, std::int64_t offset) override {
    return database_.read([&](Connection& c) { return aliases::list(c, organization, limit, offset); });
  }
  Result<void> remove(std::string_view organization, std::string_view name,
                      const Precondition& precondition) override {
    return database_.write(
        [&](Connection& c) { return aliases::remove(c, organization, name, precondition); });
  }
  Result<std::vector<AliasVersion>> history(std::string_view organization, std::string_view name) override {
    return database_.read([&](Connection& c) { return aliases::history(c, organization, name); });
  }

 private:
  Database& database_;
};

class SqlitePurges final : public Purges {
 public:
  explicit SqlitePurges(Database& database) : database_(database) {}

  Result<bool> ever_existed(std::string_view organization, PurgeKind kind, std::string_view name) override;
  Result<PurgeAdmission> request(const PurgeRequest& request, Time at) override {
    return database_.write([&](Connection& c) { return purges::request(c, request, at); });
  }
  Result<PurgeAdmission> quota(std::string_view organization, PurgeKind kind, std::int64_t calls_per_hour,
                               Time at) override {
    return database_.read(
        [&](Connection& c) { return purges::quota(c, organization, kind, calls_per_hour, at); });
  }

 private:
  Database& database_;
};

class SqlitePurgeOutbox final : public PurgeOutbox {
 public:
  explicit SqlitePurgeOutbox(Database& database) : database_(database) {}

  [[nodiscard]] std::uint64_t bell() const noexcept override { return database_.bell(); }
  Result<std::vector<PurgeDelivery>> due(std::string_view cache, Time at, std::int64_t limit) override {
    return database_.read([&](Connection& c) -> Result<std::vector<PurgeDelivery>> {
      return purges::due(c, cache, at, limit);
    });
  }
  Result<std::optional<Time>> next_due(std::string_view cache) override {
    return database_.read(
        [&](Connection& c) -> Result<std::optional<Time>> { return purges::next_due(c, cache); });
  }
  Result<void> confirm(const std::vector<ConfirmedPurge>& confirmed, Time at) override {
    return database_.write([&](Connection& c) -> Result<void> {
      for (const ConfirmedPurge& purge : confirmed)
        purges::confirm(c, purge, at);
      return {};
    });
  }
  Result<void> put_off(const std::vector<FailedPurge>& failed) override {
    return database_.write([&](Connection& c) -> Result<void> {
      for (const FailedPurge& purge : failed)
        purges::put_off(c, purge);
      return {};
    });
  }
  Result<std::vector<PendingPurges>> pending() override {
    return database_.read(
        [](Connection& c) -> Result<std::vector<PendingPurges>> { return purges::pending(c); });
  }

 private:
  Database& database_;
};

class SqliteExpiry final : public Expiry {
 public:
  explicit SqliteExpiry(Database& database) : database_(database) {}

  Result<SeenTime> look_at_clock(Time now) override {
    return database_.write([&](Connection& c) -> Result<SeenTime> { return expiry::look_at_clock(c, now); });
  }
  Result<Removed> remove_images(SeenTime deleted_before, std::int64_t most) override {
    return database_.write(
        [&](Connection& c) -> Result<Removed> { return expiry::remove_images(c, deleted_before, most); });
  }
  Result<Removed> remove_previews(SeenTime put_before, std::int64_t most) override {
    return database_.write(
        [&](Connection& c) -> Result<Removed> { return expiry::remove_previews(c, put_before, most); });
  }
  Result<std::vector<std::string>> waiting_files(SeenTime since_before, std::string_view after,
                                                 std::int64_t most) override {
    return database_.read([&](Connection& c) -> Result<std::vector<std::string>> {
      return expiry::waiting_files(c, since_before, after, most);
    });
  }
  Result<bool> is_wanted(std::string_view sha256) override {
    return database_.read([&](Connection& c) -> Result<bool> { return expiry::is_wanted(c, sha256); });
  }
  Result<void> wait_no_more(const std::vector<std::string>& files, SeenTime since_before) override {
    return database_.write([&](Connection& c) -> Result<void> {
      expiry::wait_no_more(c, files, since_before);
      return {};
    });
  }
  Result<void> each_waiting(const std::function<void(std::string_view sha256)>& visit) override;

 private:
  Database& database_;
};

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(std::unique_ptr<Database> database) : owned_(std::move(database)) {}

  Organizations& organizations() override { return organizations_; }
  Users& users() override { return users_; }
  Members& members() override { return members_; }
  Images& images() override { return images_; }
  Stacks& stacks() override { return stacks_; }
  Aliases& aliases() override { return aliases_; }
  Purges& purges() override { return purges_; }
  PurgeOutbox& purge_outbox() override { return purge_outbox_; }
  Expiry& expiry() override { return expiry_; }
  Audit& audit() override { return audit_; }
  Usage& usage() override { return usage_; }
  DescriptionWishes& description_wishes() override { return description_wishes_; }

  RenderLookup& render_lookup() override { return render_lookup_; }
  ChangeFeed& change_feed() override { return change_feed_; }

  void stop_waiting() noexcept override { database_.stop_waiting(); }
  Result<void> check() override { return database_.check(); }
  void inspect(std::chrono::milliseconds patience) override { database_.inspect(patience); }
  Result<std::optional<Time>> without_images_since() override {
    return database_.read([](Connection& c) { return images::none_since(c); });
  }
  Result<std::vector<std::string>> find_damage() override {
    return database_.read([](Connection& c) { return storage::find_damage(c); });
  }
  [[nodiscard]] const std::vector<std::string>& lost_changes() const override {
    return database_.lost_changes();
  }
  [[nodiscard]] std::vector<std::string> unmarked() const override { return database_.unmarked(); }

 private:
  const std::unique_ptr<Database> owned_;
  Database& database_{*owned_};
  SqliteOrganizations organizations_{database_};
  SqliteUsers users_{database_};
  SqliteMembers members_{database_};
  SqliteImages images_{database_};
  SqliteStacks stacks_{database_};
  SqliteAliases aliases_{database_};
  SqlitePurges purges_{database_};
  SqlitePurgeOutbox purge_outbox_{database_};
  SqliteExpiry expiry_{database_};
  SqliteAudit audit_{database_};
  SqliteUsage usage_{database_};
  SqliteDescriptionWishes description_wishes_{database_};
  SqliteRenderLookup render_lookup_{database_};
  SqliteChangeFeed change_feed_{database_};
};

Result<void> SqliteImages::each_blob(
    const std::function<void(std::string_view sha256, std::int64_t bytes)>& visit) {
  // Piece by piece: one long read would keep the log from being folded back into the database. Rows that are
  // added meanwhile come at the end, so none is missed.
  for (std::int64_t last = 0;;) {
    const auto piece = database_.read([&](Connection& c) -> Result<std::vector<images::BlobReference>> {
      return images::blobs_after(c, last);
    });
    if (!piece) return std::unexpected(piece.error());
    if (piece->empty()) return {};
    for (const images::BlobReference& reference : *piece)
      visit(reference.blob, reference.bytes);
    last = piece->back().row;
  }
}

Result<void> SqliteExpiry::each_waiting(const std::function<void(std::string_view sha256)>& visit) {
  constexpr std::int64_t piece = 1000;
  for (std::string last;;) {
    const auto files = waiting_files(SeenTime::max(), last, piece);
    if (!files) return std::unexpected(files.error());
    for (const std::string& file : *files)
      visit(file);
    if (std::cmp_less(files->size(), piece)) return {};
    last = files->back();
  }
}

Result<bool> SqlitePurges::ever_existed(std::string_view organization, PurgeKind kind,
                                        std::string_view name) {
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

/// It is in the message what happened, for whoever starts the program.
Error not_opened(const std::filesystem::path& database_file, const DatabaseFailure& failure) {
  Error error = failure.to_error();
  if (failure.is_refusal()) error = {ErrorCode::internal, {}};
  error.message.text = "The catalog " + database_file.string() + " can't be opened: " + failure.what() + ".";
  if (failure.means_damage()) {
    error.code = ErrorCode::internal;  // not a matter of waiting
    error.message.text.append(" It is damaged; put back a backup.");
  }
  error.retry_after.reset();
  error.detail.text.clear();
  return error;
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite_store(const std::filesystem::path& database_file,
                                                 std::shared_ptr<DiskRoom> room) {
  if (auto made = make_durable_folder(std::filesystem::absolute(database_file).parent_path()); !made) {
    return std::unexpected(made.error());
  }
  try {
    return std::make_unique<SqliteStore>(std::make_unique<Database>(database_file, std::move(room)));
  } catch (const DatabaseFailure& failure) {
    return std::unexpected(not_opened(database_file, failure));
  }
}

Result<std::unique_ptr<Store>> examine_sqlite_store(const std::filesystem::path& database_file) {
  try {
    return std::make_unique<SqliteStore>(Database::to_examine(database_file));
  } catch (const DatabaseFailure& failure) {
    return std::unexpected(not_opened(database_file, failure));
  }
}

}  // namespace rucola::storage
