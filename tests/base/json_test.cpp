#include "base/json.h"

#include <string>

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola {
namespace {

using test::FailsWith;
using test::Succeeds;
using testing::HasSubstr;

std::string round_trip(std::string_view text) {
  const auto value = parse_json(text);
  return value ? boost::json::serialize(*value) : value.error().message.text;
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(Json, IsRead) {
  EXPECT_EQ(round_trip(R"( {"a": [1, -2.5, true, null, "ü\n"]} )"), R"({"a":[1,-2.5E0,true,null,"ü\n"]})");
  EXPECT_EQ(round_trip("17"), "17");
}

TEST(Json, ForgivesATrailingComma) {
  EXPECT_EQ(round_trip(R"({"hash": "abc",})"), R"({"hash":"abc"})");
  EXPECT_EQ(round_trip("[1,2,]"), "[1,2]");
}

TEST(Json, IsStrictOtherwise) {
  for (const char* bad : {"",
                          " ",
                          "{",
                          "}",
                          "{]",
                          "[1 2]",
                          "{\"a\":1}x",
                          "{\"a\":1} {}",
                          "{a:1}",
                          "{'a':1}",
                          "[NaN]",
                          "[Infinity]",
                          "[01]",
                          "[1.]",
                          "[,]",
                          "[1,,2]",
                          "// no\n{}",
                          "/* no */ {}",
                          "nul",
                          "\"unfinished",
                          "\"tab\tinside\"",
                          "\"\xff\"",
                          "[\"\\ud800\"]"}) {
    EXPECT_THAT(parse_json(bad), FailsWith(ErrorCode::bad_request)) << bad;
  }
}

TEST(Json, SaysWhere) {
  const auto value = parse_json(R"({"a": nope})");
  ASSERT_THAT(value, FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(value.error().message.text, HasSubstr("at byte"));
}

TEST(Json, RefusesAKeyThatStandsTwice) {
  const auto value = parse_json(R"({"a":1,"b":{"hash":1,"hash":2}})");
  ASSERT_THAT(value, FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(value.error().message.text, HasSubstr("\"hash\""));
  EXPECT_THAT(parse_json(R"({"a":1,"\u0061":2})"), FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(parse_json(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})"), Succeeds());
}

TEST(Json, RefusesWhatWouldBeInfinite) {
  for (const char* number : {"1e999", "-1e999", "[1e400]"})
    EXPECT_THAT(parse_json(number), FailsWith(ErrorCode::bad_request)) << number;
  EXPECT_THAT(parse_json("1e308"), Succeeds());
}

TEST(Json, OfClientsMayBePutIntoSomethingBeforeItIsKept) {
  EXPECT_THAT(parse_json(nested(json_input_depth_limit), json_input_depth_limit), Succeeds());
  EXPECT_THAT(parse_json("{\"a\":[" + nested(json_input_depth_limit) + "]}"), Succeeds());
  EXPECT_THAT(parse_json(nested(json_input_depth_limit + 1), json_input_depth_limit),
              FailsWith(ErrorCode::bad_request));
}

TEST(Json, RefusesTooDeepNesting) {
  EXPECT_THAT(parse_json(nested(json_depth_limit)), Succeeds());
  EXPECT_THAT(parse_json(nested(json_depth_limit + 1)), FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(parse_json(std::string(1'000'000, '[')), FailsWith(ErrorCode::bad_request));
}

}  // namespace
}  // namespace rucola
