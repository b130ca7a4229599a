// What is particular to the cache on disk: restarts, damage, full disks.
#include "storage/cache/disk_cache.h"

#include <algorithm>
#include <barrier>
#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/hashing.h"
#include "result_matchers.h"
#include "scratch_folder.h"

namespace rucola::test {
namespace {

namespace fs = std::filesystem;
using delivery::StoredRender;

constexpr std::int64_t mebibyte = 1 << 20;

std::string key(int number) {
  return sha256_hex(std::to_string(number));
}

std::shared_ptr<const StoredRender> render(int number, std::size_t bytes) {
  return delivery::stored_render(std::string(bytes, static_cast<char>('a' + number)), "image/png", Time{});
}

class DiskCache : public testing::Test {
 protected:
  void open(std::int64_t bytes = mebibyte, std::int64_t reserve = 0) {
    cache = storage::open_disk_cache(folder.path(), bytes, reserve).value();
  }
  [[nodiscard]] fs::path path_of(int number) const {
    return folder.path() / key(number).substr(0, 2) / key(number);
  }
  [[nodiscard]] std::int64_t bytes_on_disk() const {
    std::int64_t sum = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
      if (entry.is_regular_file()) sum += static_cast<std::int64_t>((entry.file_size() + 4095) / 4096 * 4096);
    }
    return sum;
  }

  ScratchFolder folder;
  std::unique_ptr<storage::DiskCache> cache;
};

/// The count of what is there runs in the background; its end shows only in what it does.
void eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (!condition()) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "this never came true";
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
}

TEST_F(DiskCache, SurvivesARestart) {
  open();
  cache->keep(key(1), render(1, 1000));
  open();
  const auto found = cache->find(key(1));
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->bytes.view(), render(1, 1000)->bytes.view());
}

TEST_F(DiskCache, KnowsTheOrderOfUseAfterARestart) {
  open();
  for (int number = 0; number < 8; ++number) {
    cache->keep(key(number), render(number, 100'000));
    fs::last_write_time(path_of(number),
                        fs::file_time_type::clock::now() - std::chrono::hours{number == 3 ? 48 : 1});
  }
  open(8 * 102'400);  // room for eight of them: for a ninth, one has to go
  cache->keep(key(8), render(8, 100'000));
  eventually([&] { return !fs::exists(path_of(3)); });
  for (int number = 0; number < 9; ++number)
    EXPECT_EQ(fs::exists(path_of(number)), number != 3) << number;
}

TEST_F(DiskCache, GoesBackToItsBoundAfterARestartWithASmallerOne) {
  open();
  for (int number = 0; number < 8; ++number)
    cache->keep(key(number), render(number, 100'000));
  open(500'000);
  eventually([&] { return bytes_on_disk() <= 500'000; });
  EXPECT_GT(bytes_on_disk(), 300'000);
}

TEST_F(DiskCache, GoesBackToItsBoundWhenThatIsLoweredAndNothingIsKeptAnyMore) {
  open();
  for (int number = 0; number < 8; ++number)
    cache->keep(key(number), render(number, 100'000));
  ASSERT_NE(cache->find(key(0)), nullptr);  // 1 is the coldest now
  cache->resize(500'000);
  const auto are_there = [&](const std::vector<int>& numbers) {
    for (int number = 0; number < 8; ++number) {
      if (fs::exists(path_of(number)) != (std::ranges::find(numbers, number) != numbers.end())) return false;
    }
    return true;
  };
  eventually([&] { return are_there({0, 5, 6, 7}); });
  cache->resize(0);
  eventually([&] { return are_there({}); });
}

TEST_F(DiskCache, ATornFileIsAMissAndGoes) {
  open();
  cache->keep(key(1), render(1, 10'000));
  fs::resize_file(path_of(1), 5'000);
  EXPECT_EQ(cache->find(key(1)), nullptr);
  EXPECT_FALSE(fs::exists(path_of(1)));
  cache->keep(key(1), render(1, 10'000));
  EXPECT_NE(cache->find(key(1)), nullptr);
}

TEST_F(DiskCache, LongRendersAreNoOtherThanShortOnes) {
  open(100 * mebibyte);
  const auto length = static_cast<std::size_t>(3 * Bytes::mapped_from + 5);
  cache->keep(key(1), render(1, length));
  const auto found = cache->find(key(1));
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->bytes.view(), render(1, length)->bytes.view());
  EXPECT_EQ(found->digest, render(1, length)->digest);
  fs::resize_file(path_of(1), length - 1);
  EXPECT_EQ(found->bytes.view(), render(1, length)->bytes.view()) << "what was found is its own";
  EXPECT_EQ(cache->find(key(1)), nullptr);
  EXPECT_FALSE(fs::exists(path_of(1)));
}

/// Three hundred clients that were slow to take 10.8 MB each held a copy of their own: 2 GB.
TEST_F(DiskCache, HoweverManyReadALongRenderItIsInMemoryOnce) {
  open(100 * mebibyte);
  const auto length = static_cast<std::size_t>(3 * Bytes::mapped_from + 5);
  cache->keep(key(1), render(1, length));
  auto first = cache->find(key(1));
  ASSERT_NE(first, nullptr);
  ASSERT_GE(first->bytes.file(), 0);
  EXPECT_EQ(cache->find(key(1)), first);
  const std::weak_ptr<const StoredRender> released = std::exchange(first, nullptr);
  EXPECT_TRUE(released.expired()) << "the cache itself holds nothing";
  const auto again = cache->find(key(1));
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(again->bytes.view(), render(1, length)->bytes.view());
}

/// Sixteen threads looked whether somebody held the bytes before the first of them did.
TEST_F(DiskCache, ACrowdThatComesAtOnceHasOneCopy) {
  constexpr std::size_t bytes = 8 << 20;
  constexpr std::size_t crowd = 16;
  open(128 * mebibyte);
  cache->keep(key(1), render(1, bytes));
  open(128 * mebibyte);
  std::vector<std::shared_ptr<const StoredRender>> found(crowd);
  {
    std::barrier all_are_there(crowd);
    std::vector<std::jthread> readers;
    for (auto& mine : found) {
      readers.emplace_back([&] {
        all_are_there.arrive_and_wait();
        mine = cache->find(key(1));
      });
    }
  }
  ASSERT_TRUE(found.front());
  EXPECT_EQ(found.front()->bytes.size(), bytes);
  EXPECT_THAT(found, testing::Each(found.front()));
}

TEST_F(DiskCache, WhatIsBeingSentWhenItIsKeptIsNotReadForTheNext) {
  open(100 * mebibyte);
  const auto sent = render(1, mebibyte);
  cache->keep(key(1), sent);
  EXPECT_EQ(cache->find(key(1)), sent);
}

TEST_F(DiskCache, AFileWithOtherBytesThanThoseInUseIsReadForItself) {
  open(100 * mebibyte);
  cache->keep(key(1), render(1, mebibyte));
  const auto before = cache->find(key(1));
  ASSERT_NE(before, nullptr);
  cache->keep(key(1), render(2, mebibyte));
  const auto after = cache->find(key(1));
  ASSERT_NE(after, nullptr);
  EXPECT_EQ(after->bytes.view(), render(2, mebibyte)->bytes.view());
  EXPECT_EQ(before->bytes.view(), render(1, mebibyte)->bytes.view());
}

/// Nobody has to look while what was read of it before is in use.
TEST_F(DiskCache, DamageBehindTheHeadIsSeenOnceNobodyHoldsTheBytesAnyMore) {
  open(100 * mebibyte);
  cache->keep(key(1), render(1, mebibyte));
  auto held = cache->find(key(1));
  ASSERT_NE(held, nullptr);
  {
    std::fstream file(path_of(1), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(mebibyte / 2);
    file << "damage";
  }
  auto second = cache->find(key(1));
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->bytes.view(), render(1, mebibyte)->bytes.view());
  held.reset();
  second.reset();
  EXPECT_EQ(cache->find(key(1)), nullptr);
  EXPECT_FALSE(fs::exists(path_of(1)));
}

TEST_F(DiskCache, ZerosWhereDataShouldBeAreAMiss) {
  open();
  for (const std::streamoff offset : {0, 20, 90, 5'000}) {
    cache->keep(key(1), render(1, 10'000));
    {
      std::fstream file(path_of(1), std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(offset);
      file << std::string(100, '\0');
    }
    EXPECT_EQ(cache->find(key(1)), nullptr) << "zeros from " << offset;
  }
}

TEST_F(DiskCache, AnEmptyFileAndAForeignOneAreMisses) {
  open();
  fs::create_directories(path_of(1).parent_path());
  std::ofstream(path_of(1)).close();
  EXPECT_EQ(cache->find(key(1)), nullptr);
  std::ofstream(path_of(1)) << "RUCOLA-RENDER/2\n";
  EXPECT_EQ(cache->find(key(1)), nullptr);
  std::ofstream(path_of(1)) << std::string(5'000, 'x');
  EXPECT_EQ(cache->find(key(1)), nullptr);
}

TEST_F(DiskCache, KeysThatAreNoneReachNoFile) {
  open();
  for (const std::string& bad :
       {std::string("../../etc/passwd"), std::string(), std::string(64, 'Z'), std::string(63, 'a')}) {
    cache->keep(bad, render(1, 10));
    EXPECT_EQ(cache->find(bad), nullptr);
  }
  EXPECT_EQ(bytes_on_disk(), 0);
}

TEST_F(DiskCache, UnfinishedFilesOfACrashGoAtTheStart) {
  open();
  cache->keep(key(1), render(1, 1000));
  const fs::path unfinished = path_of(1).parent_path() / "unfinished-0123456789abcdef";
  std::ofstream(unfinished) << "half";
  fs::last_write_time(unfinished, fs::file_time_type::clock::now() - std::chrono::hours{1});
  open();
  eventually([&] { return !fs::exists(unfinished); });
  EXPECT_NE(cache->find(key(1)), nullptr);
}

TEST_F(DiskCache, WhatCanNotBeWrittenIsNotKept) {
  open();
  std::ofstream(folder.path() / key(1).substr(0, 2)) << "a file where the folder should be";
  cache->keep(key(1), render(1, 1000));
  EXPECT_EQ(cache->find(key(1)), nullptr);
}

/// A reserve that no file system has: as if the disk had become full.
constexpr std::int64_t more_than_there_is = std::int64_t{1} << 60;

TEST_F(DiskCache, KeepsNothingNewBelowItsReserve) {
  open(mebibyte, more_than_there_is);
  cache->keep(key(1), render(1, 1000));
  EXPECT_EQ(cache->find(key(1)), nullptr);
  EXPECT_FALSE(cache->would_keep(*render(1, 1000)));
  cache->reserve(1);
  cache->keep(key(1), render(1, 1000));
  EXPECT_NE(cache->find(key(1)), nullptr);
  EXPECT_TRUE(cache->would_keep(*render(1, 1000)));
  EXPECT_FALSE(cache->would_keep(*render(1, mebibyte)));
}

TEST_F(DiskCache, GivesWayToWhoeverUsesUpItsReserve) {
  open();
  for (int number = 0; number < 4; ++number)
    cache->keep(key(number), render(number, 1000));
  cache->reserve(more_than_there_is);
  eventually([&] { return bytes_on_disk() == 0; });
}

TEST_F(DiskCache, AWriteThatWasRefusedCostsTheColdestEighth) {
  open(10 * mebibyte);
  for (int number = 0; number < 16; ++number)
    cache->keep(key(number), render(number, 100'000));
  EXPECT_TRUE(cache->give_way());
  for (int number = 0; number < 16; ++number)
    EXPECT_EQ(fs::exists(path_of(number)), number >= 2) << number;
  while (cache->give_way()) {
  }
  EXPECT_EQ(bytes_on_disk(), 0);
}

TEST_F(DiskCache, WhatIsThereFromBeforeTheStartGivesWayToo) {
  open();
  cache->keep(key(1), render(1, 1000));
  open();
  EXPECT_TRUE(cache->give_way());
  EXPECT_FALSE(fs::exists(path_of(1)));
  EXPECT_FALSE(cache->give_way());
}

TEST_F(DiskCache, FilesAreForTheirOwnerOnly) {
  open();
  cache->keep(key(1), render(1, 1000));
  struct stat status{};
  ASSERT_EQ(::stat(path_of(1).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

}  // namespace
}  // namespace rucola::test
