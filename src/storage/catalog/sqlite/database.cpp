#include "storage/catalog/sqlite/database.h"

#include <system_error>
#include <utility>

#include "storage/catalog/sqlite/history.h"

namespace rucola::storage {
namespace {

bool has_content(const std::filesystem::path& file) {
  std::error_code missing;
  return std::filesystem::file_size(file, missing) > 0 && !missing;
}

CommitMark::Was what_was_there(bool had_content, bool is_new) {
  if (!is_new) return CommitMark::Was::a_catalog;
  return had_content ? CommitMark::Was::a_file_without_tables : CommitMark::Was::nothing;
}

/// Stays the same while only this connection commits.
std::int64_t version_by_others(Connection& connection) {
  Query row = connection.query("PRAGMA data_version");
  return row.step() ? row.integer(0) : 0;
}

}  // namespace

Database::InUse::InUse(const std::filesystem::path& file, std::shared_ptr<DiskRoom> room,
                       const LockWaits& waits)
    : had_content(has_content(file)),
      writer(file, std::move(room), Connection::longest_wait_for_a_lock, &waits),
      is_new(migrate(writer.connection())),
      watch(writer.connection()),
      mark(file, writer.connection(), watch, what_was_there(had_content, is_new)),
      files(file),
      inspection(file, watch, waits),
      version_by_others(storage::version_by_others(writer.connection())),
      bell_of_schema(~watch.value()) {
  writer.stay_with(files);
  writer.mark_commits(mark);
  writer.begin_with([this](Connection& connection) { return prepare_to_write(connection); });
  writer.tell_who([](Connection& connection, const Writer::Maker* maker) {
    if (maker == nullptr) return history::end_changes(connection);
    history::begin_changes_of(connection, maker->author, maker->request);
  });
}

/// A restore may have put damage where none was.
bool Database::InUse::prepare_to_write(Connection& connection) {
  const std::int64_t version = storage::version_by_others(connection);
  if (version != std::exchange(version_by_others, version)) inspection.look_again();
  return schema.bring_up_to_date(connection);
}

Database::Database(const std::filesystem::path& file, std::shared_ptr<DiskRoom> room)
    : in_use_(std::make_unique<InUse>(file, std::move(room), lock_waits_)), readers_(file, &lock_waits_) {
  readers_.stay_with(in_use_->files);
}

Database::Database(std::unique_ptr<Examined> examined, const std::filesystem::path& file)
    : examined_(std::move(examined)), readers_(file, &lock_waits_, Connection::Use::examine) {}

std::unique_ptr<Database> Database::to_examine(const std::filesystem::path& file) {
  std::unique_ptr<Database> database(new Database(std::make_unique<Examined>(file), file));
  Readers::Loan loan = database->readers_.borrow();
  require_up_to_date(loan.connection());
  try {
    database->examined_->mark = CommitMark::examine(file, loan.connection());
  } catch (const DatabaseFailure& failure) {
    if (!failure.means_damage()) throw;
    // What is damaged is to be examined all the same.
    database->examined_->mark.unmarked.emplace_back(failure.what());
  }
  return database;
}

const std::vector<std::string>& Database::lost_changes() const {
  return in_use_ ? in_use_->mark.losses() : examined_->mark.losses;
}

std::vector<std::string> Database::unmarked() const {
  return in_use_ ? in_use_->mark.unmarked() : examined_->mark.unmarked;
}

Result<void> Database::in_place() const {
  try {
    if (in_use_) in_use_->files.check();
    return {};
  } catch (const DatabaseFailure& failure) {
    return std::unexpected(failure.to_error());
  }
}

Result<void> Database::check() {
  const auto read_something = [](Connection& connection) -> Result<void> {
    connection.run("SELECT 1 FROM organizations LIMIT 1");
    return {};
  };
  if (auto readable = read(read_something); !readable) return readable;
  if (auto writable = write(read_something); !writable) return writable;
  if (const auto damage = in_use_->inspection.damage()) {
    return std::unexpected(DatabaseFailure::damage(*damage).to_error());
  }
  return {};
}

void Database::inspect(std::chrono::milliseconds patience) {
  if (in_use_) in_use_->inspection.begin(patience);
}

Writer& Database::writer() {
  if (!in_use_) throw DatabaseFailure(nullptr, SQLITE_READONLY, "write to what is only examined");
  return in_use_->writer;
}

/// A restore may have replaced the catalog by one of another schema. Every commit rings the bell, so that
/// this costs nothing between them.
void Database::prepare_to_read() {
  if (!in_use_) return;
  const std::uint64_t bell = in_use_->watch.value();  // first: what is committed from here on rings again
  if (bell == in_use_->bell_of_schema.load(std::memory_order_acquire)) return;
  if (is_outdated())
    in_use_->writer.run([](Connection&) { return true; });  // begins with bringing it up to date
  in_use_->bell_of_schema.store(bell, std::memory_order_release);
}

bool Database::is_outdated() {
  Readers::Loan loan = readers_.borrow();
  return in_use_->schema.is_outdated(loan.connection());
}

Error Database::error_of(const DatabaseFailure& failure) {
  if (!in_use_) {
    const Error error = failure.to_error();
    const ErrorCode code = failure.means_damage() ? ErrorCode::internal : error.code;
    return {code, {"The catalog could not be read: " + std::string(failure.what()) + "."}};
  }
  met(failure);
  if (failure.code() != SQLITE_ERROR) return failure.to_error();
  // What no statement of this program's can be wrong about: perhaps the catalog was replaced in between.
  try {
    if (!is_outdated()) return failure.to_error();
  } catch (const DatabaseFailure& again) {
    return again.to_error();
  }
  return DatabaseFailure::refusal(std::string("it was replaced while it was read: ") + failure.what())
      .to_error();
}

void Database::met(const DatabaseFailure& failure) noexcept {
  if (in_use_ && failure.means_damage()) in_use_->inspection.met(failure.what());
}

Result<std::vector<std::string>> find_damage(Connection& connection) {
  std::vector<std::string> found;
  try {
    Query row = connection.query("PRAGMA integrity_check(20)");
    while (row.step()) {
      if (row.view(0) != "ok") found.push_back(row.text(0));
    }
  } catch (const DatabaseFailure& failure) {
    if (!failure.means_damage()) throw;
    found.emplace_back(failure.what());  // so damaged that the check itself comes to no end
  }
  return found;
}

}  // namespace rucola::storage
