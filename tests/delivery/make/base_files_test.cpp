#include "delivery/make/base_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace rucola::delivery {
namespace {

std::shared_ptr<const BaseFile> file_of(const std::string& bytes) {
  auto file = BaseFile::of(bytes);
  EXPECT_TRUE(file);
  return file.value_or(nullptr);
}

std::string content(const render::Source& source) {
  std::array<char, 64> buffer{};
  const ssize_t count = ::pread(source.fd.get(), buffer.data(), buffer.size(), 0);
  return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
}

TEST(BaseFiles, GiveEveryJobADescriptorOfItsOwn) {
  BaseFiles files(100);
  files.keep("a", file_of("some bytes"));
  const auto found = files.find("a");
  ASSERT_TRUE(found);
  const auto one = found->source();
  const auto other = found->source();
  ASSERT_TRUE(one && other);
  EXPECT_NE(one->fd.get(), other->fd.get());
  EXPECT_EQ(one->bytes, 10);
  EXPECT_EQ(content(*one), "some bytes");
  EXPECT_EQ(content(*other), "some bytes");
  EXPECT_FALSE(files.find("b"));
}

TEST(BaseFiles, NobodyCanChangeThem) {
  const auto source = file_of("some bytes")->source();
  ASSERT_TRUE(source);
  EXPECT_EQ(::pwrite(source->fd.get(), "X", 1, 0), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(::ftruncate(source->fd.get(), 0), -1);
  EXPECT_EQ(content(*source), "some bytes");
}

TEST(BaseFiles, TheLeastRecentlyUsedGo) {
  BaseFiles files(30);
  files.keep("a", file_of(std::string(10, 'a')));
  files.keep("b", file_of(std::string(10, 'b')));
  files.keep("c", file_of(std::string(10, 'c')));
  EXPECT_TRUE(files.find("a"));
  files.keep("d", file_of(std::string(10, 'd')));
  EXPECT_FALSE(files.find("b"));
  EXPECT_TRUE(files.find("a") && files.find("c") && files.find("d"));
  files.keep("e", file_of(std::string(30, 'e')));
  EXPECT_TRUE(files.find("e"));
  EXPECT_FALSE(files.find("a") || files.find("c") || files.find("d"));
}

TEST(BaseFiles, WhatIsTooLargeDrivesNothingOut) {
  BaseFiles files(30);
  files.keep("a", file_of(std::string(10, 'a')));
  files.keep("b", file_of(std::string(31, 'b')));
  EXPECT_TRUE(files.find("a"));
  EXPECT_FALSE(files.find("b"));
  BaseFiles none(0);
  none.keep("a", file_of("x"));
  EXPECT_FALSE(none.find("a"));
}

TEST(BaseFiles, AFileOutlivesItsPlace) {
  BaseFiles files(10);
  files.keep("a", file_of("1234567890"));
  auto used = files.find("a");
  files.keep("b", file_of("abcdefghij"));
  const auto source = used->source();
  ASSERT_TRUE(source);
  used.reset();
  EXPECT_FALSE(files.find("a"));
  EXPECT_EQ(content(*source), "1234567890");
}

/// Jobs that waited for a worker had a copy of one pyramid each, as soon as others had driven it out.
TEST(BaseFiles, WhatIsInUseIsFoundWithoutAPlace) {
  BaseFiles files(10);
  files.keep("a", file_of("1234567890"));
  auto used = files.find("a");
  files.keep("b", file_of("abcdefghij"));
  EXPECT_EQ(files.find("a"), used) << "and has its place again";
  EXPECT_FALSE(files.find("b"));
  used.reset();
  EXPECT_TRUE(files.find("a"));
  const auto too_large = file_of("more than ten bytes");
  files.keep("c", too_large);
  EXPECT_EQ(files.find("c"), too_large);
  files.resize(0);
  EXPECT_EQ(files.find("c"), too_large);
  EXPECT_FALSE(files.find("a"));
}

TEST(BaseFiles, WhatHasNoRoomAnyMoreGoesAtOnce) {
  BaseFiles files(30);
  const std::weak_ptr<const BaseFile> first = [&] {
    auto file = file_of(std::string(10, 'a'));
    files.keep("a", file);
    return file;
  }();
  files.keep("b", file_of(std::string(10, 'b')));
  files.keep("c", file_of(std::string(10, 'c')));
  files.resize(20);
  EXPECT_TRUE(first.expired()) << "its memory is free, not only its place";
  EXPECT_TRUE(files.find("b") && files.find("c"));
  files.resize(0);
  EXPECT_FALSE(files.find("b") || files.find("c"));
  files.keep("d", file_of("x"));
  EXPECT_FALSE(files.find("d"));
  files.resize(10);
  files.keep("d", file_of("x"));
  EXPECT_TRUE(files.find("d"));
}

TEST(BaseFiles, AreFew) {
  BaseFiles files(1'000'000);
  for (int i = 0; i < 300; ++i)
    files.keep(std::to_string(i), file_of("x"));
  EXPECT_TRUE(files.find("299"));
  EXPECT_FALSE(files.find("0")) << "each holds a descriptor";
}

/// Small pictures of 64 photos left no place for the pyramid of a large one.
TEST(BaseFiles, ManySmallOnesLeaveThePlaceOfALargeOne) {
  BaseFiles files(10'000);
  files.keep("pyramid", file_of(std::string(5'000, 'p')));
  for (int photo = 0; photo < 200; ++photo)
    files.keep(std::to_string(photo), file_of("overview"));
  EXPECT_TRUE(files.find("pyramid"));
  EXPECT_TRUE(files.find("0"));
}

}  // namespace
}  // namespace rucola::delivery
