#include "render/stack/evaluation.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/stack/overrides.h"

namespace rucola::render {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

SourceFacts photo() {
  SourceFacts facts;
  facts.size = {4000, 3000};
  facts.hash = std::string(40, 'a');
  return facts;
}

struct Case {
  std::string modifiers{};
  std::string v{};  ///< ?v=
  SourceFacts image = photo();
  bool save_data = false;
  bool url_reads_private = false;
};

Result<StackDefinition> evaluated(const std::string& definition, const Case& one) {
  const auto stack = parse_stack(json::parse(definition));
  if (!stack) return stack;
  Overrides overrides;
  if (!one.modifiers.empty()) {
    if (const auto added = add_overrides(one.modifiers, overrides); !added)
      return std::unexpected(added.error());
  }
  if (!one.v.empty()) {
    if (const auto added = add_variables_json(one.v, overrides); !added)
      return std::unexpected(added.error());
  }
  const auto merged = apply(*stack, overrides);
  if (!merged) return merged;
  auto outcome = evaluate_stack(*merged, {.image = one.image,
                                          .save_data = one.save_data,
                                          .entropy = [] { return 5.5; },
                                          .url_reads_private = one.url_reads_private});
  if (!outcome) return std::unexpected(std::get<Error>(outcome.error()));
  return *std::move(outcome);
}

std::string shown(const std::string& definition, const Case& one = {}) {
  const auto stack = evaluated(definition, one);
  if (!stack) return stack.error().message.text;
  const json::object object = to_json(*stack);
  return json::serialize(object.at("stack_operations")) + json::serialize(object.at("stack_options"));
}

std::string told_to_the_log(const std::string& definition, const Case& one = {}) {
  const auto stack = evaluated(definition, one);
  return stack ? "" : stack.error().detail.text;
}

Options options_of(const std::string& definition, std::size_t operation, const Case& one) {
  const auto stack = evaluated(definition, one);
  if (!stack) throw std::runtime_error(stack.error().message.text);
  return stack->operations.at(operation).options;
}

// A stack that fits any size, of the kind that guides recommend: width, height and ratio can each be left
// out of the URL.
constexpr const char* flexible = R"({
  "operations": [
    {"name": "resize",
     "expressions": {"width": "$outWidth", "height": "$outHeight ", "upscale": "$s == 1 ? true : false",
                     "upscale_dpr": "$s == 1 ? true : false"},
     "options": {"mode": "fill"}},
    {"name": "crop", "options": {},
     "expressions": {
       "anchor": "$a === 'unset' ? ((image.hasSubjectArea || image.hasDetectionFace || image.isAnimated) ? 'auto' : 'smart') : $a",
       "width": "$outWidth", "height": "$outHeight"}}],
  "options": {"autoformat": true},
  "expressions": [
    {"expression": "options.dpr >= 2", "overrides": {"options": {"optim.quality": 2}}},
    {"expression": "request.headers.save_data == 'on'", "overrides": {"options": {"optim.quality": 1}}},
    {"expression": "$s != 1 && options.dpr >= 2 && request.headers.save_data == 'on'",
     "overrides": {"options": {"dpr": 1}}}],
  "variables": {"w": 0, "h": 0, "s": 0, "a": "unset", "usualWidth": 900, "usualHeight": 600,
                "r": "$usualWidth / $usualHeight",
                "outWidth": "$w == 0 ? ($h == 0 ? $usualWidth : ($h * $r)) : $w",
                "outHeight": "$h == 0 ? $outWidth / $r : $h"}})";

struct SizeCase {
  const char* modifiers;
  std::int64_t width;
  std::int64_t height;
};

// The table of the public guide on stacks.
TEST(StackEvaluationTest, VariablesOfTheUrlDecideTheSize) {
  for (const SizeCase& one : {SizeCase{"", 900, 600}, SizeCase{"v-w-1200", 1200, 800},
                              SizeCase{"v-h-800", 1200, 800}, SizeCase{"v-w-1000-h-800", 1000, 800},
                              SizeCase{"v-r-1.2", 900, 750}, SizeCase{"v-r-1.25-w-1000", 1000, 800}}) {
    const Options crop = options_of(flexible, 1, {.modifiers = one.modifiers});
    EXPECT_EQ(crop.at("width"), Value(one.width)) << one.modifiers;
    EXPECT_EQ(crop.at("height"), Value(one.height)) << one.modifiers;
  }
}

TEST(StackEvaluationTest, WhatExpressionsGiveIsCheckedLikeAnyOption) {
  EXPECT_EQ(options_of(flexible, 0, {.modifiers = "v-s-1"}).at("upscale"), Value(true));
  EXPECT_EQ(options_of(flexible, 0, {}).at("upscale"), Value(false));
  EXPECT_EQ(options_of(flexible, 1, {}).at("anchor"), Value("smart"));
  EXPECT_EQ(options_of(flexible, 1, {.modifiers = "v-a-left_top"}).at("anchor"), Value("left_top"));
  Case animated;
  animated.image.frames = 3;
  EXPECT_EQ(options_of(flexible, 1, animated).at("anchor"), Value("auto"));
  EXPECT_EQ(options_of(flexible, 1, {.modifiers = "v-w-1000-h-333.4"}).at("height"),
            Value(std::int64_t{333}));
  EXPECT_THAT(
      shown(flexible, {.modifiers = "v-w-99999"}),
      HasSubstr(R"(Option "height" of operation "resize" can't be what the stack's expression gives for )"
                "this image: allowed is an integer from 1 to 10000."));
  EXPECT_THAT(shown(flexible, {.modifiers = "v-a-nowhere"}), HasSubstr(R"(Option "anchor")"));
  EXPECT_THAT(shown(flexible, {.modifiers = "v-w-abc"}),
              HasSubstr(R"(The variable "outHeight" of the stack)"));
}

TEST(StackEvaluationTest, ExpressionsOfTheStackChangeOptions) {
  EXPECT_THAT(shown(flexible), HasSubstr(R"(]{"autoformat":true})"));
  EXPECT_THAT(shown(flexible, {.modifiers = "o-dpr-2"}), HasSubstr(R"("dpr":2,"optim.quality":2})"));
  EXPECT_THAT(shown(flexible, {.save_data = true}), HasSubstr(R"("optim.quality":1})"));
  // The ratio that the URL asks for is lowered: that is what the expression is for.
  EXPECT_THAT(shown(flexible, {.modifiers = "o-dpr-3", .save_data = true}),
              HasSubstr(R"("dpr":1,"optim.quality":1})"));
  EXPECT_THAT(shown(flexible, {.modifiers = "o-dpr-3--v-s-1", .save_data = true}), HasSubstr(R"("dpr":3)"));
  // But on qualities the URL has the last word.
  EXPECT_THAT(shown(flexible, {.modifiers = "o-dpr-2-optim.quality-9"}), HasSubstr(R"("optim.quality":9)"));
}

TEST(StackEvaluationTest, ExpressionsOfTheStackChangeVariables) {
  const std::string bounded =
      R"({"operations":[{"name":"resize","expressions":{"width":"$double"}}],)"
      R"("variables":{"w":100,"double":"$w * 2"},)"
      R"("expressions":[{"expression":"$w > 500","overrides":{"variables":{"w":500}}}]})";
  EXPECT_THAT(shown(bounded, {.modifiers = "v-w-400"}), HasSubstr(R"("width":800)"));
  EXPECT_THAT(shown(bounded, {.modifiers = "v-w-4000"}), HasSubstr(R"("width":1000)"));
}

TEST(StackEvaluationTest, TheUrlsOptionOfAnOperationWinsOverItsExpression) {
  EXPECT_EQ(options_of(flexible, 0, {.modifiers = "resize-width-77"}).at("width"), Value(std::int64_t{77}));
  EXPECT_EQ(options_of(flexible, 0, {.modifiers = "resize-width-[image.width/100]"}).at("width"),
            Value(std::int64_t{40}));
}

TEST(StackEvaluationTest, TextsThatAreNoExpressionsMeanThemselves) {
  const auto value_of = [](const std::string& value) {
    const std::string stack =
        R"({"operations":[{"name":"crop","options":{"width":1,"height":1},"expressions":)"
        R"({"anchor":"$x == 'no' ? 'left_top' : $x"}}],"variables":{"x":)" +
        value + "}}";
    return shown(stack) + told_to_the_log(stack);
  };
  EXPECT_THAT(value_of(R"("no")"), HasSubstr("left_top"));
  EXPECT_THAT(value_of(R"("right_top")"), HasSubstr("right_top"));
  EXPECT_THAT(value_of(R"("15_65")"), HasSubstr("15_65"));
  EXPECT_THAT(value_of(R"("2020-10")"), HasSubstr("2020-10"));
  EXPECT_THAT(value_of(R"("image.width > 1 ? 'right_bottom' : ''")"), HasSubstr("right_bottom"));
  EXPECT_THAT(value_of(R"-("Only US$5 (or more)")-"), HasSubstr("Only US$5"));
}

TEST(StackEvaluationTest, ValuesOfTheUrlAreNeverExpressions) {
  const std::string stack =
      R"({"operations":[{"name":"crop","options":{"width":1,"height":1},"expressions":{"anchor":"$x"}}],)"
      R"("variables":{"x":"center_center"}})";
  EXPECT_THAT(told_to_the_log(stack, {.v = R"({"x":"image.width"})"}),
              HasSubstr(R"(can't be "image.width")"));
  EXPECT_THAT(told_to_the_log(stack, {.modifiers = "v-x-[image.width]"}), HasSubstr(R"(can't be "4000")"));
}

TEST(StackEvaluationTest, OperationsThatAreNotEnabledAreLeftOut) {
  const std::string stack =
      R"({"operations":[{"name":"blur","expressions":{"enabled":"$blurred","sigma":"$nothing"}}],)"
      R"("variables":{"blurred":false}})";
  EXPECT_EQ(shown(stack), "[]{}");
  EXPECT_THAT(told_to_the_log(stack, {.modifiers = "v-blurred-true"}), HasSubstr("$nothing"));
  EXPECT_EQ(shown(R"({"operations":[{"name":"grayscale","options":{"enabled":false}}]})"), "[]{}");
}

TEST(StackEvaluationTest, KnowsTheImage) {
  Case one;
  one.image.user_metadata_json = R"({"anchor":"left_bottom"})";
  one.image.dynamic_metadata_json =
      R"({"subject_area":{"x":1,"y":2,"width":30,"height":40},"detection_face":{"x":5,"height":60}})";
  const auto number = [&](const std::string& expression) {
    return options_of(R"({"operations":[{"name":"crop","options":{"height":1},"expressions":{"width":")" +
                          expression + "\"}}]}",
                      0, one)
        .at("width");
  };
  const auto is = [](std::int64_t whole) { return Value(whole); };
  EXPECT_EQ(number("image.width"), is(4000));
  EXPECT_EQ(number("image.height"), is(3000));
  EXPECT_EQ(number("image.subject_area.width + image.subject_area.y"), is(32));
  EXPECT_EQ(number("image.detection_face.height"), is(60));
  EXPECT_EQ(number("image.face_detection.x"), is(5));
  EXPECT_EQ(number("image.hasSubjectArea && image.hasDetectionFace && !image.isAnimated ? 7 : 8"), is(7));
  EXPECT_EQ(number("image.format == 'jpeg' ? 3 : 4"), is(3));
  EXPECT_EQ(number("strlen(image.hash)"), is(40));
  EXPECT_EQ(number("image.entropy * 2"), is(11));
  EXPECT_EQ(number("options.jpg.quality"), is(80));
  EXPECT_EQ(number("image.meta_user.anchor == 'left_bottom' ? 1 : 2"), is(1));
  EXPECT_EQ(number("request.headers.save_data == 'on' ? 1 : 2"), is(2));
  EXPECT_THAT(told_to_the_log(R"({"operations":[{"name":"blur","expressions":{"sigma":"image.weight"}}]})"),
              HasSubstr("weight"));
}

constexpr const char* with_secrets = R"({
  "operations": [{"name": "text", "options": {"text": "x", "font": "abcdef"}},
                 {"name": "resize", "expressions": {"width": "image.meta_user.width", "height": "$secret"}}],
  "options": {"jpg.quality": 61, "png.compression_level": 3},
  "expressions": [{"expression": "$again == 'yes'",
                   "overrides": {"options": {"webp.quality": 62}, "variables": {"late": "63"}}}],
  "variables": {"secret": "64", "again": "no", "late": "0", "computed": "image.meta_user.width ~ ''"}})";

Case with_metadata(std::string modifiers) {
  SourceFacts image = photo();
  image.user_metadata_json = R"({"width":77,"title":"geheim"})";
  return {.modifiers = std::move(modifiers), .image = std::move(image)};
}

/// In a public URL they printed what only the stack's author may read: as a text, and in error messages.
TEST(StackEvaluationTest, ExpressionsOfUrlsReadNothingPrivate) {
  for (const char* formula :
       {"image.meta_user.title", "image['meta_user'].title", "image.meta_user.title * 2",
        "image.meta_user.none ?? 'a'", "true ? 'a' : image.meta_user.title", "json_encode(image.meta_user)",
        "options.jpg.quality ~ ''", "options['jpg.quality'] ~ ''", "options.png.compression_level * 'a'",
        "$secret", "$secret * 'a'", "$secret ?? 'a'", "$computed", "$late"}) {
    for (const char* place : {"text-text-[", "v-x-[", "v-secret-1--text-text-['a']--v-y-["}) {
      if (std::string_view(place).starts_with("v-secret") && std::string_view(formula).starts_with("$secret"))
        continue;
      const std::string message = shown(with_secrets, with_metadata(std::string(place) + formula + "]"));
      EXPECT_THAT(message, HasSubstr("url_expressions_read_private")) << place << formula;
      for (const char* value : {"geheim", "61", "64", "77", "63"})
        EXPECT_THAT(message, testing::Not(HasSubstr(value))) << place << formula;
    }
  }
  // Names that are computed find nothing either, and the whole has no trace of it.
  for (const char* formula : {"image['meta_' ~ 'user'].title", "options['jpg.' ~ 'quality'] ~ ''"}) {
    const std::string message =
        shown(with_secrets, with_metadata("text-text-[" + std::string(formula) + "]"));
    EXPECT_THAT(message, HasSubstr("has no")) << formula;
    EXPECT_THAT(message, testing::Not(HasSubstr("geheim"))) << formula;
    EXPECT_THAT(message, testing::Not(HasSubstr("jpg.quality,"))) << formula;
  }
  for (const char* formula : {"json_encode(image)", "json_encode(options)", "implode(' ', image)"}) {
    const std::string all = shown(with_secrets, with_metadata("text-text-[" + std::string(formula) + "]"));
    EXPECT_THAT(all, testing::Not(HasSubstr("geheim"))) << all;
    EXPECT_THAT(all, testing::Not(HasSubstr("meta_user"))) << all;
    EXPECT_THAT(all, testing::Not(HasSubstr(R"(quality\":61)"))) << all;
  }
  EXPECT_THAT(shown(with_secrets, with_metadata("text-text-[$sceret]")), testing::Not(HasSubstr("$secret")))
      << "what there is, is not listed";
}

TEST(StackEvaluationTest, AnOptionThatTheUrlComputesIsNotReadBefore) {
  EXPECT_THAT(shown(with_secrets, with_metadata("o-jpg.quality-[options.jpg.quality]")),
              HasSubstr("url_expressions_read_private"));
}

TEST(StackEvaluationTest, WhatTheStacksExpressionsSetIsTheStacks) {
  const auto read = [](const std::string& formula) {
    return shown(with_secrets,
                 with_metadata("v-again-yes-late-5--o-webp.quality-7--text-text-[" + formula + "]"));
  };
  EXPECT_THAT(read("$late"), HasSubstr("url_expressions_read_private"));
  EXPECT_THAT(read("options.webp.quality ~ ''"), HasSubstr(R"("text":"7")"))
      << "on qualities the URL has the last word";
  EXPECT_THAT(read("$again"), HasSubstr(R"("text":"yes")"));
}

TEST(StackEvaluationTest, ExpressionsOfUrlsReadWhatEverybodyKnows) {
  const std::string url =
      "v-mine-5-secret-[min(7, 8)]--o-jpg.quality-[50 + 1]--text-text-"
      "[$mine ~ ' ' ~ $secret ~ ' ' ~ options.jpg.quality ~ ' ' ~ options.dpr ~ ' ' ~ image.width ~ ' ' ~ "
      "image.hash]";
  EXPECT_THAT(shown(with_secrets, with_metadata(url)),
              HasSubstr("\"text\":\"5 7 51 1 4000 " + std::string(40, 'a')));
}

/// Anybody who asked for such a render was told what only the stack's author may read.
TEST(StackEvaluationTest, ErrorsOfStoredExpressionsPrintNothingPrivate) {
  const auto stack_with = [](const std::string& width, const std::string& variables,
                             const std::string& condition) {
    return R"({"operations":[{"name":"resize","options":{"height":9},"expressions":{"width":")" + width +
           R"("}}],"variables":)" + variables + R"(,"expressions":[{"expression":")" + condition + R"("}]})";
  };
  struct Wrong {
    std::string stack;
    const char* message;
  };
  for (const Wrong& wrong :
       {Wrong{stack_with("image.meta_user.title * 2", "{}", "true"),
              R"(Option "width" of operation "resize" of the stack can't be computed for this image: )"
              "its expression has an error at column 23."},
        Wrong{stack_with("image.meta_user.title", "{}", "true"),
              R"(Option "width" of operation "resize" can't be what the stack's expression gives for this )"
              "image: allowed is an integer from 1 to 10000."},
        Wrong{stack_with("$v", R"({"s":"geheim","v":"$s * 2"})", "true"),
              R"(The variable "v" of the stack can't be computed for this image: its expression)"},
        Wrong{stack_with("$s", R"({"s":"geheim"})", "true"), "can't be what the stack's expression gives"},
        Wrong{stack_with("5", R"({"s":"geheim"})", "$s + 1 > 5"),
              "Expression number 1 of the stack can't be computed for this image"},
        Wrong{stack_with("'geheim' * 2", "{}", "true"), "its expression has an error at column"}}) {
    const std::string message = shown(wrong.stack, with_metadata(""));
    EXPECT_THAT(message, HasSubstr(wrong.message));
    EXPECT_THAT(message, testing::Not(HasSubstr("geheim")));
    EXPECT_THAT(told_to_the_log(wrong.stack, with_metadata("")), HasSubstr("geheim"));
    Case allowed = with_metadata("");
    allowed.url_reads_private = true;
    EXPECT_THAT(shown(wrong.stack, allowed), HasSubstr("geheim"));
    EXPECT_EQ(told_to_the_log(wrong.stack, allowed), "");
  }
}

TEST(StackEvaluationTest, WhoWroteAnExpressionIntoTheUrlIsToldAll) {
  const std::string stack = R"({"operations":[{"name":"resize","options":{"width":9}}]})";
  EXPECT_THAT(shown(stack, {.modifiers = "resize-width-['abc' * 2]"}), HasSubstr(R"("abc")"));
  EXPECT_THAT(shown(stack, {.modifiers = "resize-width-[image.width * 9]"}),
              HasSubstr(R"(can't be "36000")"));
  EXPECT_EQ(told_to_the_log(stack, {.modifiers = "resize-width-[image.width * 9]"}), "");
}

TEST(StackEvaluationTest, StoredExpressionsReadEverythingAndUrlsWhereTheyMay) {
  EXPECT_THAT(shown(with_secrets, with_metadata("")), HasSubstr(R"("height":64,"width":77)"));
  Case allowed = with_metadata(
      "text-text-[image.meta_user.title ~ options.jpg.quality ~ $secret ~ $computed ~ json_encode(image)]");
  allowed.url_reads_private = true;
  EXPECT_THAT(shown(with_secrets, allowed), HasSubstr(R"("text":"geheim616477{)"));
}

// 100 expressions that hold make 100 variables anew each time: one by one they are all within their limit.
TEST(StackEvaluationTest, AllExpressionsTogetherHaveALimit) {
  json::object variables;
  json::array expressions;
  for (int i = 0; i < 100; ++i) {
    variables["v" + std::to_string(i)] = "count(0..90000)";
    expressions.push_back(json::object{{"expression", "true"}});
  }
  const std::string definition = json::serialize(
      json::object{{"operations", json::array{}}, {"variables", variables}, {"expressions", expressions}});
  EXPECT_THAT(shown(definition), HasSubstr("together take more than 2000000 steps"));
}

TEST(StackEvaluationTest, AndSoHaveTheStacksOfARender) {
  const auto stack = *parse_stack(json::parse(R"_({"operations":[],"variables":{"a":"count(0..90000)"}})_"));
  const SourceFacts image;
  FormulaBudget budget;
  const EvaluationInputs inputs{.image = image, .entropy = [] { return 0.0; }, .budget = &budget};
  int evaluated = 0;
  while (evaluated < 100 && evaluate_stack(stack, inputs))
    ++evaluated;
  EXPECT_GT(evaluated, 10);
  EXPECT_LT(evaluated, 30);
}

LookedAt looked_at(const char* definition) {
  return looked_at_by(*parse_stack(json::parse(definition)));
}

TEST(StackEvaluationTest, TellsWhetherSaveDataMatters) {
  EXPECT_TRUE(looked_at(flexible).save_data);
  EXPECT_TRUE(looked_at(R"({"operations":[],"expressions":[{"expression":"true","overrides":{"variables":)"
                        R"({"w":"request.headers.save_data == 'on' ? 1 : 2"}}}]})")
                  .save_data);
  EXPECT_FALSE(looked_at(R"({"operations":[],"variables":{"x":"image.width"}})").save_data);
}

TEST(StackEvaluationTest, TellsWhetherUserMetadataMatters) {
  EXPECT_TRUE(looked_at(R"({"operations":[],"variables":{"x":"image.meta_user.stars"}})").user_metadata);
  EXPECT_TRUE(looked_at(R"_({"operations":[],"variables":{"x":"image['meta' ~ '_user']"}})_").user_metadata);
  EXPECT_TRUE(looked_at(R"({"operations":[],"expressions":[{"expression":"image.meta_user.sold == 1",)"
                        R"("overrides":{"options":{"dpr":2}}}]})")
                  .user_metadata);
  EXPECT_FALSE(looked_at(R"({"operations":[],"variables":{"x":"image.width"}})").user_metadata);
}

// Whatever comes of the missing number, an error too: it is begun anew once the number is there.
TEST(StackEvaluation, StopsWhereTheEntropyHasYetToBeMeasured) {
  const SourceFacts image = photo();
  const auto entropy = []() -> Outcome<double> {
    NeededMeasurement needed;
    needed.key = "k";
    return std::unexpected(std::move(needed));
  };
  const EvaluationInputs inputs{.image = image, .entropy = entropy};
  for (const char* width : {"image.entropy > 5 ? 100 : 200", "100 / image.entropy"}) {
    const auto stack = parse_stack(json::parse(R"({"operations":[{"name":"resize","expressions":{"width":")" +
                                               std::string(width) + "\"}}]}"));
    ASSERT_TRUE(stack);
    const auto outcome = evaluate_stack(*stack, inputs);
    ASSERT_FALSE(outcome) << width;
    ASSERT_TRUE(std::holds_alternative<NeededMeasurement>(outcome.error())) << width;
    EXPECT_EQ(std::get<NeededMeasurement>(outcome.error()).key, "k");
  }
}

}  // namespace
}  // namespace rucola::render
