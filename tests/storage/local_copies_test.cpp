#include "storage/blobs/local_copies.h"

#include <array>
#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hashing.h"
#include "result_matchers.h"
#include "scratch_folder.h"

namespace rucola::test {
namespace {

using storage::LocalCopies;

constexpr std::int64_t block = 4096;

class LocalCopiesTest : public testing::Test {
 protected:
  static std::string content(char letter) { return std::string(block, letter); }
  static std::string key(char letter) { return sha256_hex(content(letter)); }

  [[nodiscard]] SpooledFile spooled(const std::string& text) const {
    auto writer = spool.new_file(1 << 20);
    EXPECT_THAT(writer->write(text), Succeeds());
    return std::move(writer->finish().value());
  }
  void keep(LocalCopies& copies, char letter) const {
    EXPECT_THAT(copies.keep(spooled(content(letter))), Succeeds());
  }
  static std::string read(const catalog::OpenBlob& blob) {
    std::string text(static_cast<std::size_t>(blob.bytes) + 1, '\0');
    const auto got = catalog::read_some(blob, text);
    return text.substr(0, got.value_or(0));
  }
  [[nodiscard]] std::string found(const LocalCopies& copies) const {
    std::string letters;
    for (const char letter : std::string("abcdefgh"))
      if (copies.has(key(letter))) letters += letter;
    return letters;
  }

  ScratchFolder folder;
  Spool spool = Spool::open(folder.path() / "spool").value();
  std::filesystem::path place = folder.path() / "copies";
};

TEST_F(LocalCopiesTest, HaveWhatTheyWereGiven) {
  LocalCopies copies(place, 4 * block);
  EXPECT_FALSE(copies.find(key('a')));
  const auto kept = copies.keep(spooled(content('a')));
  ASSERT_THAT(kept, Succeeds());
  EXPECT_EQ(read(*kept), content('a'));
  auto again = copies.find(key('a'));
  ASSERT_TRUE(again);
  EXPECT_EQ(read(*again), content('a'));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "spool"));
}

TEST_F(LocalCopiesTest, TheLeastRecentlyUsedGoesFirst) {
  LocalCopies copies(place, 3 * block);
  for (const char letter : {'a', 'b', 'c'})
    keep(copies, letter);
  EXPECT_TRUE(copies.find(key('a')));
  keep(copies, 'd');
  EXPECT_EQ(found(copies), "acd");
  EXPECT_FALSE(std::filesystem::exists(place / key('b').substr(0, 2) / key('b')));
}

TEST_F(LocalCopiesTest, WhatTakesMoreThanHalfIsNotKept) {
  LocalCopies copies(place, 3 * block);
  keep(copies, 'a');
  const std::string large(2 * block, 'x');
  const auto blob = copies.keep(spooled(large));
  ASSERT_THAT(blob, Succeeds());
  EXPECT_EQ(read(*blob), large);
  EXPECT_FALSE(copies.has(sha256_hex(large)));
  EXPECT_EQ(found(copies), "a");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "spool"));
}

TEST_F(LocalCopiesTest, WithoutRoomNothingIsKept) {
  LocalCopies copies;
  const auto blob = copies.keep(spooled(""));
  ASSERT_THAT(blob, Succeeds());
  EXPECT_FALSE(copies.has(sha256_hex("")));
}

TEST_F(LocalCopiesTest, TheNextStartFindsThemInTheOrderOfTheirUse) {
  {
    LocalCopies copies(place, 8 * block);
    for (const char letter : {'a', 'b', 'c', 'd'})
      keep(copies, letter);
  }
  const auto used = [&](char letter, int seconds) {
    const timespec time{.tv_sec = 1'700'000'000 + seconds, .tv_nsec = 0};
    const std::array<timespec, 2> times{time, time};
    ::utimensat(AT_FDCWD, (place / key(letter).substr(0, 2) / key(letter)).c_str(), times.data(), 0);
  };
  used('a', 3), used('b', 1), used('c', 4), used('d', 2);
  LocalCopies copies(place, 2 * block);
  EXPECT_EQ(found(copies), "ac");
}

TEST_F(LocalCopiesTest, AUseIsRememberedOverAStart) {
  {
    LocalCopies copies(place, 8 * block);
    keep(copies, 'a');
    const std::array<timespec, 2> long_ago{};
    ::utimensat(AT_FDCWD, (place / key('a').substr(0, 2) / key('a')).c_str(), long_ago.data(), 0);
    EXPECT_TRUE(copies.find(key('a')));
  }
  struct stat status{};
  ASSERT_EQ(::stat((place / key('a').substr(0, 2) / key('a')).c_str(), &status), 0);
  EXPECT_GT(status.st_mtim.tv_sec, 1'700'000'000);
}

TEST_F(LocalCopiesTest, WhatSomebodyRemovedIsNotThere) {
  LocalCopies copies(place, 8 * block);
  keep(copies, 'a');
  std::filesystem::remove_all(place);
  EXPECT_FALSE(copies.find(key('a')));
  EXPECT_FALSE(copies.has(key('a')));
  keep(copies, 'a');
  EXPECT_TRUE(copies.find(key('a')));
}

TEST_F(LocalCopiesTest, GiveWayAsLongAsThereAreAny) {
  LocalCopies copies(place, 16 * block);
  for (const char letter : std::string("abcdefgh"))
    keep(copies, letter);
  EXPECT_TRUE(copies.give_way());
  EXPECT_EQ(found(copies), "bcdefgh");
  for (int i = 0; i < 7; ++i)
    EXPECT_TRUE(copies.give_way());
  EXPECT_EQ(found(copies), "");
  EXPECT_FALSE(copies.give_way());
}

TEST_F(LocalCopiesTest, WhoReadsOneThatGoesGoesOn) {
  LocalCopies copies(place, 8 * block);
  keep(copies, 'a');
  const auto blob = copies.find(key('a'));
  ASSERT_TRUE(blob);
  copies.forget(key('a'));
  EXPECT_EQ(read(*blob), content('a'));
}

TEST_F(LocalCopiesTest, OtherFilesInTheFolderAreNoCopies) {
  std::filesystem::create_directories(place / "ab");
  std::ofstream(place / "ab" / "note") << "by hand";
  LocalCopies copies(place, 0);
  EXPECT_TRUE(std::filesystem::exists(place / "ab" / "note"));
}

}  // namespace
}  // namespace rucola::test
