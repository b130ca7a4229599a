// Damage that can be known of is known, and nobody is told that such a catalog is fine.
#include <algorithm>
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
  /// Two entries of an index, whose one page makes sense as it is.
  void write_with_exchanged_entries(std::string_view index) const {
    constexpr std::size_t pointers = 8;  // to the entries, of two bytes each, after the head of the page
    constexpr std::size_t apart = 6;
    std::string content = sound;
    const std::size_t page = root_of(index) * page_bytes;
    ASSERT_EQ(content.at(page), '\x0A') << "it is no leaf";
    std::swap_ranges(content.begin() + static_cast<std::ptrdiff_t>(page + pointers),
                     content.begin() + static_cast<std::ptrdiff_t>(page + pointers + 2),
                     content.begin() + static_cast<std::ptrdiff_t>(page + pointers + apart));
    std::ofstream(file, std::ios::binary) << content;
  }
  /// Counted from 0.
  [[nodiscard]] std::size_t root_of(std::string_view table) const {
    Connection connection(file, Connection::Use::write);
    auto row = connection.query("SELECT rootpage FROM sqlite_schema WHERE name = ?1", table);
    return row.step() ? static_cast<std::size_t>(row.integer(0)) - 1 : 0;
  }
  [[nodiscard]] std::string said_by_quick_check() const {
    Connection connection(file, Connection::Use::write);
    auto row = connection.query("PRAGMA quick_check(1)");
    return row.step() ? row.text(0) : "";
  }
  /// Waits until it is ready, or known to be damaged.
  [[nodiscard]] static bool comes_to_be(const std::unique_ptr<catalog::Store>& store, bool ready) {
    const auto give_up_at = std::chrono::steady_clock::now() + patience;
    while (store->check().has_value() != ready) {
      if (std::chrono::steady_clock::now() > give_up_at) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return ready || store->check().error().code == ErrorCode::overloaded;
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

/// Such a page said nothing of damage, and what it led to was not found: it was ready, and answered wrongly.
TEST_F(SqliteInspection, AnIndexThatMakesSenseAndIsWrongIsFound) {
  for (const char* index : {"images_by_name", "images_by_binary_hash"}) {
    write_with_exchanged_entries(index);
    ASSERT_EQ(said_by_quick_check(), "ok");
    const auto store = storage::open_sqlite_store(file);
    ASSERT_THAT(store, Succeeds());
    (*store)->inspect(patience);
    EXPECT_TRUE(comes_to_be(*store, false)) << index;
    EXPECT_THAT((*store)->check().error().detail.text, testing::HasSubstr(index));
  }
}

TEST_F(SqliteInspection, SoIsOneThatIsRestoredMeanwhile) {
  const fs::path backup = folder.path() / "backup.sqlite";
  write_with_exchanged_entries("images_by_name");
  fs::copy_file(file, backup);
  std::ofstream(file, std::ios::binary) << sound;
  const auto store = storage::open_sqlite_store(file);
  ASSERT_THAT(store, Succeeds());
  (*store)->inspect(patience);
  ASSERT_THAT((*store)->check(), Succeeds());
  restore(backup, file);
  EXPECT_TRUE(comes_to_be(*store, false));
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
  EXPECT_TRUE(comes_to_be(*store, true));
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
  EXPECT_TRUE(comes_to_be(*store, false));
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
