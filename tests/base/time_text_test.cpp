#include "base/time_text.h"

#include <gtest/gtest.h>

namespace rucola {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// 2050-02-08 07:05:00 UTC; computed by Python's datetime.
constexpr Time moment{seconds{2'527'916'700}};

TEST(TimeText, IsReadHoweverItIsWritten) {
  for (const char* text :
       {"2050-02-08T07:05:00Z", "2050-02-08T07:05:00.000Z", "2050-02-08T07:05:00+00:00", "2050-02-08T07:05Z",
        "2050-02-08 07:05:00", "2050-02-08T08:05:00+01:00", "2050-02-08T08:05:00+0100",
        "2050-02-08T08:05:00+01", "2050-02-08T08:05:00 01:00", "2050-02-08T03:35:00-03:30",
        "2050-02-08t07:05:00z", "Tue, 08 Feb 2050 07:05:00 +0000", "Tue, 08 Feb 2050 07:05:00 GMT",
        "8 Feb 2050 08:05:00 +0100", "@2527916700"}) {
    EXPECT_EQ(parse_time(text), moment) << text;
  }
  EXPECT_EQ(parse_time("2050-02-08T07:05:00.25Z"), moment + milliseconds{250});
  EXPECT_EQ(parse_time("2050-02-08T07:05:00.123456789Z"), moment + milliseconds{123});
  EXPECT_EQ(parse_time("1970-01-02"), Time{seconds{86'400}});
}

TEST(TimeText, WhatIsNoTimeIsNone) {
  for (const char* text : {"",
                           "@",
                           "@-1",
                           "@12x",
                           "soon",
                           "tomorrow",
                           "2050",
                           "2050-02",
                           "2050-02-30",
                           "2050-13-01",
                           "2050-00-01",
                           "2050-02-08T",
                           "2050-02-08T24:00:00Z",
                           "2050-02-08T07:60:00Z",
                           "2050-02-08T07:05:61Z",
                           "2050-02-08T07:05:00X",
                           "2050-02-08T07:05:00+1",
                           "2050-02-08T07:05:00+01:0",
                           "2050-02-08T07:05:00.Z",
                           "2050-02-08T07:05:00Zz",
                           "2050-02-08T07:05:00+24:00",
                           "2050-02-08T07:05:00+01:60",
                           "-050-02-08",
                           "Tue, 08 Foo 2050 07:05:00 +0000",
                           "08 Feb 50 07:05:00 +0000",
                           "Tue, 30 Feb 2050 07:05:00 +0000"}) {
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
  }
}

/// A key's end in the year 33658 was taken, and shown in a form that nothing reads.
TEST(TimeText, WhatCouldNotBeWrittenAgainIsNone) {
  for (const char* text : {"0999-12-31T23:59:59Z", "0001-01-01", "9999-12-31T23:59:59-00:01", "@253402300800",
                           "@999999999999", "1000-01-01T00:00:00+00:01", "01 Jan 0999 00:00:00 +0000"}) {
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
  }
  for (const char* text : {"1000-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"}) {
    const auto time = parse_time(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(format_rfc3339(*time), text);
  }
}

}  // namespace
}  // namespace rucola
