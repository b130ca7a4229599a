#include "storage/catalog/sqlite/database.h"

#include <system_error>
#include <utility>

#include "storage/catalog/sqlite/schema.h"

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

}  // namespace

Database::Database(const std::filesystem::path& file, std::shared_ptr<DiskRoom> room)
    : had_content_(has_content(file)),
      writer_(file, std::move(room), Connection::longest_wait_for_a_lock, &lock_waits_),
      is_new_(migrate(writer_.connection())),
      watch_(writer_.connection()),
      mark_(file, writer_.connection(), watch_, what_was_there(had_content_, is_new_)),
      files_(file),
      readers_(file, &lock_waits_) {
  writer_.stay_with(files_);
  readers_.stay_with(files_);
  writer_.mark_commits(mark_);
}

Result<void> Database::in_place() const {
  try {
    files_.check();
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
  return write(read_something);
}

Result<std::vector<std::string>> find_damage(Connection& connection) {
  std::vector<std::string> found;
  Query row = connection.query("PRAGMA integrity_check(20)");
  while (row.step()) {
    if (row.view(0) != "ok") found.push_back(row.text(0));
  }
  return found;
}

}  // namespace rucola::storage
