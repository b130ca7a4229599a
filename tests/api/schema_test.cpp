#include "api/schema.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

#include "result_matchers.h"

namespace rucola::api {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

Field field(Schema schema) {
  return {.name = "it", .schema = std::move(schema), .help = {}};
}

TEST(Schema, FlagsAreTrueFalseOneAndZero) {
  for (const char* yes : {"true", "1"})
    EXPECT_EQ(read_text(field(flag()), yes), json::value(true));
  for (const char* no : {"false", "0"})
    EXPECT_EQ(read_text(field(flag()), no), json::value(false));
  for (const char* bad : {"", "yes", "TRUE", "2", " 1"})
    EXPECT_FALSE(read_text(field(flag()), bad)) << bad;
}

/// JSON's 1 and 0 were refused, in a message that allowed them.
TEST(Schema, FlagsInJsonAreTheSame) {
  for (const json::value& yes : {json::value(true), json::value(1), json::value("true"), json::value("1")})
    EXPECT_EQ(read_json(field(flag()), yes), json::value(true)) << yes;
  for (const json::value& no : {json::value(false), json::value(0), json::value("0")})
    EXPECT_EQ(read_json(field(flag()), no), json::value(false)) << no;
  for (const json::value& bad : {json::value(2), json::value(1.0), json::value(nullptr), json::value("yes")})
    EXPECT_FALSE(read_json(field(flag()), bad)) << bad;
}

TEST(Schema, IntegersHaveARange) {
  const Field limit = field(integer(-1, 10));
  EXPECT_EQ(read_text(limit, "-1"), json::value(-1));
  EXPECT_EQ(read_text(limit, "10"), json::value(10));
  EXPECT_EQ(read_json(limit, 10), json::value(10));
  for (const char* bad : {"-2", "11", "x", "", "1.5", "+1", " 1", "99999999999999999999"})
    EXPECT_FALSE(read_text(limit, bad)) << bad;
  EXPECT_FALSE(read_json(limit, 11));
  EXPECT_FALSE(read_json(limit, 1.5));
  EXPECT_THAT(read_text(limit, "11").error().message.text,
              HasSubstr("\"it\" must be an integer from -1 to 10."));
}

TEST(Schema, TextsHaveALengthAGrammarOrAList) {
  EXPECT_TRUE(read_text(field(text(3)), "abc"));
  EXPECT_FALSE(read_text(field(text(3)), "abcd"));
  EXPECT_TRUE(read_text(field(alias_name()), "logo_1"));
  EXPECT_FALSE(read_text(field(alias_name()), "logo-1"));
  const Field listed = field({.values = {"one", "two"}});
  EXPECT_TRUE(read_text(listed, "two"));
  EXPECT_THAT(read_text(listed, "three").error().message.text, HasSubstr("one of one, two"));
  EXPECT_FALSE(read_json(field(text(3)), 5)) << "a number is no text";
}

TEST(Schema, DatesComeInAnyOfTheirForms) {
  EXPECT_TRUE(read_text(field(time_of_day()), "2050-02-08T07:05:00Z"));
  EXPECT_TRUE(read_text(field(time_of_day()), "@1"));
  EXPECT_FALSE(read_text(field(time_of_day()), "2050-02-30"));
}

TEST(Schema, ObjectsInFormsMayBeEncodedTwice) {
  const json::value wanted{{"a", 1}};
  EXPECT_EQ(read_text(field(object()), R"({"a":1})"), wanted);
  EXPECT_EQ(read_text(field(object()), R"("{\"a\":1}")"), wanted);
  EXPECT_EQ(read_text(field(object()), R"({"a":1,})"), wanted) << "a trailing comma is forgiven";
  for (const char* bad : {"[1]", "nonsense", "\"5\"", "{\"a\":1", ""})
    EXPECT_FALSE(read_text(field(object()), bad)) << bad;
}

TEST(Schema, IsDescribedAsOpenApiHasIt) {
  EXPECT_EQ(openapi_schema(integer(1, 5)), json::parse(R"({"type":"integer","minimum":1,"maximum":5})"));
  EXPECT_EQ(openapi_schema(text(5)), json::parse(R"({"type":"string","maxLength":5})"));
  EXPECT_EQ(openapi_schema({.values = {"a", "b"}}), json::parse(R"({"type":"string","enum":["a","b"]})"));
  const Shape shape{"Thing", {}};
  EXPECT_EQ(openapi_schema(object(shape)), json::parse(R"({"$ref":"#/components/schemas/Thing"})"));
  EXPECT_EQ(openapi_schema(list(shape)),
            json::parse(R"({"type":"array","items":{"$ref":"#/components/schemas/Thing"}})"));
}

}  // namespace
}  // namespace rucola::api
