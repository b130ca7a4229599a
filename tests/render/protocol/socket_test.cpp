#include "render/protocol/socket.h"

#include <array>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rucola::render::protocol {
namespace {

struct SocketPair {
  SocketPair() {
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair.data()) != 0) std::abort();
    ours.reset(pair[0]);
    theirs.reset(pair[1]);
  }
  UniqueFd ours;
  UniqueFd theirs;
};

TEST(WorkerProtocol, DescriptorsTravelBesideTheText) {
  const SocketPair pair;
  const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(send_message(pair.ours.get(), "hello", std::array{null.get(), null.get()}));
  ASSERT_TRUE(send_message(pair.ours.get(), "bye"));
  const auto first = receive_message(pair.theirs.get());
  ASSERT_TRUE(first);
  EXPECT_EQ(first->text, "hello");
  ASSERT_EQ(first->files.size(), 2U);
  for (const UniqueFd& file : first->files)
    EXPECT_TRUE((::fcntl(file.get(), F_GETFD) & FD_CLOEXEC) != 0);
  const auto second = receive_message(pair.theirs.get());
  ASSERT_TRUE(second);
  EXPECT_EQ(second->text, "bye");
  EXPECT_TRUE(second->files.empty());
}

TEST(WorkerProtocol, TheEndOfTheOtherSideIsAnError) {
  SocketPair pair;
  pair.ours.reset();
  const auto message =
      receive_message(pair.theirs.get(), std::chrono::steady_clock::now() + std::chrono::minutes(1));
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().code, ErrorCode::internal);
  EXPECT_FALSE(send_message(pair.theirs.get(), "x"));
}

TEST(WorkerProtocol, SilenceEndsAtTheDeadline) {
  const SocketPair pair;
  const auto message =
      receive_message(pair.theirs.get(), std::chrono::steady_clock::now() + std::chrono::milliseconds(20));
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().code, ErrorCode::timed_out);
}

TEST(WorkerProtocol, AWaitCanBeInterrupted) {
  const SocketPair pair;
  const UniqueFd interrupt(::eventfd(1, EFD_CLOEXEC));
  const auto received = receive_message(
      pair.theirs.get(), std::chrono::steady_clock::now() + std::chrono::hours(1), interrupt.get());
  ASSERT_FALSE(received);
  EXPECT_EQ(received.error().code, ErrorCode::overloaded);
}

TEST(WorkerProtocol, MessagesAreBounded) {
  const SocketPair pair;
  EXPECT_FALSE(send_message(pair.ours.get(), std::string(message_limit_bytes + 1, 'x')));
  const std::string largest(message_limit_bytes, 'x');
  ASSERT_TRUE(send_message(pair.ours.get(), largest));
  EXPECT_EQ(receive_message(pair.theirs.get())->text, largest);
  const std::string beyond(message_limit_bytes + 1, 'x');
  ASSERT_EQ(::send(pair.ours.get(), beyond.data(), beyond.size(), 0), static_cast<ssize_t>(beyond.size()));
  EXPECT_FALSE(receive_message(pair.theirs.get()));
}

}  // namespace
}  // namespace rucola::render::protocol
