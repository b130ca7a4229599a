// Looking at a catalog changes nothing of it: not for the server that runs, the one that comes next, or a
// backup. (That of a running server, and of one that was killed, is tried from outside:
// test_reading_commands.py.)
#include <fstream>
#include <iterator>
#include <map>

#include "storage/catalog/sqlite/connection.h"
#include "storage/catalog/sqlite/database.h"
#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

namespace fs = std::filesystem;

using storage::Connection;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct File {
  std::string content;
  fs::file_time_type changed;
  bool operator==(const File&) const = default;
};
using Files = std::map<std::string, File>;

class SqliteExamination : public testing::Test {
 protected:
  ScratchFolder folder;
  fs::path data = folder.path() / "a folder? #1 100%";
  fs::path file = data / "catalog.sqlite";

  void SetUp() override {
    const auto store = storage::open_sqlite_store(file);
    ASSERT_THAT(store, Succeeds());
    ASSERT_THAT((*store)->organizations().create("acme", "", ""), Succeeds());
  }

  [[nodiscard]] Files files() const {
    Files found;
    for (const fs::directory_entry& entry : fs::directory_iterator(data)) {
      std::ifstream stream(entry.path(), std::ios::binary);
      found[entry.path().filename()] = {std::string(std::istreambuf_iterator(stream), {}),
                                        entry.last_write_time()};
    }
    return found;
  }
  void run(const std::string& script) const { Connection(file, Connection::Use::write).execute(script); }
};

TEST_F(SqliteExamination, OfAClosedCatalogLeavesNoTrace) {
  const Files before = files();
  {
    const auto store = storage::examine_sqlite_store(file);
    ASSERT_THAT(store, Succeeds());
    EXPECT_THAT((*store)->organizations().find("acme"), Succeeds());
    EXPECT_TRUE((*store)->find_damage()->empty());
    EXPECT_THAT((*store)->lost_changes(), testing::IsEmpty());
    EXPECT_THAT((*store)->unmarked(), testing::IsEmpty());
    EXPECT_THAT((*store)->organizations().create("other", "", ""), FailsWith(ErrorCode::internal));
    EXPECT_TRUE(files() == before);
  }
  EXPECT_TRUE(files() == before);
}

TEST_F(SqliteExamination, OfACopyWithItsLogAloneReadsTheLogAndLeavesNoTrace) {
  {
    const auto running = storage::open_sqlite_store(file);
    ASSERT_THAT((*running)->organizations().create("in-the-log", "", ""), Succeeds());
    const fs::path copy = folder.path() / "copy";
    fs::create_directory(copy);
    for (const char* suffix : {"", "-wal", "-commits"})
      fs::copy_file(file.string() + suffix, (copy / "catalog.sqlite").string() + suffix);
    data = copy;
    file = copy / "catalog.sqlite";
  }
  const Files before = files();
  {
    const auto store = storage::examine_sqlite_store(file);
    ASSERT_THAT(store, Succeeds());
    EXPECT_THAT((*store)->organizations().find("in-the-log"), Succeeds());
    EXPECT_THAT((*store)->lost_changes(), testing::IsEmpty());
    EXPECT_TRUE(files() == before);
  }
  EXPECT_TRUE(files() == before);
}

TEST_F(SqliteExamination, ALogThatIsLostIsSaidAndNotNoted) {
  {
    const auto running = storage::open_sqlite_store(file);
    ASSERT_THAT((*running)->organizations().create("in-the-log", "", ""), Succeeds());
    fs::copy_file(file, folder.path() / "without-its-log");
  }
  fs::rename(folder.path() / "without-its-log", file);
  const Files before = files();
  const auto store = storage::examine_sqlite_store(file);
  ASSERT_THAT(store, Succeeds());
  ASSERT_EQ((*store)->lost_changes().size(), 1U);
  EXPECT_THAT((*store)->lost_changes().front(), HasSubstr("acknowledged are missing"));
  EXPECT_TRUE(files() == before);
}

/// Without locks what is read could be of two commits.
TEST_F(SqliteExamination, WhoBeginsToWriteMeanwhileIsNoticed) {
  const auto store = storage::examine_sqlite_store(file);
  ASSERT_THAT((*store)->organizations().find("acme"), Succeeds());
  const auto server = storage::open_sqlite_store(file);
  EXPECT_THAT((*store)->organizations().find("acme"), FailsWith(ErrorCode::overloaded));
}

TEST_F(SqliteExamination, AnotherSchemaIsRefusedAndNotMigrated) {
  run("PRAGMA user_version = 3");
  const auto older = storage::examine_sqlite_store(file);
  ASSERT_THAT(older, FailsWith(ErrorCode::internal));
  EXPECT_THAT(
      older.error().message.text,
      AllOf(HasSubstr("schema version 3"), HasSubstr("brings it up to date"), Not(HasSubstr("SQLite "))));
  run("PRAGMA user_version = 1000");
  const auto newer = storage::examine_sqlite_store(file);
  ASSERT_THAT(newer, FailsWith(ErrorCode::internal));
  EXPECT_THAT(newer.error().message.text, AllOf(HasSubstr("schema version 1000"), Not(HasSubstr("SQLite "))));
}

}  // namespace
}  // namespace rucola::test
