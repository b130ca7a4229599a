// Damage that can be known of is known, and nobody is told that such a catalog is fine.
#include <fstream>
#include <iterator>
#include <thread>

#include "storage/catalog/sqlite/connection.h"
#include "storage/restore.h"
#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

namespace fs = std::filesystem;

using storage::Connection;

constexpr std::size_t page_bytes = 4096;
constexpr std::chrono::seconds patience{60};

class SqliteInspection : public testing::Test {
 protected:
  ScratchFolder folder;
  fs::path file = folder.path() / "catalog.sqlite";
  std::string sound;

  void SetUp() override {
    {
      const auto store = storage::open_sqlite_store(file);
      ASSERT_THAT((*store)->organizations().create("acme", "", ""), Succeeds());
      for (int number = 0; number < 40; ++number)
        ASSERT_THAT((*store)->images().add(picture(number)), Succeeds());
    }
    Connection(file, Connection::Use::write).execute("VACUUM");
    std::ifstream stream(file, std::ios::binary);
    sound.assign(std::istreambuf_iterator(stream), {});
  }

  void write_with_garbled(std::size_t page) const {
    std::string content = sound;
    content.replace(page * page_bytes, page_bytes, std::string(page_bytes, '\x5A'));
    std::ofstream(file, std::ios::binary) << content;
  }
  /// Counted from 0.
  [[nodiscard]] std::size_t root_of(std::string_view table) const {
    Connection connection(file, Connection::Use::write);
    auto row = connection.query("SELECT rootpage FROM sqlite_schema WHERE name = ?1", table);
    return row.step() ? static_cast<std::size_t>(row.integer(0)) - 1 : 0;
  }
};

/// Some were noticed, others not: the first pages, of tables that the question of before did not read.
TEST_F(SqliteInspection, WhicheverPageIsGarbledItIsNotReady) {
  ASSERT_EQ(sound.size() % page_bytes, 0U);
  ASSERT_GT(sound.size() / page_bytes, 20U);
  for (std::size_t page = 0; page < sound.size() / page_bytes; ++page) {
    write_with_garbled(page);
    const auto store = storage::open_sqlite_store(file);
    if (!store) continue;
    (*store)->inspect(patience);
    EXPECT_THAT((*store)->check(), FailsWith(ErrorCode::overloaded)) << "page " << page + 1;
  }
}

TEST_F(SqliteInspection, ASoundCatalogIsReady) {
  const auto store = storage::open_sqlite_store(file);
  (*store)->inspect(patience);
  EXPECT_THAT((*store)->check(), Succeeds());
}

TEST_F(SqliteInspection, DamageThatAStatementMetIsRemembered) {
  write_with_garbled(root_of("images"));
  const auto store = storage::open_sqlite_store(file);
  ASSERT_THAT(store, Succeeds());
  ASSERT_THAT((*store)->check(), Succeeds()) << "nobody has looked";
  const auto found = (*store)->images().find("acme", picture(1).hash);
  ASSERT_THAT(found, FailsWith(ErrorCode::overloaded)) << "it was 500, as if the request were to blame";
  EXPECT_THAT(found.error().message.text, testing::HasSubstr("damaged"));
  const auto ready = (*store)->check();
  ASSERT_THAT(ready, FailsWith(ErrorCode::overloaded));
  EXPECT_THAT(ready.error().message.text, testing::HasSubstr("rucola doctor"));
}

TEST_F(SqliteInspection, ARestoreMakesItReadyAgain) {
  const fs::path backup = folder.path() / "backup.sqlite";
  fs::copy_file(file, backup);
  write_with_garbled(root_of("aliases"));
  const auto store = storage::open_sqlite_store(file);
  ASSERT_THAT(store, Succeeds());
  (*store)->inspect(patience);
  ASSERT_THAT((*store)->check(), FailsWith(ErrorCode::overloaded));
  restore(backup, file);
  const auto give_up_at = std::chrono::steady_clock::now() + patience;
  while (!(*store)->check() && std::chrono::steady_clock::now() < give_up_at)
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  EXPECT_THAT((*store)->check(), Succeeds());
}

/// What renders look up did not leave the look-up as a failure of the database, and was forgotten.
TEST_F(SqliteInspection, DamageThatARenderMetIsRemembered) {
  write_with_garbled(root_of("images"));
  const auto store = storage::open_sqlite_store(file);
  ASSERT_THAT(store, Succeeds());
  ASSERT_THAT((*store)->check(), Succeeds()) << "nobody has looked";
  ASSERT_THAT((*store)->render_lookup().read([](catalog::RenderSnapshot& snapshot) {
    EXPECT_THAT(snapshot.image("acme", picture(1).hash), FailsWith(ErrorCode::overloaded));
  }),
              Succeeds());
  EXPECT_THAT((*store)->check(), FailsWith(ErrorCode::overloaded));
}

/// It was ready until a statement met the damage.
TEST_F(SqliteInspection, ARestoreOfADamagedBackupIsFoundBeforeAStatementMeetsIt) {
  const fs::path backup = folder.path() / "backup.sqlite";
  write_with_garbled(root_of("aliases"));
  fs::copy_file(file, backup);
  std::ofstream(file, std::ios::binary) << sound;
  const auto store = storage::open_sqlite_store(file);
  ASSERT_THAT(store, Succeeds());
  (*store)->inspect(patience);
  ASSERT_THAT((*store)->check(), Succeeds());
  restore(backup, file);
  const auto give_up_at = std::chrono::steady_clock::now() + patience;
  while ((*store)->check() && std::chrono::steady_clock::now() < give_up_at)
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  EXPECT_THAT((*store)->check(), FailsWith(ErrorCode::overloaded));
}

/// Where the check itself could not come to its end, that was an error and no finding.
TEST_F(SqliteInspection, DamageThatEndsTheCheckOfAllPagesIsAFinding) {
  for (std::size_t page = 1; page < sound.size() / page_bytes; ++page) {
    write_with_garbled(page);
    const auto store = storage::examine_sqlite_store(file);
    if (!store) continue;
    const auto found = (*store)->find_damage();
    ASSERT_THAT(found, Succeeds()) << "page " << page + 1;
    EXPECT_THAT(*found, testing::Not(testing::IsEmpty())) << "page " << page + 1;
  }
}

}  // namespace
}  // namespace rucola::test
