#include "base/bytes.h"

#include <cerrno>
#include <string>
#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rucola {
namespace {

constexpr int all_seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
constexpr auto long_size = static_cast<std::size_t>(Bytes::mapped_from);

UniqueFd file_of(const std::string& content, int seals = all_seals) {
  UniqueFd file(::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  EXPECT_EQ(::write(file.get(), content.data(), content.size()), static_cast<ssize_t>(content.size()));
  if (seals != 0 && ::fcntl(file.get(), F_ADD_SEALS, seals) != 0) ADD_FAILURE() << "F_ADD_SEALS";
  return file;
}

std::string numbered(std::size_t size) {
  std::string content(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    content[i] = static_cast<char>('a' + i % 23);
  return content;
}

ino_t inode_of(const UniqueFd& file) {
  struct stat status{};
  EXPECT_EQ(::fstat(file.get(), &status), 0);
  return status.st_ino;
}

Result<Bytes> sealed(const std::string& content) {
  return Bytes::of_sealed_file(file_of(content), static_cast<std::int64_t>(content.size()));
}

TEST(Bytes, AreWhatTheFileHolds) {
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{100}, long_size - 1, long_size, long_size + 4097}) {
    const std::string content = numbered(size);
    const auto bytes = sealed(content);
    ASSERT_TRUE(bytes) << size;
    EXPECT_EQ(bytes->view(), content) << size;
    EXPECT_GE(bytes->footprint(), size);
  }
}

TEST(Bytes, BelieveOnlyASealedFileOfTheSizeThatWasSaid) {
  for (const std::size_t size : {std::size_t{100}, long_size}) {
    const std::string content = numbered(size);
    const auto said = static_cast<std::int64_t>(size);
    EXPECT_FALSE(Bytes::of_sealed_file(file_of(content, 0), said));
    for (const int missing : {F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE})
      EXPECT_FALSE(Bytes::of_sealed_file(file_of(content, all_seals & ~missing), said)) << missing;
    EXPECT_FALSE(Bytes::of_sealed_file(file_of(content), said + 1));
    EXPECT_FALSE(Bytes::of_sealed_file(file_of(content), said - 1));
    EXPECT_TRUE(Bytes::of_sealed_file(file_of(content), said));
  }
  EXPECT_FALSE(Bytes::of_sealed_file(UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)), 0));
}

// Seen: a pyramid of 100 MB was copied six times between the worker that made it and the one that read it.
TEST(Bytes, LongOnesPassOnTheFileThatTheyCameIn) {
  UniqueFd file = file_of(numbered(long_size));
  const ino_t inode = inode_of(file);
  const auto bytes = Bytes::of_sealed_file(std::move(file), Bytes::mapped_from);
  ASSERT_TRUE(bytes);
  const auto one = bytes->sealed_file();
  const auto other = bytes->sealed_file();
  ASSERT_TRUE(one && other);
  EXPECT_EQ(inode_of(*one), inode);
  EXPECT_EQ(inode_of(*other), inode);
  EXPECT_NE(one->get(), other->get());
}

TEST(Bytes, AFileOfShortOnesIsSealedToo) {
  const Bytes bytes(std::string("some bytes"));
  const auto file = bytes.sealed_file();
  ASSERT_TRUE(file);
  EXPECT_EQ(::fcntl(file->get(), F_GET_SEALS), all_seals);
  EXPECT_EQ(::pwrite(file->get(), "X", 1, 0), -1);
  EXPECT_EQ(errno, EPERM);
  const auto again = Bytes::of_sealed_file(UniqueFd(::dup(file->get())), 10);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->view(), "some bytes");
}

TEST(Bytes, AreReadFromTheMiddleOfAFile) {
  const std::string content = numbered(2 * long_size);
  const UniqueFd file = file_of(content, 0);
  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, long_size}) {
    const Bytes bytes = Bytes::read_from(file.get(), 77, static_cast<std::int64_t>(size));
    EXPECT_EQ(bytes.view(), std::string_view(content).substr(77, size)) << size;
  }
  const Bytes rest = Bytes::read_from(file.get(), 100, 3 * Bytes::mapped_from);
  EXPECT_EQ(rest.view(), std::string_view(content).substr(100)) << "no more than there is";
  EXPECT_TRUE(Bytes::read_from(-1, 0, 10).empty());
  EXPECT_TRUE(Bytes::read_from(-1, 0, Bytes::mapped_from).empty());
}

TEST(Bytes, MoveWithoutTheirContentMoving) {
  auto bytes = sealed(numbered(long_size));
  ASSERT_TRUE(bytes);
  const char* where = bytes->view().data();
  Bytes moved = *std::move(bytes);
  EXPECT_EQ(moved.view().data(), where);
  Bytes assigned(std::string("short"));
  assigned = std::move(moved);
  EXPECT_EQ(assigned.view().data(), where);
  EXPECT_EQ(assigned.view(), numbered(long_size));
  assigned = Bytes(std::string("short"));
  EXPECT_EQ(assigned.view(), "short");
}

}  // namespace
}  // namespace rucola
