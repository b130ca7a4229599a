// Group commit: changes share a transaction, and yet each stands or falls on its own.
#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/queue_wait.h"
#include "scratch_folder.h"
#include "storage/catalog/sqlite/database_failure.h"
#include "storage/catalog/sqlite/writer.h"

namespace rucola::test {
namespace {

using storage::Connection;
using storage::DatabaseFailure;
using storage::Writer;

class SqliteWriter : public testing::Test {
 protected:
  void SetUp() override {
    writer.connection().execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY) STRICT");
  }

  static void insert(Connection& connection, std::int64_t number) {
    connection.run("INSERT INTO numbers VALUES (?1)", number);
  }
  /// What another connection sees: only what was committed.
  [[nodiscard]] std::vector<std::int64_t> committed() const {
    Connection reader(file, Connection::Use::read);
    auto row = reader.query("SELECT number FROM numbers ORDER BY number");
    std::vector<std::int64_t> numbers;
    while (row.step())
      numbers.push_back(row.integer(0));
    return numbers;
  }

  /// Runs the changes in one batch: a first one holds the lead until all others wait.
  void run_together(const std::vector<Writer::Change>& changes,
                    const std::function<void(std::size_t)>& on_failure) {
    std::latch lead_taken(1);
    std::thread leader([&] {
      writer.run([&](Connection&) {
        lead_taken.count_down();
        while (writer.waiting() < changes.size())
          std::this_thread::yield();
        return false;
      });
    });
    lead_taken.wait();
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      threads.emplace_back([&, i] {
        try {
          writer.run(changes[i]);
        } catch (...) {
          on_failure(i);
        }
      });
    }
    leader.join();
    for (std::thread& thread : threads)
      thread.join();
  }

  ScratchFolder folder;
  std::filesystem::path file = folder.path() / "numbers.sqlite";
  Writer writer{file};
};

TEST_F(SqliteWriter, CommitsBeforeItReturns) {
  writer.run([](Connection& connection) {
    insert(connection, 1);
    return true;
  });
  EXPECT_EQ(committed(), std::vector<std::int64_t>{1});
}

TEST_F(SqliteWriter, RollsBackWhatSaysNo) {
  writer.run([](Connection& connection) {
    insert(connection, 1);
    return false;
  });
  EXPECT_TRUE(committed().empty());
}

TEST_F(SqliteWriter, RollsBackWhatThrowsAndGoesOn) {
  EXPECT_THROW(writer.run([](Connection& connection) -> bool {
    insert(connection, 1);
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  EXPECT_THROW(writer.run([](Connection& connection) {
    insert(connection, 2);
    insert(connection, 2);
    return true;
  }),
               DatabaseFailure);
  writer.run([](Connection& connection) {
    insert(connection, 3);
    return true;
  });
  EXPECT_EQ(committed(), std::vector<std::int64_t>{3});
}

TEST_F(SqliteWriter, EachChangeOfABatchStandsOnItsOwn) {
  constexpr std::int64_t count = 90;
  std::vector<Writer::Change> changes;
  for (std::int64_t i = 0; i < count; ++i) {
    changes.emplace_back([i](Connection& connection) {
      insert(connection, i);
      if (i % 3 == 1) throw std::runtime_error("no");
      return i % 3 == 0;  // the others say no
    });
  }
  std::vector<std::atomic<int>> failures(count);
  run_together(changes, [&](std::size_t i) { ++failures[i]; });

  std::vector<std::int64_t> expected;
  for (std::int64_t i = 0; i < count; ++i) {
    EXPECT_EQ(failures[i], i % 3 == 1 ? 1 : 0) << i;
    if (i % 3 == 0) expected.push_back(i);
  }
  EXPECT_EQ(committed(), expected);
}

TEST_F(SqliteWriter, WhatFindsTheDiskFullTakesNobodyAlong) {
  writer.connection().execute("PRAGMA max_page_count = 40");
  std::vector<Writer::Change> changes;
  for (std::int64_t i = 0; i < 20; ++i) {
    changes.emplace_back([i](Connection& connection) {
      insert(connection, i);
      if (i == 10) connection.execute("CREATE TABLE big AS SELECT hex(zeroblob(1000000)) AS filling");
      return true;
    });
  }
  std::vector<std::atomic<int>> failures(changes.size());
  run_together(changes, [&](std::size_t i) { ++failures[i]; });
  for (std::size_t i = 0; i < changes.size(); ++i)
    EXPECT_EQ(failures[i], i == 10 ? 1 : 0) << i;
  EXPECT_EQ(committed().size(), changes.size() - 1);
}

/// After some failures SQLite gives up the whole transaction. Then nobody of the batch may be told that all
/// is well, and all are told why.
TEST_F(SqliteWriter, WhatUndoesTheWholeTransactionFailsAll) {
  std::vector<Writer::Change> changes;
  for (std::int64_t i = 0; i < 20; ++i) {
    changes.emplace_back([i](Connection& connection) -> bool {
      insert(connection, i);
      if (i != 10) return true;
      connection.execute("ROLLBACK");
      throw DatabaseFailure(nullptr, SQLITE_FULL, "as SQLite does it");
    });
  }
  std::atomic<std::size_t> failures = 0;
  run_together(changes, [&](std::size_t) {
    ++failures;
    try {
      throw;
    } catch (const DatabaseFailure& failure) {
      EXPECT_EQ(failure.to_error().code, ErrorCode::storage_full) << failure.what();
    }
  });
  EXPECT_EQ(failures, changes.size());
  EXPECT_TRUE(committed().empty());
}

/// Of a writer that finds the catalog locked by another program.
class LockedSqliteWriter : public SqliteWriter {
 protected:
  using Clock = std::chrono::steady_clock;

  static bool insert_one(Connection& connection) {
    insert(connection, 1);
    return true;
  }
  /// What SQLite said.
  static int code_of(Writer& writer, const Writer::Change& change) {
    try {
      writer.run(change);
      return SQLITE_OK;
    } catch (const DatabaseFailure& failure) {
      return failure.code();
    }
  }
  void lock() { other.execute("BEGIN IMMEDIATE"); }
  void unlock() { other.execute("ROLLBACK"); }

  Connection other{file, Connection::Use::write};
};

/// The batch behind the first one waited for as long again.
TEST_F(LockedSqliteWriter, WhoWaitsBehindTheLeaderWaitsNoLonger) {
  constexpr std::chrono::seconds patience{2};
  Writer patient(file, {}, patience);
  lock();
  const auto start = Clock::now();
  std::vector<std::future<int>> codes;
  for (int i = 0; i < 8; ++i)
    codes.push_back(std::async(std::launch::async, [&] { return code_of(patient, insert_one); }));
  for (std::future<int>& code : codes)
    EXPECT_EQ(code.get(), SQLITE_BUSY);
  EXPECT_GE(Clock::now() - start, patience);
  EXPECT_LT(Clock::now() - start, 2 * patience);
  unlock();
  EXPECT_EQ(code_of(patient, insert_one), SQLITE_OK) << "the lead was given back";
}

TEST_F(LockedSqliteWriter, WaitingForAThreadCounts) {
  Writer patient(file, {}, std::chrono::minutes(10));
  const QueueWait waited(std::chrono::minutes(10));
  EXPECT_EQ(code_of(patient, insert_one), SQLITE_OK) << "nobody has it locked";
  lock();
  EXPECT_EQ(code_of(patient, insert_one), SQLITE_BUSY);
}

TEST_F(LockedSqliteWriter, WhoseTimeIsOverLeavesALeaderWhoGoesOnWaiting) {
  Writer patient(file, {}, std::chrono::minutes(10));
  lock();
  auto leader = std::async(std::launch::async, [&] { return code_of(patient, insert_one); });
  while (patient.waiting() == 0)
    std::this_thread::yield();
  {
    const QueueWait waited(std::chrono::minutes(10));
    EXPECT_EQ(code_of(patient, insert_one), SQLITE_BUSY);
  }
  EXPECT_EQ(patient.waiting(), 1U);
  unlock();
  EXPECT_EQ(leader.get(), SQLITE_OK);
  EXPECT_EQ(committed(), std::vector<std::int64_t>{1});
}

/// The server could not end in time, and its clients were told nothing.
TEST_F(LockedSqliteWriter, AtAShutdownNobodyWaitsAnyLonger) {
  storage::LockWaits waits;
  Writer patient(file, {}, std::chrono::minutes(10), &waits);
  lock();
  std::vector<std::future<int>> codes;
  for (int i = 0; i < 8; ++i)
    codes.push_back(std::async(std::launch::async, [&] { return code_of(patient, insert_one); }));
  while (patient.waiting() < codes.size())
    std::this_thread::yield();
  waits.end();
  for (std::future<int>& code : codes)
    EXPECT_EQ(code.get(), SQLITE_BUSY);
  EXPECT_EQ(code_of(patient, insert_one), SQLITE_BUSY) << "and nobody begins to";
  unlock();
  EXPECT_EQ(code_of(patient, insert_one), SQLITE_OK) << "what is not locked goes on";
}

/// It is the disk that is slow then, and nobody else who has the lock.
TEST_F(LockedSqliteWriter, WhoseTimeIsOverDoesNotLeaveABatchThatIsUnderWay) {
  std::promise<void> go_on;
  std::promise<void> under_way;
  auto leader = std::async(std::launch::async, [&] {
    return code_of(writer, [&](Connection&) {
      under_way.set_value();
      go_on.get_future().wait();
      return false;
    });
  });
  under_way.get_future().wait();
  auto late = std::async(std::launch::async, [&] {
    const QueueWait waited(std::chrono::minutes(10));
    return code_of(writer, insert_one);
  });
  while (writer.waiting() == 0)
    std::this_thread::yield();
  EXPECT_EQ(late.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout);
  go_on.set_value();
  EXPECT_EQ(leader.get(), SQLITE_OK);
  EXPECT_EQ(late.get(), SQLITE_OK);
  EXPECT_EQ(committed(), std::vector<std::int64_t>{1});
}

}  // namespace
}  // namespace rucola::test
