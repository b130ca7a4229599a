#include "base/spool.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
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
  [[nodiscard]] std::filesystem::path file_of_age(const std::string& name, std::chrono::minutes age,
                                                  const std::string& content = "half") const {
    const std::filesystem::path path = folder.path() / name;
    std::ofstream(path) << content;
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - age);
    return path;
  }
  [[nodiscard]] std::vector<std::filesystem::path> found() const { return spool.leftovers().value(); }
};

/// They stayed for a day, and one crash after the other filled the disk.
TEST_F(LeftOver, IsAFileWhoseProcessHasEndedHoweverYoungItIs) {
  const pid_t child = ::fork();
  if (child == 0) {
    auto writer = spool.new_file(100);
    const bool written = writer && writer->write("half");
    static_cast<void>(new SpoolWriter(std::move(*writer)));  // never destroyed, as in a crash
    ::_exit(written ? 0 : 1);
  }
  int status = 1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  ASSERT_FALSE(is_empty());
  EXPECT_EQ(found().size(), 1U);
  EXPECT_EQ(spool.remove_leftovers().value(), 1U);
  EXPECT_TRUE(is_empty());
}

TEST_F(LeftOver, IsNothingThatSomebodyHasHoweverOldItIs) {
  const auto age = [&](const std::filesystem::path& path) {
    std::filesystem::last_write_time(path,
                                     std::filesystem::file_time_type::clock::now() - std::chrono::hours{48});
  };
  SpoolWriter unfinished = open();
  ASSERT_THAT(unfinished.write("half"), Succeeds());
  SpoolWriter another = open();
  ASSERT_THAT(another.write("all"), Succeeds());
  const SpooledFile finished = std::move(another.finish().value());
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    age(entry.path());
  const Spool others = Spool::open(folder.path()).value();  // another server's, on the same folder
  EXPECT_EQ(others.remove_leftovers().value(), 0U);
  ASSERT_THAT(unfinished.write("way"), Succeeds());
  EXPECT_TRUE(std::filesystem::exists(unfinished.finish()->path()));
  EXPECT_TRUE(std::filesystem::exists(finished.path()));
}

/// An earlier version did not lock its files.
TEST_F(LeftOver, IsWhatLocksDoNotTellOfAfterADay) {
  const auto old = file_of_age("old", std::chrono::hours{25});
  const auto recent = file_of_age("recent", std::chrono::hours{23});
  std::filesystem::create_directory(folder.path() / "folder");
  std::filesystem::create_symlink(old, folder.path() / "link");
  EXPECT_THAT(found(), testing::ElementsAre(old));
  EXPECT_EQ(spool.remove_leftovers().value(), 1U);
  EXPECT_TRUE(std::filesystem::exists(recent));
}

/// Between its making and its lock.
TEST_F(LeftOver, IsNoFileThatWasMadeAMomentAgo) {
  const auto empty = file_of_age("locked-new", std::chrono::minutes{0}, "");
  EXPECT_THAT(found(), testing::IsEmpty());
  std::filesystem::last_write_time(empty,
                                   std::filesystem::file_time_type::clock::now() - std::chrono::minutes{2});
  EXPECT_THAT(found(), testing::ElementsAre(empty));
}

TEST_F(Spooling, OpeningRemovesNothing) {
  const std::filesystem::path path = folder.path() / "locked-crashed";
  std::ofstream(path) << "half";
  ASSERT_THAT(Spool::open(folder.path()), Succeeds());
  EXPECT_TRUE(std::filesystem::exists(path)) << "`rucola doctor` only reports";
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

TEST_F(Spooling, AWriteIsTriedOnceMoreWithTheRoomThatWasMadeForIt) {
  const auto room = std::make_shared<DiskRoom>();
  const Spool with_room = Spool::open(folder.path(), room).value();
  const int before = ::dup(0);
  ASSERT_GE(before, 0);
  ::close(before);
  SpoolWriter writer = std::move(with_room.new_file(100).value());
  const UniqueFd file(::dup(before));
  const UniqueFd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(file && full);
  ASSERT_EQ(::dup2(full.get(), before), before);
  int made = 0;
  room->offer([&] {
    ++made;
    return ::dup2(file.get(), before) == before;
  });
  EXPECT_THAT(writer.write("x"), Succeeds());
  EXPECT_EQ(made, 1);
  EXPECT_EQ(std::filesystem::file_size(writer.finish()->path()), 1U);
}

}  // namespace
}  // namespace rucola
