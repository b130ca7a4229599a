// The expressions that the public reference shows, as it writes them, with values worked out by hand.
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "expression/fixed_scope.h"
#include "expression/value.h"

namespace rucola::expression {
namespace {

using test::evaluated;
using test::FixedScope;

Value image(bool has_subject_area, bool has_face, bool is_animated) {
  return Value::map({{"width", 1200},
                     {"height", 900},
                     {"format", "jpeg"},
                     {"entropy", 6.5},
                     {"hasSubjectArea", has_subject_area},
                     {"hasDetectionFace", has_face},
                     {"isAnimated", is_animated}});
}

Value text_of(const Result<Value>& result) {
  EXPECT_THAT(result, test::Succeeds());
  return result ? *result : Value("failed");
}

/// The variables of the best-practices stack, in the order in which it defines them.
FixedScope best_practices(const std::map<std::string, Value>& from_url) {
  FixedScope scope;
  scope.variables = {
      {"w", 0}, {"h", 0}, {"s", 0}, {"a", "notset"}, {"defaultWidth", 900}, {"defaultHeight", 600}};
  for (const auto& [name, value] : from_url)
    scope.variables.insert_or_assign(name, value);
  const auto define = [&](const std::string& name, std::string_view text) {
    if (from_url.contains(name)) return;
    const Result<Value> value = evaluated(text, scope);
    ASSERT_THAT(value, test::Succeeds());
    scope.variables.insert_or_assign(name, *value);
  };
  define("r", "$defaultWidth / $defaultHeight");
  define("finalWidth", "$w == 0 ? ($h == 0 ? $defaultWidth : ($h * $r)) : $w");
  define("finalHeight", "$h == 0 ? $finalWidth / $r : $h");
  return scope;
}

struct Size {
  double width;
  double height;
  bool operator==(const Size&) const = default;
};

Size final_size(const std::map<std::string, Value>& from_url) {
  const FixedScope scope = best_practices(from_url);
  const Result<Value> width = evaluated("$finalWidth * 1", scope);
  const Result<Value> height = evaluated("$finalHeight * 1 ", scope);
  EXPECT_THAT(width, test::Succeeds());
  EXPECT_THAT(height, test::Succeeds());
  return width && height ? Size{width->as_double(), height->as_double()} : Size{0, 0};
}

// The guide's own table of URLs and sizes; values from a URL are texts.
TEST(BestPracticesStack, SizesAreThoseOfTheGuidesTable) {
  EXPECT_EQ(final_size({}), (Size{900, 600}));
  EXPECT_EQ(final_size({{"w", "1200"}}), (Size{1200, 800}));
  EXPECT_EQ(final_size({{"h", "800"}}), (Size{1200, 800}));
  EXPECT_EQ(final_size({{"w", "1000"}, {"h", "800"}}), (Size{1000, 800}));
  EXPECT_EQ(final_size({{"r", "1.2"}}), (Size{900, 750}));
  EXPECT_EQ(final_size({{"r", "1.25"}, {"w", "1000"}}), (Size{1000, 800}));
}

TEST(BestPracticesStack, WhiteSpaceAroundAnExpressionIsFine) {
  EXPECT_EQ(text_of(evaluated("$finalHeight ", best_practices({}))).as_double(), 600);
}

TEST(BestPracticesStack, UpscalesOnlyWhereAskedTo) {
  EXPECT_FALSE(text_of(evaluated("$s == 1 ? true : false", best_practices({}))).as_bool());
  EXPECT_TRUE(text_of(evaluated("$s == 1 ? true : false", best_practices({{"s", "1"}}))).as_bool());
}

TEST(BestPracticesStack, AnchorFollowsTheImage) {
  constexpr std::string_view anchor =
      "$a === 'notset' ? ((image.hasSubjectArea || image.hasDetectionFace || image.isAnimated) ? 'auto' : "
      "'smart') : $a";
  const auto anchor_for = [&](const Value& image, const std::map<std::string, Value>& from_url) {
    FixedScope scope = best_practices(from_url);
    scope.roots["image"] = image;
    return text_of(evaluated(anchor, scope)).to_text();
  };
  EXPECT_EQ(anchor_for(image(false, false, false), {}), "smart");
  EXPECT_EQ(anchor_for(image(true, false, false), {}), "auto");
  EXPECT_EQ(anchor_for(image(false, true, false), {}), "auto");
  EXPECT_EQ(anchor_for(image(false, false, true), {}), "auto");
  EXPECT_EQ(anchor_for(image(true, true, true), {{"a", "left_top"}}), "left_top");
}

TEST(BestPracticesStack, StackExpressionsLookAtOptionsAndHeaders) {
  FixedScope scope = best_practices({});
  const auto holds = [&](std::string_view text, const Value& dpr, const Value& save_data) {
    scope.roots["options"] = Value::map({{"dpr", dpr}});
    scope.roots["request"] = Value::map({{"headers", Value::map({{"save_data", save_data}})}});
    return text_of(evaluated(text, scope)).as_bool();
  };
  EXPECT_TRUE(holds("options.dpr >= 2", 2, nullptr));
  EXPECT_TRUE(holds("options.dpr >= 2", "2.5", nullptr));
  EXPECT_FALSE(holds("options.dpr >= 2", 1.5, nullptr));
  EXPECT_TRUE(holds("request.headers.save_data == 'on'", 1, "on"));
  EXPECT_FALSE(holds("request.headers.save_data == 'on'", 1, nullptr));
  constexpr std::string_view both = "$s != 1 && options.dpr >= 2 && request.headers.save_data == 'on'";
  EXPECT_TRUE(holds(both, 2, "on"));
  EXPECT_FALSE(holds(both, 1, "on"));
  EXPECT_FALSE(holds(both, 2, "off"));
  scope.variables["s"] = "1";
  EXPECT_FALSE(holds(both, 2, "on"));
}

TEST(WatermarkDemo, TextBoxFollowsTheWidthAndTheDiagonal) {
  FixedScope scope;
  scope.variables = {
      {"width", "500"}, {"t", "My Watermark"}, {"o", 20}, {"color", "000000"}, {"font", "86d7ee"}};
  scope.roots["image"] = image(false, false, false);
  EXPECT_EQ(text_of(evaluated("$width - 50", scope)).as_int(), 450);
  EXPECT_DOUBLE_EQ(text_of(evaluated("$width / 7", scope)).as_double(), 500.0 / 7);
  EXPECT_DOUBLE_EQ(text_of(evaluated("-rad2deg(atan(image.height / image.width))", scope)).as_double(),
                   -std::atan(0.75) * 180 / std::numbers::pi);
  EXPECT_EQ(text_of(evaluated("$t", scope)).as_string(), "My Watermark");
  EXPECT_EQ(text_of(evaluated("$color", scope)).as_string(), "000000");
  EXPECT_EQ(text_of(evaluated("$o", scope)).as_int(), 20);
}

TEST(TemplatesDemo, BoxGrowsByItsShadowAndHidesWithoutText) {
  FixedScope scope;
  scope.variables = {{"shadow", false}, {"t2", "_no_text_"}, {"logo", false}};
  constexpr std::string_view enabled = R"($t2 != "_no_text_" ? true : false)";
  EXPECT_EQ(text_of(evaluated("300 + ($shadow ? 4 :0)", scope)).as_int(), 300);
  EXPECT_FALSE(text_of(evaluated(enabled, scope)).as_bool());
  EXPECT_FALSE(text_of(evaluated("$logo", scope)).as_bool());
  scope.variables = {{"shadow", "true"}, {"t2", "Fantastic 49.-"}, {"logo", "true"}};
  EXPECT_EQ(text_of(evaluated("300 + ($shadow ? 4 :0)", scope)).as_int(), 304);
  EXPECT_TRUE(text_of(evaluated(enabled, scope)).as_bool());
  scope.variables["shadow"] = "";
  EXPECT_EQ(text_of(evaluated("300 + ($shadow ? 4 :0)", scope)).as_int(), 300);
}

TEST(OperationsReference, ItsExamplesEvaluate) {
  FixedScope scope;
  scope.variables = {{"color", "ff00ff"}, {"w", 500}};
  scope.roots["image"] = image(false, false, false);
  EXPECT_TRUE(text_of(evaluated("image.entropy > 6", scope)).as_bool());
  EXPECT_EQ(text_of(evaluated("'#' ~ $color", scope)).as_string(), "#ff00ff");
  EXPECT_EQ(text_of(evaluated("image.width", scope)).as_int(), 1200);
  EXPECT_EQ(text_of(evaluated("$w < 500 ? $w : 500", scope)).as_int(), 500);
  EXPECT_EQ(text_of(evaluated("$w / 2", scope)).as_int(), 250);
}

}  // namespace
}  // namespace rucola::expression
