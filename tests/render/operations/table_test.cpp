#include "render/operations/table.h"

#include <set>

#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/operations/planning.h"

namespace rucola::render {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(OperationTable, HasTheOperationsOfThisVersionInOrder) {
  EXPECT_THAT(
      operation_names(),
      ElementsAre("resize", "crop", "rotate", "autorotate", "grayscale", "blur", "noop",  //
                  "sharpen", "sepia", "modulate", "multiply", "alpha", "circlemask",      //
                  "dropshadow", "glitch", "primitive", "trim", "composition", "text", "svgdynamic", "face"));
}

TEST(OperationTable, EveryRowIsWhole) {
  for (const Operation* operation : operations()) {
    EXPECT_FALSE(operation->description.empty()) << operation->name;
    EXPECT_NE(operation->plan, nullptr) << operation->name;
    EXPECT_NE(find_option(operation->options, "enabled"), nullptr) << operation->name;
    EXPECT_EQ(find_operation(operation->name), operation);
    EXPECT_FALSE(is_later_operation(operation->name));
    std::set<std::string_view> names;
    for (const OptionSchema& option : operation->options) {
      EXPECT_TRUE(names.insert(option.name).second) << operation->name << '.' << option.name;
      EXPECT_FALSE(option.help.empty()) << operation->name << '.' << option.name;
    }
    for (const auto* list : {&operation->required, &operation->one_of}) {
      for (const std::string_view name : *list)
        EXPECT_TRUE(names.contains(name)) << operation->name << '.' << name;
    }
    for (const std::string_view name : operation->later) {
      EXPECT_FALSE(names.contains(name)) << operation->name << '.' << name;
    }
  }
}

// The reader of options answers for all that is required or has a default: a default must pass its own check.
TEST(OperationTable, DefaultsAreAllowed) {
  for (const Operation* operation : operations()) {
    for (const OptionSchema& option : operation->options) {
      if (!option.default_value) continue;
      const auto checked = parse_option(option, to_json(*option.default_value), "x");
      ASSERT_TRUE(checked) << operation->name << '.' << option.name;
      EXPECT_EQ(*checked, *option.default_value) << operation->name << '.' << option.name;
    }
  }
}

TEST(OperationTable, UnknownOperationsGetASuggestionAndTheList) {
  const Error error = unknown_operation("resise");
  EXPECT_EQ(error.code, ErrorCode::bad_request);
  EXPECT_THAT(error.message.text, HasSubstr(R"(did you mean "resize"? Operations are: )"));
  EXPECT_THAT(error.message.text, HasSubstr("grayscale, blur, noop"));
}

TEST(OperationTable, OperationsOfTheNextVersionAreNamedAsSuch) {
  EXPECT_THAT(unknown_operation("svg2bitmap").message.text,
              HasSubstr("not available in this version. Operations"));
  EXPECT_THAT(unknown_operation("explode").message.text, Not(HasSubstr("not available")));
  EXPECT_THAT(unknown_operation("explode").message.text,
              HasSubstr(R"(There is no operation "explode". Operations are: )"));
}

Result<void> complete(const Operation& operation, Options options) {
  return check_complete(operation, {.name = std::string(operation.name), .options = std::move(options)});
}

TEST(OperationTable, WhatAnExpressionComputesIsNotMissing) {
  OperationCall call{.name = "crop", .options = {{"width", 3}}};
  EXPECT_FALSE(check_complete(operation::crop(), call));
  call.expressions.emplace("height", "$h");
  EXPECT_TRUE(check_complete(operation::crop(), call));
}

TEST(OperationTable, SaysWhatIsMissing) {
  EXPECT_TRUE(complete(operation::resize(), {{"height", 3}}));
  const auto resize = complete(operation::resize(), {{"mode", "box"}});
  ASSERT_FALSE(resize);
  EXPECT_THAT(resize.error().message.text, HasSubstr("at least one of its options: width, height"));
  const auto crop = complete(operation::crop(), {{"width", 3}});
  ASSERT_FALSE(crop);
  EXPECT_THAT(crop.error().message.text, HasSubstr(R"(Option "height" of operation "crop" is missing)"));
}

TEST(OperationTable, UnknownOptionsGetASuggestion) {
  const auto option = option_of(operation::resize(), "widht");
  ASSERT_FALSE(option);
  EXPECT_THAT(option.error().message.text, HasSubstr(R"(did you mean "width"? Its options are: )"));
}

TEST(OperationTable, GrayscaleIsDoneOnce) {
  auto context = image_of({3, 2});
  plan_on(context, operation::grayscale(), {});
  plan_on(context, operation::grayscale(), {});
  EXPECT_EQ(context.steps.size(), 1U);
}

TEST(OperationTable, BlurKeepsItsSigma) {
  EXPECT_DOUBLE_EQ(std::get<BlurStep>(planned({3, 2}, operation::blur(), {}).steps.at(0)).sigma, 4);
  EXPECT_DOUBLE_EQ(
      std::get<BlurStep>(planned({3, 2}, operation::blur(), {{"sigma", 1.5}}, 3).steps.at(0)).sigma, 1.5);
  EXPECT_TRUE(planned({3, 2}, operation::blur(), {{"sigma", 0.0}}).steps.empty());
}

TEST(OperationTable, NoopDoesNothing) {
  const auto context = planned({3, 2}, operation::noop(), {});
  EXPECT_TRUE(context.steps.empty());
  EXPECT_EQ(context.size, (Size{3, 2}));
}

}  // namespace
}  // namespace rucola::render
