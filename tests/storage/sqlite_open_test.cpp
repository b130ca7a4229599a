// Which files open as a catalog, and how a disk that fails is reported.
#include <fstream>
#include <map>

#include <sys/stat.h>

#include "storage/catalog/sqlite/connection.h"
#include "storage/catalog/sqlite/database.h"
#include "storage/catalog/sqlite/database_failure.h"
#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using storage::Connection;
using storage::DatabaseFailure;
using testing::HasSubstr;

class SqliteOpen : public testing::Test {
 protected:
  ScratchFolder folder;
  std::filesystem::path file = folder.path() / "catalog.sqlite";

  void run(const std::string& script) const { Connection(file, Connection::Use::write).execute(script); }
  [[nodiscard]] std::int64_t version_of_a_new_one() const {
    const std::filesystem::path other = folder.path() / "new.sqlite";
    EXPECT_THAT(storage::open_sqlite_store(other), Succeeds());
    Connection connection(other, Connection::Use::write);
    auto row = connection.query("PRAGMA user_version");
    row.step();
    return row.integer(0);
  }
};

TEST_F(SqliteOpen, MakesFoldersForTheirOwnerOnly) {
  ASSERT_THAT(storage::open_sqlite_store(folder.path() / "a" / "b" / "catalog.sqlite"), Succeeds());
  for (const char* made : {"a", "a/b"}) {
    struct stat status{};
    ASSERT_EQ(::stat((folder.path() / made).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700U);
  }
}

TEST_F(SqliteOpen, AnotherProgramsDatabaseIsLeftAlone) {
  run("CREATE TABLE theirs (x)");
  const auto opened = storage::open_sqlite_store(file);
  ASSERT_THAT(opened, FailsWith(ErrorCode::internal));
  EXPECT_THAT(opened.error().message.text, HasSubstr("another program's database"));
}

TEST_F(SqliteOpen, ANewerProgramsCatalogIsLeftAlone) {
  ASSERT_THAT(storage::open_sqlite_store(file), Succeeds());
  run("PRAGMA user_version = 1000");
  const auto opened = storage::open_sqlite_store(file);
  ASSERT_THAT(opened, FailsWith(ErrorCode::internal));
  EXPECT_THAT(opened.error().message.text, HasSubstr("schema version 1000"));
  EXPECT_THAT(opened.error().message.text, testing::Not(HasSubstr("SQLite "))) << "nothing failed in it";
}

/// Every answer was 500, and readiness said that all was well.
TEST_F(SqliteOpen, AnotherProgramsDatabaseUnderOurNumbersIsLeftAlone) {
  run("CREATE TABLE theirs (x); PRAGMA application_id = 0x7275636F;");
  const std::int64_t newest = version_of_a_new_one();
  for (std::int64_t version = 1; version <= newest; ++version) {
    run("PRAGMA user_version = " + std::to_string(version));
    const auto opened = storage::open_sqlite_store(file);
    ASSERT_THAT(opened, FailsWith(ErrorCode::internal)) << version;
    EXPECT_THAT(opened.error().message.text, HasSubstr("says that it is a catalog of rucola")) << version;
    EXPECT_THAT(storage::examine_sqlite_store(file), FailsWith(ErrorCode::internal)) << version;
  }
  Connection left(file, Connection::Use::write);
  auto row = left.query("SELECT group_concat(name) FROM sqlite_schema");
  row.step();
  EXPECT_EQ(row.text(0), "theirs");
}

TEST_F(SqliteOpen, ACatalogThatLacksSomethingSaysWhat) {
  for (const auto& [lost, named] : std::map<std::string, std::string>{
           {"DROP TABLE purge_calls", "the column purge_calls."},
           {"ALTER TABLE images DROP COLUMN changed", "the column images.changed"},
           {"DROP TRIGGER aliases_insert_is_told", "the trigger aliases_insert_is_told"}}) {
    std::filesystem::remove(file);
    ASSERT_THAT(storage::open_sqlite_store(file), Succeeds());
    run(lost);
    const auto opened = storage::open_sqlite_store(file);
    ASSERT_THAT(opened, FailsWith(ErrorCode::internal)) << lost;
    EXPECT_THAT(opened.error().message.text, HasSubstr(named));
  }
}

TEST_F(SqliteOpen, WhatAnOperatorAddsIsNoReasonToRefuse) {
  ASSERT_THAT(storage::open_sqlite_store(file), Succeeds());
  run("CREATE TABLE notes (x); CREATE INDEX of_mine ON images (format); ANALYZE;");
  EXPECT_THAT(storage::open_sqlite_store(file), Succeeds());
}

TEST_F(SqliteOpen, AFileThatIsNoDatabaseIsRefused) {
  std::ofstream(file) << std::string(10'000, 'x');
  EXPECT_THAT(storage::open_sqlite_store(file), FailsWith(ErrorCode::internal));
}

TEST_F(SqliteOpen, EveryCommitIsSyncedAndForeignKeysHold) {
  Connection connection(file, Connection::Use::write);
  const auto pragma = [&](storage::Sql sql) {
    auto row = connection.query(sql);
    row.step();
    return row.text(0);
  };
  EXPECT_EQ(pragma("PRAGMA synchronous"), "2");  // FULL
  EXPECT_EQ(pragma("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(pragma("PRAGMA foreign_keys"), "1");
}

TEST_F(SqliteOpen, AReaderCanNotWrite) {
  ASSERT_THAT(storage::open_sqlite_store(file), Succeeds());
  Connection reader(file, Connection::Use::read);
  EXPECT_THROW(reader.run("DELETE FROM aliases"), DatabaseFailure);
}

TEST_F(SqliteOpen, AFullDiskIsReportedAsSuchAndNothingIsChanged) {
  storage::Database database(file);
  const auto with_little_room = [](Connection& connection) -> Result<void> {
    connection.run("PRAGMA max_page_count = 60");
    return {};
  };
  ASSERT_THAT(database.write(with_little_room), Succeeds());
  const auto fill = [](Connection& connection) -> Result<void> {
    connection.run(
        "INSERT INTO organizations (uuid, name, display_name, billing_email, created) "
        "VALUES ('1', 'kept', '', '', 0)");
    connection.run(
        "INSERT INTO organizations (uuid, name, display_name, billing_email, created) "
        "VALUES ('2', 'big', hex(zeroblob(1000000)), '', 0)");
    return {};
  };
  const auto failed = database.write(fill);
  ASSERT_THAT(failed, FailsWith(ErrorCode::storage_full));
  EXPECT_THAT(failed.error().detail.text, HasSubstr("full"));
  const auto count = database.read([](Connection& connection) -> Result<std::int64_t> {
    auto row = connection.query("SELECT count(*) FROM organizations");
    row.step();
    return row.integer(0);
  });
  EXPECT_EQ(count.value(), 0);
}

TEST_F(SqliteOpen, AChangeIsMadeOnceMoreWithTheRoomThatWasMadeForIt) {
  const auto room = std::make_shared<DiskRoom>();
  storage::Database database(file, room);
  bool has_room = false;
  int tried = 0;
  const auto fill = [&](Connection& connection) -> Result<int> {
    connection.execute(has_room ? "PRAGMA max_page_count = 100000" : "PRAGMA max_page_count = 60");
    connection.run(
        "INSERT INTO organizations (uuid, name, display_name, billing_email, created) "
        "VALUES ('1', 'big', hex(zeroblob(1000000)), '', 0)");
    return ++tried;
  };
  EXPECT_THAT(database.write(fill), FailsWith(ErrorCode::storage_full)) << "nothing gives way";
  room->offer([&] { return has_room = true; });
  EXPECT_EQ(database.write(fill).value(), 1);
}

TEST_F(SqliteOpen, NothingIsCommittedIntoAFileWithoutAName) {
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const std::filesystem::path lost = file.string() + suffix;
    const std::filesystem::path elsewhere = folder.path() / "elsewhere";
    const auto store = storage::open_sqlite_store(file);
    ASSERT_THAT(store, Succeeds());
    std::filesystem::rename(lost, elsewhere);
    EXPECT_THAT((*store)->organizations().create("acme", "", ""), FailsWith(ErrorCode::overloaded)) << suffix;
    EXPECT_THAT((*store)->check(), FailsWith(ErrorCode::overloaded)) << suffix;
    std::ofstream(lost) << "another file";
    EXPECT_THAT((*store)->organizations().create("acme", "", ""), FailsWith(ErrorCode::overloaded)) << suffix;
    std::filesystem::rename(elsewhere, lost);
    EXPECT_THAT((*store)->check(), Succeeds()) << suffix;
    EXPECT_THAT((*store)->organizations().find("acme"), FailsWith(ErrorCode::not_found)) << suffix;
  }
}

/// A reader that had been open before went on reading what nobody else saw any more.
TEST_F(SqliteOpen, NothingIsReadFromAFileWithoutAName) {
  const auto store = storage::open_sqlite_store(file);
  ASSERT_THAT(store, Succeeds());
  ASSERT_THAT((*store)->organizations().create("acme", "", ""), Succeeds());
  ASSERT_THAT((*store)->organizations().find("acme"), Succeeds());
  ASSERT_THAT((*store)->change_feed().in_place(), Succeeds());
  const std::filesystem::path elsewhere = folder.path() / "elsewhere";
  std::filesystem::rename(file, elsewhere);
  const auto refused = (*store)->organizations().find("acme");
  ASSERT_THAT(refused, FailsWith(ErrorCode::overloaded));
  EXPECT_TRUE(refused.error().retry_after);
  EXPECT_THAT(refused.error().message.text, HasSubstr("removed or replaced"));
  EXPECT_THAT((*store)->change_feed().in_place(), FailsWith(ErrorCode::overloaded));
  EXPECT_THAT((*store)->change_feed().changes_since(0, 1), FailsWith(ErrorCode::overloaded));
  std::filesystem::rename(elsewhere, file);
  EXPECT_THAT((*store)->organizations().find("acme"), Succeeds());
  EXPECT_THAT((*store)->change_feed().in_place(), Succeeds());
}

TEST_F(SqliteOpen, DamageIsFoundByALookAtEveryPage) {
  {
    const auto store = storage::open_sqlite_store(file);
    ASSERT_THAT((*store)->find_damage(), Succeeds());
    EXPECT_TRUE((*store)->find_damage()->empty());
  }
  run("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'images_living'");
  const auto store = storage::open_sqlite_store(file);
  ASSERT_THAT(store, Succeeds());
  const auto damage = (*store)->find_damage();
  ASSERT_THAT(damage, Succeeds());
  EXPECT_FALSE(damage->empty()) << "pages that belong to nothing";
}

TEST_F(SqliteOpen, TellsSinceWhenItHasHadNoImages) {
  const auto store = storage::open_sqlite_store(file);
  EXPECT_EQ((*store)->without_images_since().value(), Time::max());
  const Time before = now();
  ASSERT_THAT((*store)->organizations().create("acme", "", ""), Succeeds());
  EXPECT_GE((*store)->without_images_since().value().value(), before);
  EXPECT_LE((*store)->without_images_since().value().value(), now());
  ASSERT_THAT((*store)->images().add(picture(1)), Succeeds());
  ASSERT_THAT((*store)->images().remove("acme", picture(1).hash), Succeeds());
  EXPECT_EQ((*store)->without_images_since().value(), std::nullopt) << "a deleted one is one, too";
}

}  // namespace
}  // namespace rucola::test
