#include "base/disk_room.h"

#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola {
namespace {

using test::FailsWith;
using test::Succeeds;

Result<void> full() {
  return fail(ErrorCode::storage_full, "full");
}

TEST(DiskRoom, HasNothingToGiveBeforeSomethingIsOffered) {
  DiskRoom room;
  EXPECT_FALSE(room.make());
  room.offer([] { return true; });
  EXPECT_TRUE(room.make());
  room.withdraw();
  EXPECT_FALSE(room.make());
}

TEST(DiskRoom, WhatFoundTheDiskFullIsTriedOnceMore) {
  DiskRoom room;
  int tried = 0;
  const auto always_full = [&] {
    ++tried;
    return full();
  };
  EXPECT_THAT(with_room(&room, always_full), FailsWith(ErrorCode::storage_full));
  EXPECT_EQ(tried, 1) << "nothing gave way";
  EXPECT_THAT(with_room(nullptr, always_full), FailsWith(ErrorCode::storage_full));
  room.offer([] { return true; });
  tried = 0;
  EXPECT_THAT(with_room(&room, always_full), FailsWith(ErrorCode::storage_full));
  EXPECT_EQ(tried, 2);
  bool has_room = false;
  room.offer([&] { return has_room = true; });
  EXPECT_THAT(with_room(&room, [&] { return has_room ? Result<void>() : full(); }), Succeeds());
}

TEST(DiskRoom, IsNotMadeForOtherFailures) {
  DiskRoom room;
  int made = 0;
  room.offer([&] { return ++made > 0; });
  EXPECT_THAT(with_room(&room, []() -> Result<void> { return fail(ErrorCode::internal, "broken"); }),
              FailsWith(ErrorCode::internal));
  EXPECT_EQ(made, 0);
}

/// Each would have had an eighth of all renders removed.
TEST(DiskRoom, WhoAskWhileSomebodyIsServedShareInIt) {
  DiskRoom room;
  std::promise<void> begun;
  std::promise<void> go_on;
  int made = 0;
  room.offer([&] {
    if (++made == 1) {
      begun.set_value();
      go_on.get_future().wait();
    }
    return true;
  });
  std::jthread first([&] { EXPECT_TRUE(room.make()); });
  begun.get_future().wait();
  std::atomic<int> asking = 0;
  std::vector<std::jthread> others;
  for (int i = 0; i < 3; ++i) {
    others.emplace_back([&] {
      ++asking;
      EXPECT_TRUE(room.make());
    });
  }
  while (asking < 3)
    std::this_thread::yield();
  std::this_thread::sleep_for(
      std::chrono::milliseconds{50});  // at the lock by then, on any machine but a slow one
  go_on.set_value();
  others.clear();
  EXPECT_LE(made, 4);
}

}  // namespace
}  // namespace rucola
