#include "vision/provider.h"

#include <array>
#include <future>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>

#include "base/unique_fd.h"
#include "result_matchers.h"

namespace rucola::vision {
namespace {

using test::FailsWith;
using testing::HasSubstr;

/// Takes questions and never says a word.
class SilentService {
 public:
  SilentService() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t bytes = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_.get(), any, bytes), 0);
    EXPECT_EQ(::listen(listener_.get(), 8), 0);
    EXPECT_EQ(::getsockname(listener_.get(), any, &bytes), 0);
    url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
  }

  /// Waits for the beginning of a question.
  UniqueFd take() {
    UniqueFd taken(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    std::array<char, 16> some{};
    EXPECT_GT(::recv(taken.get(), some.data(), some.size(), 0), 0);
    return taken;
  }

  std::string url;

 private:
  UniqueFd listener_;
};

Question question() {
  return {
      .task = Task::label, .organization = "acme", .hash = "abcdef", .jpeg = "foo", .width = 4, .height = 3};
}

class ProviderTest : public testing::Test {
 protected:
  std::future<Result<Opinion>> ask(std::shared_ptr<Departure> departure) {
    return std::async(std::launch::async, [this, departure = std::move(departure)] {
      return provider.ask_blocking(question(), departure);
    });
  }

  SilentService service;
  Provider provider{{.url = service.url, .secret = {}, .timeout = std::chrono::hours{1}}};
};

/// It waited for as long as the service was allowed to take.
TEST_F(ProviderTest, AsksForNobodyWhoHasLeft) {
  const auto departure = std::make_shared<Departure>();
  auto left = ask(departure);
  const UniqueFd taken = service.take();
  auto stays = ask(nullptr);
  const UniqueFd other = service.take();
  departure->happen();
  const auto nothing = left.get();
  ASSERT_THAT(nothing, FailsWith(ErrorCode::overloaded));
  EXPECT_THAT(nothing.error().message.text, HasSubstr("has left"));
  EXPECT_EQ(stays.wait_for(std::chrono::seconds{0}), std::future_status::timeout);
  provider.cancel();
  EXPECT_THAT(stays.get(), FailsWith(ErrorCode::overloaded));
}

TEST_F(ProviderTest, BeginsNothingForWhoHasLeftBefore) {
  const auto departure = std::make_shared<Departure>();
  departure->happen();
  EXPECT_THAT(ask(departure).get(), FailsWith(ErrorCode::overloaded));
}

}  // namespace
}  // namespace rucola::vision
