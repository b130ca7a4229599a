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

class Spool : public testing::Test {
 protected:
  [[nodiscard]] SpoolWriter open(std::int64_t limit = 1'000'000) const {
    return std::move(SpoolWriter::open(folder.path(), limit).value());
  }
  [[nodiscard]] bool is_empty() const { return std::filesystem::is_empty(folder.path()); }

  test::ScratchFolder folder;
};

TEST_F(Spool, WritesAndHashesInPieces) {
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

TEST_F(Spool, FilesAreForTheirOwnerOnly) {
  SpoolWriter writer = open();
  const auto file = writer.finish();
  struct stat status{};
  ASSERT_EQ(::stat(file->path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(Spool, StopsAtTheLimit) {
  SpoolWriter writer = open(4);
  EXPECT_THAT(writer.write("abcd"), Succeeds());
  EXPECT_THAT(writer.write("e"), FailsWith(ErrorCode::payload_too_large));
  EXPECT_EQ(writer.finish()->bytes(), 4);
}

TEST_F(Spool, AnUnfinishedFileGoesWithItsWriter) {
  {
    SpoolWriter writer = open();
    ASSERT_THAT(writer.write("half"), Succeeds());
    const SpoolWriter moved = std::move(writer);
    EXPECT_FALSE(is_empty());
  }
  EXPECT_TRUE(is_empty());
}

TEST_F(Spool, AFinishedFileGoesUnlessItWasTaken) {
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

TEST_F(Spool, AssigningOverAFileRemovesIt) {
  SpooledFile first = std::move(open().finish().value());
  const std::filesystem::path replaced = first.path();
  {
    SpooledFile second = std::move(open().finish().value());
    first = std::move(second);
  }
  EXPECT_FALSE(std::filesystem::exists(replaced));
  EXPECT_TRUE(std::filesystem::exists(first.path()));
}

TEST_F(Spool, AMissingFolderIsAnInternalError) {
  EXPECT_THAT(SpoolWriter::open(folder.path() / "missing", 10), FailsWith(ErrorCode::internal));
}

/// /dev/full refuses every write, as a full disk does.
TEST_F(Spool, AFullDiskIsReportedAsSuch) {
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
