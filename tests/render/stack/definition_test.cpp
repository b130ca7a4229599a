#include "render/stack/definition.h"

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::render {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

Result<StackDefinition> parsed(const std::string& text) {
  return parse_stack(json::parse(text));
}

std::string shown(const std::string& text) {
  const auto stack = parsed(text);
  return stack ? json::serialize(to_json(*stack)) : stack.error().message.text;
}

void expect_refused(const std::string& text, std::string_view because) {
  const auto stack = parsed(text);
  ASSERT_FALSE(stack) << text;
  EXPECT_EQ(stack.error().code, ErrorCode::bad_request) << text;
  EXPECT_THAT(stack.error().message.text, HasSubstr(std::string(because))) << text;
}

constexpr auto rotate_and_resize =
    R"({"stack_operations":[{"name":"rotate","options":{"angle":45}},)"
    R"({"name":"resize","options":{"height":100,"width":100}}],"stack_options":{"jpg.quality":77},)"
    R"("stack_expressions":[],"stack_variables":{}})";

// The body that the npm client sends, and the object that the public API answers with.
TEST(StackDefinitionTest, AnswersInTheFormOfThePublicApi) {
  EXPECT_EQ(shown(R"({"operations":[{"name":"rotate","options":{"angle":45}},
                     {"name":"resize","options":{"width":100,"height":100}}],"options":{"jpg.quality":77}})"),
            rotate_and_resize);
}

TEST(StackDefinitionTest, TheCanonicalFormIsReadBackUnchanged) {
  EXPECT_EQ(shown(rotate_and_resize), rotate_and_resize);
}

TEST(StackDefinitionTest, KeepsADescription) {
  const std::string text = shown(R"({"description":"für \"alle\"","operations":[]})");
  EXPECT_EQ(shown(text), text);
  EXPECT_THAT(text, HasSubstr(R"("description":"für \"alle\"")"));
}

TEST(StackDefinitionTest, TakesTheOldestForm) {
  EXPECT_EQ(shown(R"([{"name":"grayscale"}])"),
            R"({"stack_operations":[{"name":"grayscale","options":{}}],"stack_options":{},)"
            R"("stack_expressions":[],"stack_variables":{}})");
}

TEST(StackDefinitionTest, ValuesComeAsClientsWriteThem) {
  EXPECT_EQ(
      shown(R"({"operations":[{"name":"resize","options":{"width":"200","upscale":"false","height":null}}],
                     "options":{"autoformat":1,"dpr":"2"}})"),
      R"({"stack_operations":[{"name":"resize","options":{"upscale":false,"width":200}}],)"
      R"("stack_options":{"autoformat":true,"dpr":2},"stack_expressions":[],"stack_variables":{}})");
}

TEST(StackDefinitionTest, FractionsStayWhatTheyAre) {
  const std::string text = shown(R"({"operations":[{"name":"rotate","options":{"angle":120.3}}]})");
  EXPECT_EQ(json::parse(text).at("stack_operations").at(0).at("options").at("angle").as_double(), 120.3);
  EXPECT_EQ(shown(text), text);
}

// PHP writes an empty object as [].
TEST(StackDefinitionTest, EmptyListsStandForEmptyObjects) {
  EXPECT_TRUE(parsed(R"({"operations":[{"name":"noop","options":[],"expressions":[]}],"options":[],
                        "expressions":{},"variables":[]})"));
  EXPECT_TRUE(parsed(R"({"operations":[],"options":null,"expressions":[],"variables":{}})"));
  EXPECT_TRUE(parsed(R"({"options":{"dpr":2}})"));
}

TEST(StackDefinitionTest, UnknownKeysOfTheBodyAreIgnored) {
  EXPECT_TRUE(parsed(
      R"({"operations":[],"name":"x","organization":"y","created":"2019-12-10T09:13:53+00:00","link":1})"));
}

TEST(StackDefinitionTest, RefusesWhatIsNoStack) {
  for (const char* text : {"1", "null", R"("resize")", "true"})
    expect_refused(text, "A stack is an object");
  expect_refused("{}", R"(A stack needs "operations")");
  expect_refused(R"({"operation":[]})", R"(A stack needs "operations")");
  expect_refused(R"({"operations":"resize"})", "must be a list");
  expect_refused(R"({"operations":{"name":"resize"}})", "must be a list");
  expect_refused(R"({"operations":[],"stack_operations":[]})", "send one of them");
  expect_refused(R"({"operations":[],"options":{},"stack_options":{}})", "send one of them");
  expect_refused(R"({"operations":[],"options":"dpr"})", "must be an object");
  expect_refused(R"({"operations":[],"options":["dpr"]})", "must be an object");
}

TEST(StackDefinitionTest, RefusesWhatIsNoOperation) {
  for (const char* entry : {"1", "null", "[]", "{}", R"("resize")", R"({"name":1})"}) {
    expect_refused(R"({"operations":[{"name":"noop"},)" + std::string(entry) + "]}", "Operation number 2");
  }
  expect_refused(R"({"operations":[{"name":"resise"}]})", R"(did you mean "resize"?)");
  expect_refused(R"({"operations":[{"name":"svg2bitmap"}]})", "not available in this version");
  expect_refused(R"({"operations":[{"name":""}]})", R"(no operation "")");
}

// They were dropped, and the stack did something else than was asked for.
// The dashboard sends what its form knows of an operation.
TEST(StackDefinitionTest, FieldsThatAClientKeepsForItselfAreNotStored) {
  const auto stack = parse_stack(json::parse(
      R"({"operations":[{"id":"1795.5","name":"resize","options":{"width":3},"errors":{"width":"x"}}]})"));
  ASSERT_TRUE(stack) << stack.error().message.text;
  EXPECT_EQ(json::serialize(to_json(*stack).at("stack_operations")),
            R"([{"name":"resize","options":{"width":3}}])");
}

TEST(StackDefinitionTest, RefusesMisspeltFieldsOfOperationsExpressionsAndOverrides) {
  const auto operation = [](const std::string& fields) {
    return R"({"operations":[{"name":"noop"},{"name":"resize",)" + fields + "}]}";
  };
  expect_refused(operation(R"("options":{"width":1},"option":{"height":100})"),
                 R"(Operation number 2 of the stack knows no field "option"; did you mean "options"? )"
                 "It takes: name, options, expressions.");
  expect_refused(operation(R"("options":{"width":1},"expression":{"height":"$h"})"),
                 R"(did you mean "expressions"?)");
  expect_refused(operation(R"("options":{"width":1},"enabled":false)"),
                 R"(Options such as "enabled" stand in its "options".)");
  expect_refused(R"({"operations":[{"nam":"resize"}]})", R"(did you mean "name"?)");
  expect_refused(R"([{"name":"noop","x":1}])", R"(no field "x". It takes: name)");

  const auto expression = [](const std::string& fields) {
    return R"({"operations":[],"expressions":[{)" + fields + "}]}";
  };
  expect_refused(expression(R"("expresion":"true","overrides":{"options":{"dpr":2}})"),
                 R"(Expression number 1 of the stack knows no field "expresion"; did you mean "expression"? )"
                 "It takes: expression, overrides.");
  expect_refused(expression(R"("expression":"true","override":{"options":{"dpr":2}})"),
                 R"(did you mean "overrides"?)");
  expect_refused(expression(R"("expression":"true","options":{"dpr":2})"),
                 "It takes: expression, overrides.");
  expect_refused(expression(R"("expression":"true","overrides":{"option":{"dpr":2}})"),
                 R"(Expression number 1 of the stack: "overrides" knows no field "option"; did you mean )"
                 R"("options"? It takes: options, variables.)");
  expect_refused(expression(R"("expression":"true","overrides":{"jpg.quality":2})"),
                 "It takes: options, variables.");
}

TEST(StackDefinitionTest, WhatAnotherVersionHasStoredStaysReadable) {
  const auto stack = parse_stack(
      json::parse(R"({"stack_operations":[{"name":"resize","options":{"width":1},"label":"later"}],)"
                  R"("stack_expressions":[{"expression":"true","overrides":{"later":{}},"label":"later"}]})"),
      UnknownFields::left_out);
  ASSERT_TRUE(stack);
  EXPECT_EQ(stack->operations.at(0).options.at("width"), Value(std::int64_t{1}));
  EXPECT_EQ(stack->expressions.size(), 1U);
}

TEST(StackDefinitionTest, NamesOptionsThatAreWrong) {
  expect_refused(
      R"({"operations":[{"name":"resize","options":{"width":0}}]})",
      R"(Option "width" of operation "resize" can't be "0": allowed is an integer from 1 to 10000.)");
  expect_refused(R"({"operations":[{"name":"resize","options":{"widht":1}}]})", R"(did you mean "width"?)");
  expect_refused(R"({"operations":[{"name":"resize"}]})", "at least one of its options: width, height");
  expect_refused(R"({"operations":[{"name":"crop","options":{"width":1}}]})", R"(Option "height")");
  expect_refused(R"({"operations":[{"name":"rotate","options":{}}]})", R"(Option "angle")");
  expect_refused(R"({"operations":[{"name":"rotate","options":{"angle":null}}]})", R"(Option "angle")");
  expect_refused(R"({"operations":[{"name":"crop","options":{"width":1,"height":1,"mode":"squeeze"}}]})",
                 "absolute, ratio, box, area");
  expect_refused(R"({"operations":[{"name":"crop","options":{"width":1,"height":1,"anchor":"nose"}}]})",
                 "subjectarea");
  expect_refused(R"({"operations":[{"name":"crop","options":{"width":1,"height":1,"area":"a-b"}}]})",
                 "^[a-zA-Z0-9_]+$");
  expect_refused(R"({"operations":[{"name":"resize","options":{"width":1,"sharpen":"much"}}]})",
                 "true or false");
  expect_refused(R"({"operations":[{"name":"blur","options":{"radius":501}}]})", "an integer from 0 to 500");
  expect_refused(
      R"({"operations":[],"options":{"jpg.quality":0}})",
      R"(Option "jpg.quality" of the stack options can't be "0": allowed is an integer from 1 to 100.)");
  expect_refused(R"({"operations":[],"options":{"timing_origin":"x"}})", "not available in this version");
  expect_refused(R"({"operations":[],"options":{"af":true}})", R"(no stack option "af")");
}

TEST(StackDefinitionTest, ExpressionsAndVariablesAreKeptAsTheyWere) {
  EXPECT_EQ(
      shown(R"({"operations":[{"name":"resize","options":{"mode":"fill"},"expressions":{"width":"$w"}}],)"
            R"("variables":{"w":500,"h":"$w / 2","t":"My Watermark"},)"
            R"("expressions":[{"expression":"options.dpr >= 2","overrides":{"options":{"jpg.quality":"60"},)"
            R"("variables":{"w":1}}}]})"),
      R"({"stack_operations":[{"name":"resize","options":{"mode":"fill"},"expressions":{"width":"$w"}}],)"
      R"("stack_options":{},)"
      R"("stack_expressions":[{"expression":"options.dpr >= 2","overrides":{"options":{"jpg.quality":60},)"
      R"("variables":{"w":1}}}],"stack_variables":{"w":500,"h":"$w / 2","t":"My Watermark"}})");
}

TEST(StackDefinitionTest, WhatIsShownIsReadBack) {
  const std::string once =
      shown(R"({"operations":[{"name":"crop","expressions":{"width":"$w","height":3}}],)"
            R"("stack_variables":{"w":"2 * $x"},"stack_expressions":[{"expression":"true"}]})");
  EXPECT_EQ(shown(once), once);
}

TEST(StackDefinitionTest, NamesExpressionsThatAreWrong) {
  const auto resize = [](const std::string& expressions) {
    return R"({"operations":[{"name":"resize","options":{"height":1},"expressions":)" + expressions + "}]}";
  };
  expect_refused(resize(R"({"width":"$w <"})"), R"(Option "width" of operation "resize": Expression "$w <")");
  expect_refused(resize(R"({"widht":"$w"})"), R"(did you mean "width"?)");
  expect_refused(resize(R"({"width":0})"), "an integer from 1 to 10000");
  expect_refused(resize(R"(["$w"])"), R"(The expressions of operation "resize" must be an object)");
  expect_refused(R"({"operations":[],"expressions":[{"overrides":{}}]})",
                 "Expression number 1 of the stack must be an object like");
  expect_refused(R"({"operations":[],"expressions":[{"expression":"1 +"}]})", "at column 4");
  expect_refused(R"({"operations":[],"expressions":[{"expression":"1","overrides":{"options":{"dpr":0}}}]})",
                 "a number from 1 to 10");
  for (const std::string option : {R"("source_file":true)", R"("protected":true)", R"("basestack":"other")",
                                   R"("remote_fullurl_allow":true)"}) {
    const std::string overrides = R"({"expression":"1","overrides":{"options":{)" + option + "}}}";
    expect_refused(R"({"operations":[],"expressions":[)" + overrides + "]}", "can't be set by an expression");
  }
  expect_refused(R"({"operations":[],"variables":{"1w":2}})", R"(A variable can't be called "1w")");
  expect_refused(R"({"operations":[],"variables":[1]})", "must be an object");
  expect_refused(R"({"operations":[],"variables":{"t":")" + std::string(4097, 'x') + "\"}}",
                 "at most 4096 bytes");
}

TEST(StackDefinitionTest, BoundsOperationsAndDescription) {
  const auto many = [](std::size_t count) {
    std::string list;
    for (std::size_t i = 0; i < count; ++i)
      list += (i == 0 ? "" : ",") + std::string(R"({"name":"noop"})");
    return R"({"operations":[)" + list + "]}";
  };
  EXPECT_TRUE(parsed(many(50)));
  expect_refused(many(51), "51 operations; allowed are at most 50");
  EXPECT_TRUE(parsed(R"({"operations":[],"description":")" + std::string(4096, 'x') + "\"}"));
  expect_refused(R"({"operations":[],"description":")" + std::string(4097, 'x') + "\"}",
                 "at most 4096 bytes");
  expect_refused(R"({"operations":[],"description":7})", "must be text");
}

TEST(StackDefinitionTest, SourceFileStandsAlone) {
  const auto stack = parsed(R"({"operations":[],"options":{"source_file":true}})");
  ASSERT_TRUE(stack);
  EXPECT_TRUE(delivers_source(*stack));
  EXPECT_FALSE(delivers_source(*parsed(R"({"operations":[],"options":{"source_file":false,"dpr":1}})")));
  EXPECT_TRUE(
      delivers_source(*parsed(R"({"operations":[],"options":{"source_file":true,"protected":true}})")));
  EXPECT_TRUE(
      parsed(R"({"operations":[],"options":{"source_file":true,"content_disposition":"attachment"}})"));
  expect_refused(R"({"operations":[{"name":"noop"}],"options":{"source_file":true}})",
                 "can't be used together");
  expect_refused(R"({"operations":[],"options":{"source_file":true,"dpr":1}})", "can't be used together");
}

TEST(StackDefinitionTest, TheSchemaHasTheShapeOfThePublicApi) {
  const json::object schema = operations_schema();
  EXPECT_EQ(schema.begin()->key(), "resize");
  const json::value resize = schema.at("resize");
  EXPECT_EQ(resize.at("anyOf"), json::parse(R"([{"required":["width"]},{"required":["height"]}])"));
  EXPECT_EQ(resize.at("properties").at("width").at("maximum"), 10'000);
  EXPECT_EQ(resize.at("properties").at("mode").at("values"), json::parse(R"(["box","absolute","fill"])"));
  EXPECT_EQ(resize.at("properties").at("enabled").at("default"), true);
  EXPECT_EQ(schema.at("crop").at("required"), json::parse(R"(["width","height"])"));
  EXPECT_FALSE(schema.at("crop").as_object().contains("anyOf"));
  EXPECT_EQ(schema.at("rotate").at("required"), json::parse(R"(["angle"])"));
  EXPECT_EQ(schema.at("noop").at("required"), json::parse("[]"));
  EXPECT_TRUE(schema.at("noop").at("description").is_string());
}

TEST(StackDefinitionTest, TheSchemaOfStackOptionsHasTheShapeOfThePublicApi) {
  const json::object schema = stack_options_schema();
  const json::value& quality = schema.at("properties").at("jpg.quality");
  EXPECT_EQ(quality.at("type"), "integer");
  EXPECT_EQ(quality.at("minimum"), 1);
  EXPECT_EQ(quality.at("maximum"), 100);
  EXPECT_EQ(quality.at("default"), 80);
  EXPECT_EQ(schema.at("properties").at("content_disposition").at("values"),
            json::parse(R"(["inline","attachment"])"));
}

TEST(StackDefinitionTest, IsProtectedWhereItSaysSo) {
  EXPECT_TRUE(is_protected(*parsed(R"({"operations":[],"options":{"protected":true}})")));
  EXPECT_TRUE(is_protected(*parsed(R"({"operations":[],"options":{"protected":"1"}})")));
  EXPECT_FALSE(is_protected(*parsed(R"({"operations":[],"options":{"protected":false}})")));
  EXPECT_FALSE(is_protected(*parsed(R"({"operations":[]})")));
  expect_refused(R"({"operations":[],"options":{"protected":"yes"}})", "true or false");
}

}  // namespace
}  // namespace rucola::render
