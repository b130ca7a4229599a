#include "render/stack/overrides.h"

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

/// "resize{width=200} options{dpr=2}", or the error's message.
std::string shown(const std::vector<std::string>& segments) {
  Overrides overrides;
  for (const std::string& segment : segments) {
    const auto added = add_overrides(segment, overrides);
    if (!added) return added.error().message.text;
  }
  const json::object stack = to_json(dynamic_stack(overrides));
  return json::serialize(stack.at("stack_operations")) + json::serialize(stack.at("stack_options"));
}

std::string operation(const std::string& name, const std::string& options = "{}") {
  return R"({"name":")" + name + R"(","options":)" + options + "}";
}

TEST(OverridesTest, ReadsTheGrammar) {
  EXPECT_EQ(shown({"resize-width-200"}), "[" + operation("resize", R"({"width":200})") + "]{}");
  EXPECT_EQ(shown({"resize-width-200-height-150--rotate-angle-90"}),
            "[" + operation("resize", R"({"height":150,"width":200})") + "," +
                operation("rotate", R"({"angle":90})") + "]{}");
  EXPECT_EQ(shown({"grayscale"}), "[" + operation("grayscale") + "]{}");
  EXPECT_EQ(shown({"grayscale--noop"}), "[" + operation("grayscale") + "," + operation("noop") + "]{}");
  EXPECT_EQ(shown({"crop-anchor-left_top-width-10-height-20"}),
            "[" + operation("crop", R"({"anchor":"left_top","height":20,"width":10})") + "]{}");
}

// As the guide of best practices prints them.
TEST(OverridesTest, SingleHyphensBetweenOperationsMeanTheSame) {
  EXPECT_EQ(shown({"resize-width-1200-height-900-crop-width-1200-height-900"}),
            shown({"resize-width-1200-height-900--crop-width-1200-height-900"}));
  EXPECT_EQ(shown({"trim-grayscale-rotate-angle--90-noop"}),
            shown({"trim--grayscale--rotate-angle--90--noop"}));
  EXPECT_EQ(shown({"resize-width-200-crop-width-[image.width - 1]-height-9--o-dpr-2"}),
            shown({"resize-width-200--crop-width-[image.width - 1]-height-9--o-dpr-2"}));
  EXPECT_EQ(shown({"text-text-resize-font-abcdef-resize-width-9"}),
            shown({"text-text-resize-font-abcdef--resize-width-9"}))
      << "an operation's own option is its option";
  EXPECT_THAT(shown({"resize-width-200-crop-widht-2"}), HasSubstr(R"("widht" of operation "crop")"));
  EXPECT_THAT(shown({"resize-width-crop-width-2"}), HasSubstr(R"(can't be "crop")"));
  EXPECT_THAT(shown({"resize-width-200-rezise-width-100"}), HasSubstr(R"("rezise")"));
}

// npm's rokka-render writes it for what is undefined, false, 0 or empty.
TEST(OverridesTest, AnUndefinedOptionIsNotGiven) {
  EXPECT_EQ(shown({"blur-sigma-2-radius-__undefined__"}), shown({"blur-sigma-2"}));
  EXPECT_EQ(shown({"resize-mode-__undefined__-width-9--noop"}), shown({"resize-width-9--noop"}));
  EXPECT_EQ(shown({"resize-width-9", "resize-width-__undefined__"}), shown({"resize-width-9", "resize"}));
  EXPECT_THAT(shown({"resize-widht-__undefined__"}), HasSubstr(R"(did you mean "width"?)"));
}

TEST(OverridesTest, ReadsStackOptionsInBothForms) {
  EXPECT_EQ(shown({"options-dpr-2-autoformat-true"}), R"([]{"autoformat":true,"dpr":2})");
  EXPECT_EQ(shown({"o-dpr-2"}), R"([]{"dpr":2})");
  EXPECT_EQ(shown({"o-af-1"}), R"([]{"autoformat":true})");
  EXPECT_EQ(shown({"options-jpg.quality-60-webp.quality-50"}), R"([]{"jpg.quality":60,"webp.quality":50})");
  EXPECT_EQ(shown({"o-autoformat.exclude-avif,webp"}), R"([]{"autoformat.exclude":"avif,webp"})");
  EXPECT_EQ(shown({"o-transparency.color-00ff00"}), R"([]{"transparency.color":"00FF00"})");
}

TEST(OverridesTest, SegmentsAndPiecesMeanTheSame) {
  const std::string joined = shown({"resize-width-200--grayscale--o-dpr-2"});
  EXPECT_EQ(shown({"resize-width-200", "grayscale", "o-dpr-2"}), joined);
  EXPECT_EQ(shown({"options-dpr-2--resize-width-200", "grayscale"}), joined);
}

TEST(OverridesTest, TheLastWins) {
  EXPECT_EQ(shown({"o-dpr-2", "o-dpr-3"}), R"([]{"dpr":3})");
  EXPECT_EQ(shown({"o-af-1--options-autoformat-false"}), R"([]{"autoformat":false})");
  EXPECT_EQ(shown({"resize-width-1-width-2"}), "[" + operation("resize", R"({"width":2})") + "]{}");
}

TEST(OverridesTest, ReadsNegativeNumbers) {
  EXPECT_EQ(shown({"rotate-angle--90"}), "[" + operation("rotate", R"({"angle":-90})") + "]{}");
  EXPECT_EQ(
      shown({"rotate-angle--90--resize-width-100"}),
      "[" + operation("rotate", R"({"angle":-90})") + "," + operation("resize", R"({"width":100})") + "]{}");
  EXPECT_EQ(shown({"rotate-angle--90-background_color-ff0000"}),
            "[" + operation("rotate", R"({"angle":-90,"background_color":"FF0000"})") + "]{}");
  EXPECT_EQ(shown({"noop--rotate-angle--45--o-dpr-2"}),
            "[" + operation("noop") + "," + operation("rotate", R"({"angle":-45})") + R"(]{"dpr":2})");
}

TEST(OverridesTest, ANegativeNumberIsCheckedLikeAnyOther) {
  EXPECT_THAT(shown({"resize-width--5"}),
              HasSubstr(R"(can't be "-5": allowed is an integer from 1 to 10000)"));
  EXPECT_THAT(shown({"grayscale--90"}), HasSubstr(R"(There is no option "-90")"));
}

TEST(OverridesTest, SaysWhichPartIsWrong) {
  EXPECT_THAT(shown({"resize-width"}), HasSubstr(R"(Option "width" in "resize-width" has no value)"));
  EXPECT_THAT(shown({"resize-width-200-height"}), HasSubstr(R"(Option "height")"));
  EXPECT_THAT(shown({"resize-width-"}), HasSubstr("has no value"));
  EXPECT_THAT(shown({"resize-"}), HasSubstr(R"(There is no option "")"));
  EXPECT_THAT(shown({"resize-width-20x"}), HasSubstr(R"(can't be "20x")"));
  EXPECT_THAT(shown({"resize-widht-20"}), HasSubstr(R"(did you mean "width"?)"));
  EXPECT_THAT(shown({"resise-width-20"}), HasSubstr(R"(did you mean "resize"?)"));
  EXPECT_THAT(shown({"svg2bitmap"}), HasSubstr("not available in this version"));
  EXPECT_THAT(shown({"resize-width-20----noop"}), HasSubstr("nothing between"));
  EXPECT_THAT(shown({"resize-width-20--"}), HasSubstr("nothing between"));
  EXPECT_THAT(shown({"--resize-width-20"}), HasSubstr("nothing between"));
  EXPECT_THAT(shown({""}), HasSubstr("nothing between"));
  EXPECT_THAT(shown({"options"}), HasSubstr("sets nothing"));
  EXPECT_THAT(shown({"o-dpr"}), HasSubstr(R"(Option "dpr")"));
  EXPECT_THAT(shown({"o-dpr-0.5"}), HasSubstr("a number from 1 to 10"));
  EXPECT_THAT(shown({"o-jpeg.quality-5"}), HasSubstr(R"(did you mean "jpg.quality"?)"));
  EXPECT_THAT(shown({"Resize-width-20"}), HasSubstr("There is no operation"));
}

TEST(OverridesTest, VariablesMeanThemselves) {
  const auto variables = [](std::string_view text) {
    Overrides overrides;
    const auto added = add_overrides(text, overrides);
    if (!added) return added.error().message.text;
    return json::serialize(to_json(dynamic_stack(overrides)).at("stack_variables"));
  };
  EXPECT_EQ(variables("v-w-800-t-hello"), R"({"w":"800","t":"hello"})");
  EXPECT_EQ(variables("variables-shadow-false-t-"), R"({"shadow":false,"t":""})");
  EXPECT_EQ(variables("v-a--5-color-007DAD"), R"({"a":"-5","color":"007DAD"})");
  EXPECT_EQ(variables("v-w-1--v-w-[2-1]"), R"({"w":"2-1"})");
  EXPECT_THAT(variables("v"), HasSubstr("sets nothing"));
  EXPECT_THAT(variables("v-w"), HasSubstr(R"(Variable "w" in "v-w" has no value)"));
  EXPECT_THAT(variables("v-w-[1+]"), HasSubstr("at column 3"));
  EXPECT_THAT(variables("v-1-2"), HasSubstr("can't be called"));
}

TEST(OverridesTest, VariablesComeAsJsonToo) {
  Overrides overrides;
  ASSERT_TRUE(add_overrides("v-w-1-h-2", overrides));
  ASSERT_TRUE(add_variables_json(R"({"w": 7, "text": "a & b"})", overrides));
  EXPECT_EQ(json::serialize(to_json(dynamic_stack(overrides)).at("stack_variables")),
            R"({"w":7,"h":"2","text":"a & b"})");
  EXPECT_THAT(add_variables_json("[1]", overrides).error().message.text, HasSubstr("not a JSON object"));
  EXPECT_THAT(add_variables_json("{", overrides).error().message.text, HasSubstr("not a JSON object"));
}

TEST(OverridesTest, BracketsHoldExpressions) {
  EXPECT_THAT(shown({"crop-width-[image.width/2]-height-100"}),
              HasSubstr(R"("options":{"height":100},"expressions":{"width":"image.width/2"})"));
  EXPECT_THAT(shown({"crop-width-[image.width--1]-height-100--rotate-angle-90"}),
              HasSubstr(R"("expressions":{"width":"image.width--1"}},{"name":"rotate")"));
  EXPECT_THAT(shown({"crop-width-[[1, 2][0]]-height-[strlen(']-[')]"}),
              HasSubstr(R"-("expressions":{"height":"strlen(']-[')","width":"[1, 2][0]"})-"));
  EXPECT_THAT(shown({"crop-width-[1", "x"}), HasSubstr(R"(Option "width" of operation "crop")"));
  EXPECT_THAT(shown({"crop-width-[1 +]-height-1"}), HasSubstr("at column 4"));
}

TEST(OverridesTest, TheSourceFileIsNoMatterOfTheUrl) {
  for (const char* text : {"options-source_file-true", "o-protected-false", "o-protected-true",
                           "o-remote_basepath-x", "o-remote_fullurl_allow-true", "o-protected-[false]"})
    EXPECT_THAT(shown({text}), HasSubstr("only be set in a stored stack")) << text;
  EXPECT_THAT(shown({"o-basestack-['x']"}), HasSubstr("can't be set by an expression"));
  EXPECT_THAT(shown({"o-keep.copyright-[true]"}), HasSubstr("can't be set by an expression"));
}

TEST(OverridesTest, AreUtf8) {
  Overrides overrides;
  ASSERT_TRUE(add_overrides("v-a-\xC3\xBC", overrides));
  for (const char* text : {"v-a-\xFF", "glitch-random-\xED\xA0\x80", "v-a-['\xE0\x80\x80']"}) {
    const auto added = add_overrides(text, overrides);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::bad_request);
    EXPECT_THAT(added.error().message.text, testing::HasSubstr("not UTF-8"));
  }
}

TEST(OverridesTest, MayNotSetTooManyVariables) {
  Overrides overrides;
  for (std::size_t i = 0; i < variables_cap; ++i)
    ASSERT_TRUE(add_overrides("v-a" + std::to_string(i) + "-1", overrides));
  EXPECT_TRUE(add_overrides("v-a7-2", overrides));
  for (const auto& added : {add_overrides("v-b-1", overrides), add_variables_json(R"({"b":1})", overrides)}) {
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::bad_request);
    EXPECT_THAT(added.error().message.text, testing::HasSubstr("at most 100 variables"));
  }
}

TEST(OverridesTest, ErrorsAreBadRequests) {
  Overrides overrides;
  const auto added = add_overrides("resize-width", overrides);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::bad_request);
}

TEST(OverridesTest, TellsOverridesFromImages) {
  for (const char* text :
       {"resize-width-200", "resize", "grayscale", "noop--noop", "options-dpr-2", "o-af-1", "v-w-1",
        "variables-w-1", "composition-mode-background", "crop", "o", "text-text-x", "blur"}) {
    EXPECT_TRUE(looks_like_overrides(text)) << text;
  }
  for (const char* text :
       {"", "0dcabb", "c421f4e8cefe0fd3aab22832f51e85bacda0a47a", "-_logo_-", "-_resize_-",
        "-remote/resize-width-2.jpg-", "-https://example.org/o-dpr-2.jpg-", "0dcabb.jpg", "resized-x",
        "crop.jpg", "Resize-width-1", "opt-dpr-2", "--resize", "vacation-photo", "cafe01"}) {
    EXPECT_FALSE(looks_like_overrides(text)) << text;
  }
}

StackDefinition stored(const std::string& text) {
  auto stack = parse_stack(json::parse(text));
  return stack ? *stack : StackDefinition{};
}

std::string applied(const StackDefinition& stack, std::string_view text) {
  Overrides overrides;
  if (const auto added = add_overrides(text, overrides); !added) return added.error().message.text;
  const auto result = apply(stack, overrides);
  if (!result) return result.error().message.text;
  const json::object shape = to_json(*result);
  return json::serialize(shape.at("stack_operations")) + json::serialize(shape.at("stack_options"));
}

TEST(OverridesTest, ChangeTheFirstOperationOfTheName) {
  const auto stack = stored(R"({"operations":[{"name":"resize","options":{"width":100,"mode":"fill"}},
                              {"name":"resize","options":{"width":50}}],"options":{"jpg.quality":70}})");
  EXPECT_EQ(applied(stack, "resize-width-300--o-dpr-2"),
            "[" + operation("resize", R"({"mode":"fill","width":300})") + "," +
                operation("resize", R"({"width":50})") + R"(]{"dpr":2,"jpg.quality":70})");
  EXPECT_EQ(applied(stack, "resize-enabled-false"),
            "[" + operation("resize", R"({"enabled":false,"mode":"fill","width":100})") + "," +
                operation("resize", R"({"width":50})") + R"(]{"jpg.quality":70})");
}

TEST(OverridesTest, AStoredStackTakesNoOperationThatItLacks) {
  const auto stack = stored(R"({"operations":[{"name":"resize","options":{"width":100}}]})");
  EXPECT_THAT(applied(stack, "grayscale"), HasSubstr(R"(The stack has no operation "grayscale")"));
}

TEST(OverridesTest, AStackThatDeliversSourcesTakesNoOtherOption) {
  const auto stack = stored(R"({"operations":[],"options":{"source_file":true}})");
  EXPECT_THAT(applied(stack, "o-dpr-2"), HasSubstr("can't be used together"));
}

// Whatever a URL says, the answer is an override or an error.
TEST(OverridesTest, NothingThatAUrlCanSayDoesHarm) {
  const std::vector<std::string> words{"resize", "crop", "o", "v", "width", "dpr",  "-",    "--",
                                       "1",      "0.5",  "[", "]", "",      "\xff", "1e999"};
  for (const std::string& a : words) {
    for (const std::string& b : words) {
      for (const std::string& c : words) {
        for (const std::string& d : words) {
          Overrides overrides;
          const std::string text = a + "-" + b + "-" + c + d;
          const auto added = add_overrides(text, overrides);
          if (!added) {
            EXPECT_EQ(added.error().code, ErrorCode::bad_request) << text;
            EXPECT_FALSE(added.error().message.text.empty()) << text;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace rucola::render
