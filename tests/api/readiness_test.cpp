#include "api/readiness.h"

#include <atomic>
#include <future>
#include <latch>
#include <stdexcept>

#include <gtest/gtest.h>

namespace rucola::api {
namespace {

TEST(Readiness, EveryQuestionIsPutAnew) {
  std::atomic<int> asked = 0;
  Readiness readiness([&asked]() -> Result<void> {
    if (++asked == 2) return fail(ErrorCode::internal, "", "gone");
    return {};
  });
  EXPECT_TRUE(readiness.ask_blocking());
  const auto second = readiness.ask_blocking();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().detail.text, "gone");
  EXPECT_TRUE(readiness.ask_blocking());
  EXPECT_EQ(asked, 3);
}

TEST(Readiness, NobodyWaitsForACatalogThatSaysNothing) {
  std::latch go_on(1);
  std::atomic<int> asked = 0;
  Readiness readiness(
      [&]() -> Result<void> {
        ++asked;
        go_on.wait();
        return {};
      },
      std::chrono::milliseconds{5});
  for (int i = 0; i < 3; ++i) {
    const auto answer = readiness.ask_blocking();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::overloaded);
  }
  EXPECT_EQ(asked, 1) << "while one question is open no other is put";
  go_on.count_down();
}

TEST(Readiness, ACheckThatThrowsIsAnAnswer) {
  Readiness readiness([]() -> Result<void> { throw std::runtime_error("oops"); });
  const auto answer = readiness.ask_blocking();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().detail.text, "oops");
  EXPECT_FALSE(readiness.ask_blocking());
}

}  // namespace
}  // namespace rucola::api
