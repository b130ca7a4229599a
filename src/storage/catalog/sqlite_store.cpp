#include "storage/catalog/sqlite_store.h"

#include <utility>

#include "storage/catalog/ports/aliases.h"
#include "storage/catalog/ports/audit.h"
#include "storage/catalog/ports/description_wishes.h"
#include "storage/catalog/ports/expiry.h"
#include "storage/catalog/ports/images.h"
#include "storage/catalog/ports/members.h"
#include "storage/catalog/ports/organizations.h"
#include "storage/catalog/ports/purge_outbox.h"
#include "storage/catalog/ports/purges.h"
#include "storage/catalog/ports/stacks.h"
#include "storage/catalog/ports/usage.h"
#include "storage/catalog/ports/users.h"
#include "storage/catalog/sqlite/database.h"
#include "storage/catalog/sqlite/images.h"
#include "storage/catalog/sqlite/render_lookup.h"
#include "storage/durable_folders.h"

namespace rucola::storage {
namespace {

class SqliteStore final : public catalog::Store {
 public:
  explicit SqliteStore(std::unique_ptr<Database> database) : owned_(std::move(database)) {}

  catalog::Organizations& organizations() override { return organizations_; }
  catalog::Users& users() override { return users_; }
  catalog::Members& members() override { return members_; }
  catalog::Images& images() override { return images_; }
  catalog::Stacks& stacks() override { return stacks_; }
  catalog::Aliases& aliases() override { return aliases_; }
  catalog::Purges& purges() override { return purges_; }
  catalog::PurgeOutbox& purge_outbox() override { return purge_outbox_; }
  catalog::Expiry& expiry() override { return expiry_; }
  catalog::Audit& audit() override { return audit_; }
  catalog::Usage& usage() override { return usage_; }
  catalog::DescriptionWishes& description_wishes() override { return description_wishes_; }

  catalog::RenderLookup& render_lookup() override { return render_lookup_; }
  catalog::ChangeFeed& change_feed() override { return change_feed_; }

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

Result<std::unique_ptr<catalog::Store>> open_sqlite_store(const std::filesystem::path& database_file,
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

Result<std::unique_ptr<catalog::Store>> examine_sqlite_store(const std::filesystem::path& database_file) {
  try {
    return std::make_unique<SqliteStore>(Database::to_examine(database_file));
  } catch (const DatabaseFailure& failure) {
    return std::unexpected(not_opened(database_file, failure));
  }
}

}  // namespace rucola::storage
