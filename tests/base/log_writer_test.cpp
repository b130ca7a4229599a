#include "base/log_writer.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <future>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace rucola::log {
namespace {

using testing::EndsWith;

constexpr std::chrono::minutes patient{1};

/// A log whose reader reads only when it is told to.
class StalledReader : public testing::Test {
 protected:
  StalledReader() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    reading_ = UniqueFd(ends[0]);
    writing_ = UniqueFd(ends[1]);
  }

  Writer::Notices notices() {
    return {.dropped =
                [this](std::uint64_t lines) {
                  dropped_ += lines;
                  dropped_.notify_all();
                },
            .line_of = [](std::uint64_t lines) { return "missing " + std::to_string(lines) + "\n"; }};
  }

  /// Reads until the writing end is closed everywhere.
  std::string read_all() {
    std::string text;
    std::array<char, 4096> piece{};
    for (;;) {
      const ssize_t got = ::read(reading_.get(), piece.data(), piece.size());
      if (got <= 0) return text;
      text.append(piece.data(), static_cast<std::size_t>(got));
    }
  }

  /// The pipe holds this and takes no more.
  std::size_t fill_the_pipe() {
    const int flags = ::fcntl(writing_.get(), F_GETFL);
    ::fcntl(writing_.get(), F_SETFL, flags | O_NONBLOCK);
    const std::string line(1023, '-');
    std::size_t filled = 0;
    for (ssize_t n = 0; n >= 0; n = ::write(writing_.get(), (line + "\n").c_str(), line.size() + 1))
      filled += static_cast<std::size_t>(n);
    ::fcntl(writing_.get(), F_SETFL, flags);
    return filled;
  }

  /// All notices together: where lines are dropped while the thread takes what waits, there is more than one.
  static std::uint64_t said_missing(const std::string& all) {
    std::istringstream lines(all);
    std::uint64_t sum = 0;
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("missing ")) sum += std::stoull(line.substr(8));
    return sum;
  }

  UniqueFd reading_;
  UniqueFd writing_;
  std::atomic<std::uint64_t> dropped_ = 0;
};

TEST_F(StalledReader, GetsAllLinesInOrderOnceItReads) {
  {
    Writer writer(writing_.get(), 1 << 20, notices());
    fill_the_pipe();
    for (int i = 0; i < 1000; ++i)
      writer.add("line " + std::to_string(i) + "\n", Urgency::normal);
    auto text = std::async(std::launch::async, [this] { return read_all(); });
    EXPECT_TRUE(writer.flush(patient));
    writing_.reset();
    const std::string all = text.get();
    std::size_t at = 0;
    for (int i = 0; i < 1000; ++i) {
      at = all.find("line " + std::to_string(i) + "\n", at);
      ASSERT_NE(at, std::string::npos) << i;
    }
  }
  EXPECT_EQ(dropped_, 0U);
}

TEST_F(StalledReader, LosesNoMoreThanIsCountedAndSaid) {
  Writer writer(writing_.get(), 64 << 10, notices());
  fill_the_pipe();
  const std::string line = std::string(99, 'x') + "\n";
  for (int i = 0; i < 2000; ++i)
    writer.add(line, Urgency::normal);
  EXPECT_GT(dropped_, 1000U);  // what fits is 64 KiB
  auto text = std::async(std::launch::async, [this] { return read_all(); });
  EXPECT_TRUE(writer.flush(patient));
  writer.add("after\n", Urgency::normal);
  EXPECT_TRUE(writer.flush(patient));
  writing_.reset();
  const std::string all = text.get();
  const std::uint64_t arrived = static_cast<std::uint64_t>(std::ranges::count(all, 'x')) / 99;
  EXPECT_EQ(arrived + dropped_, 2000U);
  EXPECT_EQ(said_missing(all), dropped_);
  EXPECT_THAT(all, EndsWith("after\n"));
}

/// A flood of access lines must not cost the line that says why.
TEST_F(StalledReader, StillHasRoomForWhatNeedsAttention) {
  Writer writer(writing_.get(), 64 << 10, notices());
  fill_the_pipe();
  while (dropped_ == 0)
    writer.add(std::string(999, 'x') + "\n", Urgency::normal);
  writer.add("error\n", Urgency::needs_attention);
  auto text = std::async(std::launch::async, [this] { return read_all(); });
  EXPECT_TRUE(writer.flush(patient));
  writing_.reset();
  EXPECT_THAT(text.get(), EndsWith("\nmissing 1\nerror\n"));
}

TEST_F(StalledReader, KeepsNobodyFromEnding) {
  {
    Writer writer(writing_.get(), 1 << 20, notices());
    fill_the_pipe();
    writer.add("never read\n", Urgency::needs_attention);
    EXPECT_FALSE(writer.flush(std::chrono::milliseconds{1}));
  }
  reading_.reset();  // lets the thread go, which still has the file
  dropped_.wait(0);
  EXPECT_EQ(dropped_, 1U);
}

TEST_F(StalledReader, WhoLeavesLosesLinesAndNothingElse) {
  reading_.reset();
  Writer writer(writing_.get(), 1 << 20, notices());
  writer.add("one\ntwo\n", Urgency::normal);
  EXPECT_TRUE(writer.flush(patient));
  EXPECT_EQ(dropped_, 2U);
}

/// Programs that share the other end may have made the file non-blocking.
TEST_F(StalledReader, IsWaitedForOnANonBlockingFile) {
  fill_the_pipe();
  ::fcntl(writing_.get(), F_SETFL, ::fcntl(writing_.get(), F_GETFL) | O_NONBLOCK);
  Writer writer(writing_.get(), 1 << 20, notices());
  writer.add("one\n", Urgency::normal);
  auto text = std::async(std::launch::async, [this] { return read_all(); });
  EXPECT_TRUE(writer.flush(patient));
  writing_.reset();
  EXPECT_THAT(text.get(), EndsWith("one\n"));
  EXPECT_EQ(dropped_, 0U);
}

TEST_F(StalledReader, ThreadsDoNotMixTheirLines) {
  Writer writer(writing_.get(), 1 << 22, notices());
  auto text = std::async(std::launch::async, [this] { return read_all(); });
  std::vector<std::thread> threads;
  for (const char name : {'a', 'b', 'c', 'd'}) {
    threads.emplace_back([&writer, name] {
      for (int i = 0; i < 500; ++i)
        writer.add(std::string(100, name) + "\n", Urgency::normal);
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_TRUE(writer.flush(patient));
  writing_.reset();
  const std::string all = text.get();
  ASSERT_EQ(all.size(), 4U * 500 * 101);
  for (std::size_t at = 0; at < all.size(); at += 101)
    ASSERT_EQ(all.substr(at, 101), std::string(100, all[at]) + "\n");
}

}  // namespace
}  // namespace rucola::log
