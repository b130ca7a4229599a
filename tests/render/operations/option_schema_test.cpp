#include "render/operations/option_schema.h"

#include <cmath>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::render {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

const OptionSchema width{
    .name = "width", .type = OptionType::integer, .minimum = 1, .maximum = 10'000, .help = "W"};
const OptionSchema angle{.name = "angle", .type = OptionType::number, .minimum = -360, .maximum = 360};
const OptionSchema flag{.name = "flag", .type = OptionType::boolean, .default_value = false};
const OptionSchema off{
    .name = "off", .type = OptionType::boolean, .default_value = false, .later_values = {"true"}};
const OptionSchema mode{.name = "mode",
                        .type = OptionType::choice,
                        .default_value = "box",
                        .values = {"box", "fill"},
                        .later_values = {"area"}};
const OptionSchema paint{.name = "paint", .type = OptionType::color, .default_value = "FFFFFF"};
const OptionSchema note{.name = "note", .type = OptionType::text};

/// The value, from the text of a JSON value.
Result<Value> parsed(const OptionSchema& schema, const char* text) {
  return parse_option(schema, json::parse(text), "operation \"x\"");
}

void expect_refused(const OptionSchema& schema, std::initializer_list<const char*> texts) {
  for (const char* text : texts) {
    const auto value = parsed(schema, text);
    ASSERT_FALSE(value) << schema.name << ' ' << text;
    EXPECT_EQ(value.error().code, ErrorCode::bad_request);
    EXPECT_THAT(value.error().message.text,
                HasSubstr('"' + std::string(schema.name) + "\" of operation \"x\""));
    EXPECT_THAT(value.error().message.text, HasSubstr("allowed is " + allowed_text(schema)));
  }
}

TEST(OptionSchemaTest, IntegersComeAsNumbersAndAsText) {
  for (const char* text : {"200", R"("200")", "200.0", "2e2", R"("200 ")", R"(" 200")"})
    EXPECT_EQ(parsed(width, text), Value(std::int64_t{200})) << text;
  EXPECT_EQ(parsed(width, "1"), Value(std::int64_t{1}));
  EXPECT_EQ(parsed(width, "10000"), Value(std::int64_t{10'000}));
}

TEST(OptionSchemaTest, RefusesWhatIsNoIntegerInRange) {
  expect_refused(width, {"0", "10001", "-5", "1.5", "true", "null", "[]", "{}", "[200]", R"("")", R"("2 00")",
                         R"("   ")", R"("+200")", R"("0x10")", R"("200px")", R"("1e2")", "1e300",
                         "99999999999999999999", R"("99999999999999999999")"});
}

TEST(OptionSchemaTest, NumbersMayBeFractional) {
  EXPECT_EQ(parsed(angle, "45"), Value(45.0));
  EXPECT_EQ(parsed(angle, R"("120.3")"), Value(120.3));
  EXPECT_EQ(parsed(angle, "-0.5"), Value(-0.5));
  expect_refused(angle,
                 {"361", "-360.01", R"("nan")", R"("inf")", R"("-inf")", R"("1e999")", R"("4,5")", "true"});
}

TEST(OptionSchemaTest, MinusZeroIsZero) {
  const auto value = parsed(angle, R"("-0")");
  ASSERT_TRUE(value);
  EXPECT_FALSE(std::signbit(std::get<double>(*value)));
}

TEST(OptionSchemaTest, BooleansComeInFourForms) {
  for (const char* text : {"true", R"("true")", "1", R"("1")"})
    EXPECT_EQ(parsed(flag, text), Value(true)) << text;
  for (const char* text : {"false", R"("false")", "0", R"("0")"})
    EXPECT_EQ(parsed(flag, text), Value(false)) << text;
  expect_refused(flag, {"2", R"("True")", R"("yes")", R"("")", "1.5"});
}

TEST(OptionSchemaTest, ValuesOfTheNextVersionAreNamedAsSuch) {
  for (const char* text : {"true", "1", R"("true")"}) {
    const auto value = parsed(off, text);
    ASSERT_FALSE(value) << text;
    EXPECT_THAT(value.error().message.text, HasSubstr("in this version: allowed is false."));
  }
  EXPECT_EQ(parsed(off, "false"), Value(false));
  EXPECT_THAT(parsed(mode, R"("area")").error().message.text,
              HasSubstr(R"(can't be "area" in this version: allowed is one of box, fill.)"));
}

TEST(OptionSchemaTest, ChoicesAreExact) {
  EXPECT_EQ(parsed(mode, R"("fill")"), Value("fill"));
  expect_refused(mode, {R"("Fill")", R"("")", "1", "true"});
}

TEST(OptionSchemaTest, ColoursAreKeptInUpperCase) {
  EXPECT_EQ(parsed(paint, R"("0f0F0f")"), Value("0F0F0F"));
  EXPECT_EQ(parsed(paint, "112233"), Value("112233"));
  expect_refused(paint, {R"("#0f0f0f")", R"("fff")", R"("gggggg")", R"("0f0f0f0")", "true"});
}

TEST(OptionSchemaTest, TextIsBounded) {
  EXPECT_EQ(parsed(note, R"("hello")"), Value("hello"));
  EXPECT_FALSE(parse_option(note, std::string_view(std::string(1025, 'x')), "x"));
  EXPECT_TRUE(parse_option(note, std::string_view(std::string(1024, 'x')), "x"));
}

TEST(OptionSchemaTest, SaysWhatIsAllowed) {
  EXPECT_EQ(allowed_text(width), "an integer from 1 to 10000");
  EXPECT_EQ(allowed_text({.name = "radius", .type = OptionType::integer, .minimum = 0, .maximum = 0}),
            "an integer that is 0");
  EXPECT_EQ(allowed_text({.name = "sigma", .type = OptionType::number, .minimum = 0}),
            "a number of at least 0");
  EXPECT_EQ(allowed_text(flag), "true or false");
}

TEST(OptionSchemaTest, DescribesItselfInJson) {
  EXPECT_EQ(json::serialize(to_json(width)),
            R"({"type":"integer","minimum":1,"maximum":10000,"description":"W"})");
  EXPECT_EQ(
      json::serialize(to_json(mode)),
      R"({"type":"string","default":"box","values":["box","fill"],"enum":["box","fill"],"description":""})");
  EXPECT_EQ(json::serialize(to_json(paint)),
            R"({"type":"string","default":"FFFFFF","pattern":"^[0-9a-fA-F]{6}$","description":""})");
}

TEST(OptionSchemaTest, TheReaderFillsInDefaults) {
  const std::vector<OptionSchema> table{width, angle, flag, mode, paint};
  const Options given{{"angle", std::int64_t{45}}, {"flag", true}};
  const OptionReader reader(table, given);
  EXPECT_DOUBLE_EQ(reader.number("angle"), 45);
  EXPECT_TRUE(reader.boolean("flag"));
  EXPECT_EQ(reader.text("mode"), "box");
  EXPECT_EQ(reader.color("paint"), (Color{255, 255, 255}));
  EXPECT_EQ(reader.optional_integer("width"), std::nullopt);
  EXPECT_TRUE(reader.is_given("flag"));
  EXPECT_FALSE(reader.is_given("mode"));
  EXPECT_THROW((void)reader.text("nonsense"), std::logic_error);
}

TEST(OptionSchemaTest, TheReaderTakesColoursApart) {
  const std::vector<OptionSchema> table{paint};
  const Options given{{"paint", "0A80FF"}};
  EXPECT_EQ(OptionReader(table, given).color("paint"), (Color{10, 128, 255}));
}

}  // namespace
}  // namespace rucola::render
