#include "base/spool.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "result_matchers.h"
#include "scratch_folder.h"

namespace rucola {
namespace {

using test::FailsWith;
using test::Succeeds;

class Spooling : public testing::Test {
 protected:
  [[nodiscard]] SpoolWriter open(std::int64_t limit = 1'000'000) const {
    return std::move(spool.new_file(limit).value());
  }
  [[nodiscard]] bool is_empty() const { return std::filesystem::is_empty(folder.path()); }

  test::ScratchFolder folder;
  Spool spool = Spool::open(folder.path()).value();
};

TEST_F(Spooling, WritesAndHashesInPieces) {
  SpoolWriter writer = open();
  ASSERT_THAT(writer.write("ab"), Succeeds());
  ASSERT_THAT(writer.write(""), Succeeds());
  ASSERT_THAT(writer.write("c"), Succeeds());
  const auto file = writer.finish();
  ASSERT_THAT(file, Succeeds());
  EXPECT_EQ(file->bytes(), 3);
  EXPECT_EQ(file->sha1(), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(file->sha256(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  std::ifstream stream(file->path());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(stream), {}), "abc");
}

TEST_F(Spooling, FilesAreForTheirOwnerOnly) {
  SpoolWriter writer = open();
  const auto file = writer.finish();
  struct stat status{};
  ASSERT_EQ(::stat(file->path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(Spooling, StopsAtTheLimit) {
  SpoolWriter writer = open(4);
  EXPECT_THAT(writer.write("abcd"), Succeeds());
  EXPECT_THAT(writer.write("e"), FailsWith(ErrorCode::payload_too_large));
  EXPECT_EQ(writer.finish()->bytes(), 4);
}

TEST_F(Spooling, AnUnfinishedFileGoesWithItsWriter) {
  {
    SpoolWriter writer = open();
    ASSERT_THAT(writer.write("half"), Succeeds());
    const SpoolWriter moved = std::move(writer);
    EXPECT_FALSE(is_empty());
  }
  EXPECT_TRUE(is_empty());
}

TEST_F(Spooling, AFinishedFileGoesUnlessItWasTaken) {
  {
    const auto file = open().finish();
    EXPECT_FALSE(is_empty());
  }
  EXPECT_TRUE(is_empty());

  std::filesystem::path taken;
  {
    auto file = open().finish();
    SpooledFile moved = std::move(*file);
    taken = moved.release_path();
  }
  EXPECT_TRUE(std::filesystem::exists(taken));
}

TEST_F(Spooling, AssigningOverAFileRemovesIt) {
  SpooledFile first = std::move(open().finish().value());
  const std::filesystem::path replaced = first.path();
  {
    SpooledFile second = std::move(open().finish().value());
    first = std::move(second);
  }
  EXPECT_FALSE(std::filesystem::exists(replaced));
  EXPECT_TRUE(std::filesystem::exists(first.path()));
}

TEST_F(Spooling, AMissingFolderIsAnInternalError) {
  EXPECT_THAT(Spool::open(folder.path() / "missing" / "spool"), FailsWith(ErrorCode::internal));
  std::filesystem::remove(folder.path());
  EXPECT_THAT(spool.new_file(10), FailsWith(ErrorCode::internal));
}

TEST_F(Spooling, MakesItsFolderForItsOwnerOnly) {
  ASSERT_THAT(Spool::open(folder.path() / "new"), Succeeds());
  ASSERT_THAT(Spool::open(folder.path() / "new"), Succeeds());
  EXPECT_EQ(std::filesystem::status(folder.path() / "new").permissions(), std::filesystem::perms::owner_all);
}

class LeftOver : public Spooling {
 protected:
  std::filesystem::path file_of_age(const std::string& name, std::chrono::hours age) {
    const std::filesystem::path path = folder.path() / name;
    std::ofstream(path) << "half";
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - age);
    return path;
  }
};

TEST_F(LeftOver, IsWhatNobodyHasWrittenToForLong) {
  const auto old = file_of_age("old", std::chrono::hours{3});
  file_of_age("new", std::chrono::hours{1});
  std::filesystem::create_directory(folder.path() / "folder");
  std::filesystem::create_symlink(old, folder.path() / "link");
  EXPECT_THAT(spool.leftovers(std::chrono::hours{2}).value(), testing::ElementsAre(old));
}

TEST_F(LeftOver, GoesAtTheStartAfterADay) {
  const auto old = file_of_age("old", std::chrono::hours{25});
  const auto recent = file_of_age("recent", std::chrono::hours{23});
  ASSERT_THAT(Spool::open(folder.path()), Succeeds());
  EXPECT_FALSE(std::filesystem::exists(old));
  EXPECT_TRUE(std::filesystem::exists(recent));
}

/// /dev/full refuses every write, as a full disk does.
TEST_F(Spooling, AFullDiskIsReportedAsSuch) {
  const int before = ::dup(0);
  ASSERT_GE(before, 0);
  ::close(before);
  SpoolWriter writer = open();  // got the lowest free number: the one that `before` had
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full);
  ASSERT_EQ(::dup2(full.get(), before), before);
  EXPECT_THAT(writer.write("x"), FailsWith(ErrorCode::storage_full));
}

}  // namespace
}  // namespace rucola
