#include "delivery/make/known_failures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/renderer.h"

namespace rucola::delivery {
namespace {

using testing::HasSubstr;

const KnownFailures::Files photo{{.sha256 = "photo"}};
const KnownFailures::Files drawing{{.sha256 = "drawing"}};
const KnownFailures::Files both{{.sha256 = "photo"}, {.sha256 = "drawing"}};
const Error slow{ErrorCode::timed_out, {"Too slow."}};
const Error deadly{ErrorCode::unprocessable, {"Lost."}, {std::string(render::died_twice) + ": signal 6"}};
const KnownFailures::Clock::time_point start{};

TEST(KnownFailures, WhatTookTooLongIsKnownForAWhile) {
  KnownFailures failures;
  EXPECT_TRUE(failures.note("key", "acme", photo, {}, slow, start));
  const auto known = failures.find("key", "acme", photo, start + std::chrono::minutes(1));
  ASSERT_TRUE(known);
  EXPECT_EQ(known->code, ErrorCode::timed_out);
  EXPECT_THAT(known->message.text,
              HasSubstr("Too slow. This is remembered, and not tried again for 240 seconds."));
  EXPECT_EQ(known->retry_after, std::chrono::minutes(4));
  EXPECT_FALSE(failures.find("key", "acme", photo, start + KnownFailures::lasts)) << "not for ever";
  EXPECT_FALSE(failures.find("other", "acme", photo, start)) << "a file isn't slow";
}

TEST(KnownFailures, OtherErrorsAreNot) {
  KnownFailures failures;
  for (const ErrorCode code : {ErrorCode::overloaded, ErrorCode::too_many_requests, ErrorCode::unprocessable,
                               ErrorCode::internal, ErrorCode::payload_too_large})
    EXPECT_FALSE(failures.note("key", "acme", photo, {}, {code, {"no"}}, start));
  EXPECT_FALSE(failures.find("key", "acme", photo, start));
}

/// Failures of pyramids had a memory of their own, beside the files: 64 of them, and all files were gone.
TEST(KnownFailures, OfWhatCanBeDoneWithoutEveryErrorIsThatIsNotPassing) {
  KnownFailures failures;
  const auto later = start + std::chrono::minutes(1);
  failures.note_dispensable("busy", {ErrorCode::overloaded, {"no place"}}, start);
  EXPECT_FALSE(failures.find("busy", "acme", photo, later));
  failures.note_dispensable("large", {ErrorCode::payload_too_large, {"Too large."}}, start);
  const auto known = failures.find("large", "acme", photo, later);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->code, ErrorCode::payload_too_large);
  failures.note_dispensable("large", *known, later);
  EXPECT_FALSE(failures.find("large", "acme", photo, start + KnownFailures::lasts))
      << "told again is not anew";
}

TEST(KnownFailures, ASourceIsKnownOnceTwoPlansOfItHaveKilled) {
  KnownFailures failures;
  failures.note("one", "acme", photo, {}, deadly, start);
  failures.note("one", "acme", photo, {}, deadly, start);
  EXPECT_FALSE(failures.find("three", "acme", photo, start)) << "it was the same plan";
  failures.note("two", "acme", photo, {}, deadly, start);
  const auto known = failures.find("three", "acme", photo, start);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->code, ErrorCode::unprocessable);
  EXPECT_TRUE(known->detail.text.empty()) << "the log has it already";
  EXPECT_TRUE(failures.find("four", "acme", both, start));
  EXPECT_FALSE(failures.find("three", "acme", drawing, start));
  EXPECT_FALSE(failures.find("three", "acme", photo, start + KnownFailures::lasts));
}

/// Else anybody could have somebody else's picture refused.
TEST(KnownFailures, ASourceIsBlamedOnlyForWhatNothingElseCanHaveDone) {
  KnownFailures failures;
  for (const char* key : {"one", "two"})
    failures.note(key, "acme", both, {}, deadly, start);
  render::Plan changed;
  changed.svg_changes.push_back({.id = "a", .attribute = "b", .value = "c"});
  for (const char* key : {"three", "four"})
    failures.note(key, "acme", drawing, changed, deadly, start);
  for (const char* key : {"five", "six"})
    failures.note(key, "another", photo, {}, deadly, start);
  EXPECT_FALSE(failures.find("new", "acme", both, start));
  EXPECT_TRUE(failures.find("two", "acme", both, start));
}

TEST(KnownFailures, WhatIsToldAgainIsNotRememberedAnew) {
  KnownFailures failures;
  failures.note("base", "acme", photo, {}, slow, start);
  const auto known = failures.find("base", "acme", photo, start);
  EXPECT_FALSE(failures.note("above", "acme", {}, {}, *known, start));
}

TEST(KnownFailures, TheOldestGo) {
  KnownFailures failures;
  for (std::size_t i = 0; i <= KnownFailures::most_entries; ++i)
    failures.note(std::to_string(i), "acme", photo, {}, slow, start);
  EXPECT_FALSE(failures.find("0", "acme", photo, start));
  EXPECT_TRUE(failures.find("1", "acme", photo, start));
}

}  // namespace
}  // namespace rucola::delivery
