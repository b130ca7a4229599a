#include "render/source/video_length.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::render {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Timestamp, IsHoursMinutesAndSeconds) {
  EXPECT_EQ(parse_timestamp("00:00:40"), 40'000);
  EXPECT_EQ(parse_timestamp("1:02:03.5"), 3'723'500);
  EXPECT_EQ(parse_timestamp("99:59:59.999"), 359'999'999);
  EXPECT_EQ(parse_timestamp("0:0:0"), 0);
}

TEST(Timestamp, MayLeaveOutWhatIsNothing) {
  EXPECT_EQ(parse_timestamp("01:10.04"), 70'040);
  EXPECT_EQ(parse_timestamp("0"), 0);
  EXPECT_EQ(parse_timestamp("75"), 75'000);
  EXPECT_EQ(parse_timestamp("359999.9"), 359'999'900);
}

TEST(Timestamp, IsNothingElse) {
  for (const char* text : {"",   ":",  "1:",        ":1",     "1:2:3:4",     "00:60", "00:60:00",
                           "-1", "+1", "1.",        ".5",     "1.2345",      "1.-1",  "x",
                           " 1", "1 ", "100:00:00", "360000", "99999999999", "1e3",   "00:00:40,5"})
    EXPECT_FALSE(parse_timestamp(text)) << text;
}

TEST(VideoLength, IsReadFromTheMetadata) {
  const auto length = VideoLength::parse(R"({"video":{"data":{"duration":"00:01:19.34"}}})");
  ASSERT_TRUE(length);
  EXPECT_TRUE(length->check_within(0, "It"));
  EXPECT_TRUE(length->check_within(79'340, "It"));
  EXPECT_TRUE(length->check_within(79'349, "It"));  // it may have been cut off
  const auto late = length->check_within(79'350, "The time");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::bad_request);
  EXPECT_THAT(late.error().message.text, StartsWith("The time lies after the end"));
  EXPECT_THAT(late.error().message.text, HasSubstr("00:01:19.34"));
}

TEST(VideoLength, TellsWhatIsLeft) {
  const auto length = VideoLength::parse(R"({"video":{"data":{"duration":"00:00:04.02"}}})");
  ASSERT_TRUE(length);
  EXPECT_EQ(length->rest_after(0), 4'020);
  EXPECT_EQ(length->rest_after(1'500), 2'520);
  EXPECT_EQ(length->rest_after(4'029), 0);
  EXPECT_FALSE(length->is_over_at(4'028));  // it may have been cut off
  EXPECT_TRUE(length->is_over_at(4'029));
  EXPECT_TRUE(length->is_over_at(60'000));
}

TEST(VideoLength, IsNotKnownWhereTheMetadataHaveNone) {
  for (const char* metadata : {"", "{}", "[]", R"({"video":1})", R"({"video":{"data":{"duration":7}}})",
                               R"({"video":{"data":{"duration":"long"}}})"})
    EXPECT_FALSE(VideoLength::parse(metadata)) << metadata;
}

}  // namespace
}  // namespace rucola::render
