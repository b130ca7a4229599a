#include "render/operations/query_variables.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace rucola::render {
namespace {

namespace json = boost::json;

std::string read(const json::value& value) {
  const auto variables = query_variables(value);
  return variables ? json::serialize(*variables) : "none";
}

std::string read_text(const char* text) {
  return read(json::value(json::string(text)));
}

TEST(QueryVariables, AreReadFromQueryStrings) {
  EXPECT_EQ(read_text("w=800&text=a%20b+c"), R"({"w":"800","text":"a b c"})");
  EXPECT_EQ(read_text("a=1=2&&b="), R"({"a":"1=2","b":""})");
  EXPECT_EQ(read_text(""), "{}");
}

TEST(QueryVariables, AreReadFromJson) {
  EXPECT_EQ(read(json::parse(R"({"w":8,"h":true})")), R"({"w":8,"h":true})");
  EXPECT_EQ(read_text(R"({"w":8})"), R"({"w":8})");
  EXPECT_EQ(read(json::parse("[]")), "{}");
}

TEST(QueryVariables, OfOtherShapesAreNone) {
  for (const char* text : {"oops", "=1", "a=%", "a=%4", "a=%zz", "{", R"({"a":[1]})"})
    EXPECT_EQ(read_text(text), "none") << text;
  for (const char* text : {"[1]", "7", "null", R"({"a":{}})"})
    EXPECT_EQ(read(json::parse(text)), "none") << text;
}

}  // namespace
}  // namespace rucola::render
