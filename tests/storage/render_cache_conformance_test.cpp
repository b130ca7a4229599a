// What every adapter of delivery::RenderCache must do; each test runs once for every adapter in the list.
#include <atomic>
#include <chrono>
#include <functional>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hashing.h"
#include "result_matchers.h"
#include "scratch_folder.h"
#include "storage/cache/disk_cache.h"
#include "storage/cache/memory_cache.h"

namespace rucola::test {
namespace {

using delivery::StoredRender;
using storage::SizedCache;

struct CacheBackend {
  std::string name;
  std::unique_ptr<SizedCache> (*open)(const std::filesystem::path& folder, std::int64_t bytes);
};

std::vector<CacheBackend> cache_backends() {
  return {
      {"memory",
       [](const std::filesystem::path&, std::int64_t bytes) { return storage::make_memory_cache(bytes); }},
      {"disk", [](const std::filesystem::path& folder, std::int64_t bytes) -> std::unique_ptr<SizedCache> {
         return std::move(storage::open_disk_cache(folder, bytes, 0).value());
       }}};
}

std::string key(int number) {
  return sha256_hex(std::to_string(number));
}

std::shared_ptr<const StoredRender> render(int number, std::size_t bytes) {
  std::string content = std::to_string(number) + ":";
  content.resize(bytes, '\0');
  return delivery::stored_render(std::move(content), "image/webp", Time{std::chrono::seconds{number}});
}

constexpr std::int64_t mebibyte = 1 << 20;

class RenderCacheConformance : public testing::TestWithParam<CacheBackend> {
 protected:
  void open(std::int64_t bytes) { cache = GetParam().open(folder.path(), bytes); }
  [[nodiscard]] bool has(int number) const { return cache->find(key(number)) != nullptr; }
  /// How many of the first so many are there; each that is has been used then.
  [[nodiscard]] int kept(int of) const {
    int found = 0;
    for (int number = 0; number < of; ++number)
      found += has(number) ? 1 : 0;
    return found;
  }
  /// What has no room any more may go in the background.
  static void eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "this never came true";
      std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
  }

  ScratchFolder folder;
  std::unique_ptr<SizedCache> cache;
};
INSTANTIATE_TEST_SUITE_P(Adapters, RenderCacheConformance, testing::ValuesIn(cache_backends()),
                         [](const auto& info) { return info.param.name; });

TEST_P(RenderCacheConformance, FindsWhatItKeeps) {
  open(mebibyte);
  EXPECT_EQ(cache->find(key(1)), nullptr);
  cache->keep(key(1), render(1, 10'000));
  const auto found = cache->find(key(1));
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->bytes.view(), render(1, 10'000)->bytes.view());
  EXPECT_EQ(found->content_type, "image/webp");
  EXPECT_EQ(found->rendered, Time{std::chrono::seconds{1}});
  EXPECT_EQ(found->digest, sha256_hex(found->bytes.view()));
  EXPECT_EQ(cache->find(key(2)), nullptr);
}

TEST_P(RenderCacheConformance, KeepsAnEmptyBody) {
  open(mebibyte);
  cache->keep(key(1), delivery::stored_render({}, "image/webp", Time{}));
  ASSERT_TRUE(has(1));
  EXPECT_EQ(cache->find(key(1))->bytes.view(), "");
}

TEST_P(RenderCacheConformance, KeepingAgainIsHarmless) {
  open(mebibyte);
  for (int i = 0; i < 1000; ++i)
    cache->keep(key(1), render(1, 10'000));
  cache->keep(key(2), render(2, 10'000));
  EXPECT_TRUE(has(1));
  EXPECT_TRUE(has(2));
}

TEST_P(RenderCacheConformance, DropsWhatWasUsedLeastRecently) {
  open(mebibyte);
  constexpr std::size_t ninth = 114'000;  // nine of them fit, ten don't
  for (int number = 0; number < 9; ++number)
    cache->keep(key(number), render(number, ninth));
  for (int number = 0; number < 9; ++number)
    ASSERT_TRUE(has(number)) << number;
  EXPECT_TRUE(has(0));  // 1 is the coldest now
  cache->keep(key(9), render(9, ninth));
  EXPECT_TRUE(has(0));
  EXPECT_FALSE(has(1));
  EXPECT_TRUE(has(2));
  EXPECT_TRUE(has(9));
}

TEST_P(RenderCacheConformance, ManyThatAreInUseStay) {
  open(mebibyte);
  for (int number = 0; number < 120; ++number)
    cache->keep(key(number), render(number, 8'000));
  for (int number = 0; number < 120; number += 2)
    ASSERT_TRUE(has(number)) << number;
  for (int number = 120; number < 170; ++number)
    cache->keep(key(number), render(number, 8'000));
  for (int number = 0; number < 120; number += 2)
    EXPECT_TRUE(has(number)) << number;
}

TEST_P(RenderCacheConformance, StaysWithinItsBound) {
  open(mebibyte);
  for (int number = 0; number < 500; ++number)
    cache->keep(key(number), render(number, 20'000));
  int kept = 0;
  for (int number = 0; number < 500; ++number)
    kept += has(number) ? 1 : 0;
  EXPECT_LE(kept * 20'000, mebibyte);
  EXPECT_GE(kept * 25'000, mebibyte * 9 / 10);
  EXPECT_TRUE(has(499));
}

TEST_P(RenderCacheConformance, ManySmallOnesCountWhatTheyCost) {
  open(mebibyte);
  for (int number = 0; number < 5'000; ++number)
    cache->keep(key(number), render(number, 10));
  int kept = 0;
  for (int number = 0; number < 5'000; ++number)
    kept += has(number) ? 1 : 0;
  EXPECT_LT(kept, mebibyte / 300);
  EXPECT_GT(kept, 0);
}

TEST_P(RenderCacheConformance, DoesNotKeepWhatWouldDriveOutTooMuch) {
  open(mebibyte);
  cache->keep(key(1), render(1, 1000));
  cache->keep(key(2), render(2, mebibyte / 8 + 1));
  EXPECT_FALSE(has(2));
  EXPECT_TRUE(has(1));
}

TEST_P(RenderCacheConformance, OfNoSizeKeepsNothing) {
  open(0);
  cache->keep(key(1), render(1, 10));
  EXPECT_FALSE(has(1));
}

TEST_P(RenderCacheConformance, MadeSmallerItKeepsLess) {
  open(mebibyte);
  for (int number = 0; number < 9; ++number)
    cache->keep(key(number), render(number, 100'000));
  cache->resize(500'000);
  eventually([&] { return kept(9) <= 4; });
  EXPECT_EQ(kept(9), 4);
  cache->keep(key(9), render(9, 60'000));
  EXPECT_TRUE(has(9)) << "an eighth of what there is now";
  cache->keep(key(10), render(10, 70'000));
  EXPECT_FALSE(has(10));
  cache->resize(0);
  eventually([&] { return kept(11) == 0; });
  cache->keep(key(11), render(11, 10));
  EXPECT_FALSE(has(11));
}

TEST_P(RenderCacheConformance, MadeLargerItKeepsMore) {
  open(0);
  cache->resize(mebibyte);
  for (int number = 0; number < 9; ++number)
    cache->keep(key(number), render(number, 100'000));
  EXPECT_EQ(kept(9), 9);
}

TEST_P(RenderCacheConformance, WhatWasFoundOutlivesItsEviction) {
  open(mebibyte);
  cache->keep(key(0), render(0, 100'000));
  const auto found = cache->find(key(0));
  ASSERT_NE(found, nullptr);
  for (int number = 1; number < 50; ++number)
    cache->keep(key(number), render(number, 100'000));
  EXPECT_FALSE(has(0));
  EXPECT_EQ(found->bytes.view(), render(0, 100'000)->bytes.view());
}

TEST_P(RenderCacheConformance, ManyThreadsAtOnce) {
  open(mebibyte);
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      std::minstd_rand random(thread + 1);
      for (int i = 0; i < 500; ++i) {
        const int number = static_cast<int>(random() % 100);
        if (const auto found = cache->find(key(number))) {
          ASSERT_EQ(found->bytes.view(), render(number, 20'000)->bytes.view());
        } else {
          cache->keep(key(number), render(number, 20'000));
        }
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
}

}  // namespace
}  // namespace rucola::test
