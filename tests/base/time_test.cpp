#include "base/time.h"

#include <array>
#include <cstdint>
#include <ctime>

#include <gtest/gtest.h>

namespace rucola {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Time moment{seconds{1'575'976'404}};  // 2019-12-10 11:13:24 UTC

TEST(Time, IsWrittenAsTheApiWritesIt) {
  EXPECT_EQ(format_rfc3339(moment), "2019-12-10T11:13:24+00:00");
  EXPECT_EQ(format_rfc3339(moment + milliseconds{999}), "2019-12-10T11:13:24+00:00");
  EXPECT_EQ(format_rfc3339(Time{}), "1970-01-01T00:00:00+00:00");
  EXPECT_EQ(format_rfc3339(Time{milliseconds{-1}}), "1969-12-31T23:59:59+00:00");
}

TEST(Time, IsWrittenAsHttpWritesIt) {
  EXPECT_EQ(format_http_date(moment), "Tue, 10 Dec 2019 11:13:24 GMT");
  EXPECT_EQ(format_http_date(Time{seconds{951'782'400}}), "Tue, 29 Feb 2000 00:00:00 GMT");
}

TEST(Time, IsWrittenForHttpAsStrftimeDoesIt) {
  constexpr std::int64_t a_prime_more_than_a_day = 90'001;
  constexpr std::int64_t end_of_2100 = 4'133'980'799;
  for (std::int64_t second = -86'400; second < end_of_2100; second += a_prime_more_than_a_day) {
    const std::time_t time = second;
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::array<char, 64> text{};
    std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    ASSERT_EQ(format_http_date(Time{seconds{second}}), text.data());
  }
}

TEST(Time, IsReadFromHttpDates) {
  EXPECT_EQ(parse_http_date("Tue, 10 Dec 2019 11:13:24 GMT"), moment);
  EXPECT_EQ(parse_http_date(format_http_date(moment)), moment);
  EXPECT_EQ(parse_http_date("Tuesday, 10-Dec-19 11:13:24 GMT"), moment);
  EXPECT_EQ(parse_http_date("Tue Dec 10 11:13:24 2019"), moment);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"));
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"),
            parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"));
  for (const char* bad :
       {"", "yesterday", "Tue, 10 Dec 2019 11:13:24", "Tue, 10 Dec 2019 11:13:24 GMT and more",
        "Tue, 10 Foo 2019 11:13:24 GMT", "Tue, 10 Dec 2019 25:13:24 GMT", "1575976404",
        "Tuesday, 10-Dec-19 11:13:24", "Tue Dec 10 11:13:24 2019 GMT", "Tue Dec 10 2019"}) {
    EXPECT_FALSE(parse_http_date(bad)) << bad;
  }
}

TEST(Time, NowIsBetweenItsNeighbours) {
  const auto before = std::chrono::system_clock::now() - milliseconds{1};
  const Time between = now();
  EXPECT_GE(between, before);
  EXPECT_LE(between, std::chrono::system_clock::now());
}

}  // namespace
}  // namespace rucola
