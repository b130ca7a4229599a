#include "base/log_line.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

namespace rucola::log {
namespace {

constexpr std::string_view time = "2019-12-10T11:13:24+00:00";

std::string line(Format format, std::initializer_list<Field> fields) {
  std::string out;
  append_line(out, format, time, Level::warning, "event", "", fields);
  return out;
}

TEST(LogLine, JsonIsOneObjectWithAllFields) {
  const auto object = boost::json::parse(
      line(Format::json,
           {{"text", "a \"b\" \\ \n \x01 \xc3\xa4"}, {"number", -7}, {"real", 0.5}, {"flag", true}}));
  EXPECT_EQ(object.at("time").as_string(), "2019-12-10T11:13:24+00:00");
  EXPECT_EQ(object.at("level").as_string(), "warning");
  EXPECT_EQ(object.at("event").as_string(), "event");
  EXPECT_EQ(object.at("text").as_string(), "a \"b\" \\ \n \x01 \xc3\xa4");
  EXPECT_EQ(object.at("number").as_int64(), -7);
  EXPECT_EQ(object.at("real").to_number<double>(), 0.5);
  EXPECT_TRUE(object.at("flag").as_bool());
}

TEST(LogLine, NamesTheRequest) {
  std::string json;
  append_line(json, Format::json, time, Level::info, "event", "r-1", {{"n", 7}});
  EXPECT_EQ(
      json,
      R"({"time":"2019-12-10T11:13:24+00:00","level":"info","event":"event","request_id":"r-1","n":7})");
  std::string text;
  append_line(text, Format::text, time, Level::info, "event", "r-1", {{"n", 7}});
  EXPECT_EQ(text, "11:13:24 info event request_id=r-1 n=7");
}

/// It stood there as it was, and the line was no JSON.
TEST(LogLine, BytesThatAreNoUtf8AreReplaced) {
  const std::string bad = "\xff a\xc3\xa4\xe2\x82\" \xed\xa0\x80";
  const std::string good =
      "\xef\xbf\xbd a\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd\" \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd";
  EXPECT_EQ(boost::json::parse(line(Format::json, {{"row", bad}})).at("row").as_string(), good);
  EXPECT_EQ(line(Format::text, {{"row", "a\xff"}}), "11:13:24 warning event row=\"a\xef\xbf\xbd\"");
  EXPECT_EQ(line(Format::text, {{"row", "K\xc3\xa4se"}}), "11:13:24 warning event row=K\xc3\xa4se");
}

/// U+009B begins what terminals take for commands, and U+202E turns a line around.
TEST(LogLine, ControlsBeyondAsciiAreEscaped) {
  const std::string_view odd = "a\u0085\u009b\u2028\u202e\u2069\u00e4";
  EXPECT_EQ(line(Format::text, {{"row", odd}}),
            "11:13:24 warning event row=\"a\\u0085\\u009b\\u2028\\u202e\\u2069\u00e4\"");
  const std::string json = line(Format::json, {{"row", odd}});
  EXPECT_EQ(boost::json::parse(json).at("row").as_string(), odd);
  EXPECT_EQ(json.find("\u202e"), std::string::npos);
}

TEST(LogLine, TextQuotesWhatCouldForgeALine) {
  EXPECT_EQ(line(Format::text, {{"path", "/a"}, {"n", 7}}), "11:13:24 warning event path=/a n=7");
  EXPECT_EQ(line(Format::text, {{"path", "a b=c"}, {"q", "\""}, {"none", ""}}),
            "11:13:24 warning event path=\"a b=c\" q=\"\\\"\" none=\"\"");
  EXPECT_EQ(line(Format::text, {{"path", "a\nforged event"}}).find('\n'), std::string::npos);
}

}  // namespace
}  // namespace rucola::log
