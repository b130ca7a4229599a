#include "api/days.h"

#include <gmock/gmock.h>

#include "result_matchers.h"

namespace rucola::api {
namespace {

using catalog::Day;
using std::chrono::days;
using test::FailsWith;
using test::Succeeds;

AskedDays asked(std::optional<std::string> from, std::optional<std::string> to) {
  return {.org = "acme", .from = std::move(from), .to = std::move(to)};
}

TEST(Days, AreReadAsPeopleAndClientsWriteThem) {
  EXPECT_EQ(parse_day("1970-01-02"), Day{days{1}});
  EXPECT_EQ(parse_day("2026-11-1"), parse_day("2026-11-01"));
  EXPECT_TRUE(parse_day("2024-02-29"));
}

TEST(Days, ThatAreNoneAreNot) {
  for (const char* none : {"", "2026", "2026-11", "2023-02-29", "2026-13-01", "2026-00-01", "2026-11-31",
                           "2026-11-01T00:00:00", "26-11-01", "02026-11-01", "2026-011-01", "2026-11-001",
                           "2026/11/01", "-026-11-01", "2026--1-01", "2026-11-+1", " 2026-11-01", "@0"})
    EXPECT_FALSE(parse_day(none)) << none;
}

TEST(Days, AreTheLastThirtyAndTodayWhereNoneAreNamed) {
  const auto all = days_of(asked({}, {}), days{30});
  ASSERT_THAT(all, Succeeds());
  EXPECT_EQ(all->last - all->first, days{30});
  EXPECT_LE(today() - all->last, days{1});
}

TEST(Days, ThatAreNamedEmptyAreNotNamed) {
  const auto all = days_of(asked("", ""), days{30});
  ASSERT_THAT(all, Succeeds());
  EXPECT_EQ(all->last - all->first, days{30});
  EXPECT_LE(today() - all->last, days{1});
}

TEST(Days, CountBothTheFirstAndTheLast) {
  const auto one = days_of(asked("2016-12-01", "2016-12-01"), days{30});
  ASSERT_THAT(one, Succeeds());
  EXPECT_EQ(one->first, one->last);
}

TEST(Days, WithoutAFirstEndAtTheLast) {
  const auto some = days_of(asked({}, "2016-12-31"), days{30});
  ASSERT_THAT(some, Succeeds());
  EXPECT_EQ(some->first, parse_day("2016-12-01"));
}

TEST(Days, RunForward) {
  EXPECT_THAT(days_of(asked("2016-12-02", "2016-12-01"), days{30}), FailsWith(ErrorCode::bad_request));
}

TEST(Days, AreBounded) {
  const Day first = *parse_day("2000-01-01");
  EXPECT_EQ(parse_day("2010-01-07").value() - first, days{3659});
  EXPECT_THAT(days_of(asked("2000-01-01", "2010-01-07"), days{30}), Succeeds());
  EXPECT_THAT(days_of(asked("2000-01-01", "2010-01-08"), days{30}), FailsWith(ErrorCode::bad_request));
}

}  // namespace
}  // namespace rucola::api
