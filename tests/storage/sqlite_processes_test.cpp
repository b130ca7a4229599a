// The catalog in the hands of two processes, as when `rucola alias set` runs beside the server.
#include <csignal>
#include <deque>

#include "storage/other_process.h"
#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using catalog::Overwrite;

std::unique_ptr<catalog::Store> open(const ScratchFolder& folder) {
  return std::move(storage::open_sqlite_store(folder.path() / "catalog.sqlite").value());
}

/// More commits than the log takes before it restarts, so that checkpoints and restarts are among them.
constexpr int many_moves = 1500;

TEST(SqliteProcesses, AnotherProcessesMoveIsSeenBeforeItIsAcknowledged) {
  const ScratchFolder folder;
  const auto move_when_told = [&](const OtherProcess::Line& line) {
    const auto store = open(folder);
    store->organizations().create("acme", "", "").value();
    for (const int number : {1, 2})
      store->images().add(picture(number)).value();
    store->aliases().put("acme", "logo", picture(1).hash, Overwrite::no, {}).value();
    line.tell();
    for (int i = 0; line.wait(); ++i) {
      store->aliases().put("acme", "logo", picture(i % 2 == 0 ? 2 : 1).hash, Overwrite::yes, {}).value();
      line.tell();
    }
    return true;
  };
  OtherProcess other(move_when_told);
  ASSERT_TRUE(other.line().wait());
  const auto store = open(folder);
  for (int i = 0; i < many_moves; ++i) {
    const std::uint64_t before = store->change_feed().bell();
    ASSERT_EQ(store->change_feed().bell(), before);  // the other process waits for us
    other.line().tell();
    ASSERT_TRUE(other.line().wait());
    ASSERT_NE(store->change_feed().bell(), before) << "after " << i << " moves";
    ASSERT_EQ(store->aliases().find("acme", "logo").value().version, i + 2);
  }
  EXPECT_TRUE(other.went_well());
}

TEST(SqliteProcesses, BothWriteAtOnce) {
  constexpr int each = 300;
  const ScratchFolder folder;
  const auto write = [&](const std::string& who) {
    const auto store = open(folder);
    for (int i = 0; i < each; ++i) {
      if (!store->aliases().put("acme", who + std::to_string(i), picture(1).hash, Overwrite::no, {}))
        return false;
    }
    return true;
  };
  OtherProcess other([&](const OtherProcess::Line& line) { return line.wait() && write("theirs"); });
  {
    const auto store = open(folder);
    ASSERT_THAT(store->organizations().create("acme", "", ""), Succeeds());
    ASSERT_THAT(store->images().add(picture(1)), Succeeds());
  }
  other.line().tell();
  EXPECT_TRUE(write("ours"));
  EXPECT_TRUE(other.went_well());
  EXPECT_EQ(open(folder)->aliases().list("acme", 1, 0)->total, 2 * each);
}

TEST(SqliteProcesses, AllMayStartAtOnceInAnEmptyFolder) {
  for (int round = 0; round < 25; ++round) {
    const ScratchFolder folder;
    const auto start = [&](const OtherProcess::Line& line) {
      if (!line.wait()) return false;
      return storage::open_sqlite_store(folder.path() / "new" / "catalog.sqlite").has_value();
    };
    std::deque<OtherProcess> others;
    for (int i = 0; i < 5; ++i)
      others.emplace_back(start);
    for (const OtherProcess& other : others)
      other.line().tell();
    for (OtherProcess& other : others)
      EXPECT_TRUE(other.went_well());
  }
}

TEST(SqliteProcesses, AKilledWriterBlocksNobodyAndLosesNothing) {
  const ScratchFolder folder;
  OtherProcess other([&](const OtherProcess::Line& line) {
    const auto store = open(folder);
    store->organizations().create("acme", "", "").value();
    store->images().add(picture(1)).value();
    line.tell();
    ::kill(::getpid(), SIGKILL);
    return false;
  });
  ASSERT_TRUE(other.line().wait());
  EXPECT_FALSE(other.went_well());
  const auto store = open(folder);
  EXPECT_THAT(store->images().find("acme", picture(1).hash), Succeeds());
  EXPECT_THAT(store->aliases().put("acme", "logo", picture(1).hash, Overwrite::no, {}), Succeeds());
}

}  // namespace
}  // namespace rucola::test
