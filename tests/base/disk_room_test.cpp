#include "base/disk_room.h"

#include <future>
#include <latch>
#include <thread>
#include <vector>

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

/// How often room was made for four who asked for it, three of them about when the first was being served:
/// whether one came in time can't be seen from outside, so that a round in which none did proves nothing.
int times_made_for_four() {
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
  std::vector<std::jthread> asking;
  asking.emplace_back([&] { EXPECT_TRUE(room.make()); });
  begun.get_future().wait();
  std::latch others(3);
  for (int i = 0; i < 3; ++i) {
    asking.emplace_back([&] {
      others.count_down();
      EXPECT_TRUE(room.make());
    });
  }
  others.wait();
  go_on.set_value();
  asking.clear();
  return made;
}

/// Each would have had an eighth of all renders removed.
TEST(DiskRoom, WhoAskWhileSomebodyIsServedShareInIt) {
  bool shared = false;
  for (int round = 0; round < 1000 && !shared; ++round)
    shared = times_made_for_four() < 4;
  EXPECT_TRUE(shared);
}

}  // namespace
}  // namespace rucola
