// Variables, objects and their properties: what is asked of the scope, and what is said where something is
// missing.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "expression/fixed_scope.h"
#include "expression/value.h"

namespace rucola::expression {
namespace {

using test::evaluated;
using test::FixedScope;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

FixedScope sample() {
  FixedScope scope;
  scope.variables = {
      {"w", 500}, {"list", Value::list({10, 20, 30})}, {"nothing", nullptr}, {"2nd", "second"}};
  scope.roots["image"] =
      Value::map({{"width", 800}, {"subject_area", Value::map({{"x", 7}})}, {"caption", nullptr}});
  scope.roots["options"] =
      Value::map({{"dpr", 2}, {"jpg.quality", 70}, {"jpg.transparency.color", "FFFFFF"}});
  return scope;
}

std::string text_of(std::string_view text, const FixedScope& scope = sample()) {
  const Result<Value> value = evaluated(text, scope);
  EXPECT_THAT(value, test::Succeeds()) << text;
  return value ? value->to_text() : "failed";
}

std::string message_of(std::string_view text, const FixedScope& scope = sample()) {
  const Result<Value> value = evaluated(text, scope);
  EXPECT_THAT(value, test::FailsWith(ErrorCode::bad_request)) << text;
  return value ? "succeeded" : value.error().message.text;
}

TEST(Names, LeadToTheirValues) {
  EXPECT_EQ(text_of("$w"), "500");
  EXPECT_EQ(text_of("$2nd"), "second");
  EXPECT_EQ(text_of("image.width"), "800");
  EXPECT_EQ(text_of("image.subject_area.x"), "7");
  EXPECT_EQ(text_of("image['subject_area']['x']"), "7");
  EXPECT_EQ(text_of("image['wi' ~ 'dth']"), "800");
  EXPECT_EQ(text_of("$list[1]"), "20");
  EXPECT_EQ(text_of("$list['2']"), "30");
  EXPECT_EQ(text_of("$list[1.9]"), "20");
  EXPECT_EQ(text_of("(image).width"), "800");
  EXPECT_EQ(text_of("{a: {b: [4, 5]}}.a.b[1]"), "5");
  EXPECT_EQ(text_of("explode(',', 'x,y')[1]"), "y");
}

TEST(Names, OfOptionsMayContainPoints) {
  EXPECT_EQ(text_of("options.dpr"), "2");
  EXPECT_EQ(text_of("options.jpg.quality"), "70");
  EXPECT_EQ(text_of("options['jpg.quality']"), "70");
  EXPECT_EQ(text_of("options.jpg.transparency.color"), "FFFFFF");
  EXPECT_EQ(text_of("options['jpg' ~ '.quality'] + 1"), "71");
}

TEST(Names, WordsOfOperatorsAreNamesAfterAPointAndAsKeys) {
  FixedScope scope;
  scope.roots["image"] = Value::map({{"in", 1}, {"not", 2}, {"matches", 3}});
  EXPECT_EQ(text_of("image.in ~ image.not ~ image.matches", scope), "123");
  EXPECT_EQ(text_of("{in: 1, and: 2}['and']", scope), "2");
}

TEST(Names, ThatAreMissingAreNamedWithWhatThereIs) {
  EXPECT_THAT(message_of("1 + $h"),
              HasSubstr("at column 5: there is no variable $h; there are $2nd, $list, $nothing, $w"));
  EXPECT_THAT(
      message_of("picture.width"),
      HasSubstr("at column 1: there is nothing that is called \"picture\"; there are image, options"));
  EXPECT_THAT(message_of("image.height"),
              HasSubstr("at column 7: image has no \"height\"; there are width, subject_area, caption"));
  EXPECT_THAT(message_of("image.subject_area.y"), HasSubstr("image.subject_area has no \"y\"; there is x"));
  EXPECT_THAT(message_of("image.caption.size"),
              HasSubstr("at column 15: image.caption is null and has no \"size\""));
  EXPECT_THAT(message_of("$w.size"), HasSubstr("$w is 500 and has no \"size\""));
  EXPECT_THAT(message_of("$list[3]"), HasSubstr("at column 6: $list has 3 elements, counted from 0"));
  EXPECT_THAT(message_of("$list[[1]]"), HasSubstr("an array can't be a key"));
}

TEST(Names, ThatAreMissingAreNullBeforeTwoQuestionMarks) {
  EXPECT_EQ(text_of("$h ?? 5"), "5");
  EXPECT_EQ(text_of("$nothing ?? 5"), "5");
  EXPECT_EQ(text_of("$w ?? 5"), "500");
  EXPECT_EQ(text_of("image.height ?? image.depth ?? 6"), "6");
  EXPECT_EQ(text_of("image.face.x.y ?? 7"), "7");
  EXPECT_EQ(text_of("image.caption.size ?? 8"), "8");
  EXPECT_EQ(text_of("$list[9] ?? 9"), "9");
  EXPECT_EQ(text_of("picture.width ?? 10"), "10");
  EXPECT_THAT(message_of("($h + 1) ?? 5"), HasSubstr("there is no variable $h"));
}

TEST(Names, ThatAreMissingAreNullAfterAQuestionMarkAndAPoint) {
  EXPECT_EQ(text_of("image.caption?.size"), "");
  EXPECT_EQ(text_of("image.caption?.size.width"), "");
  EXPECT_EQ(text_of("image?.height === null ? 'no' : 'yes'"), "no");
  EXPECT_EQ(text_of("image?.width"), "800");
  EXPECT_EQ(text_of("$w ?.5 : 1"), "0.5");
}

/// Counts what is asked of it.
class AskedScope : public Scope {
 public:
  mutable std::vector<std::string> asked;

  [[nodiscard]] std::optional<Value> variable(std::string_view name) const override {
    asked.push_back("$" + std::string(name));
    return Value(1);
  }
  [[nodiscard]] std::optional<Value> root(std::string_view name) const override {
    asked.emplace_back(name);
    return Value::map({{"height", 9}});
  }
  [[nodiscard]] std::optional<Value> property(std::string_view root, std::string_view path) const override {
    asked.push_back(std::string(root) + "/" + std::string(path));
    if (path == "entropy") return Value(6.5);
    if (path == "subject_area") return Value::map({{"x", 7}});
    return std::nullopt;
  }
};

std::vector<std::string> asked_by(std::string_view text) {
  const AskedScope scope;
  const Result<Expression> parsed = parse(text);
  EXPECT_THAT(parsed, test::Succeeds());
  if (parsed) {
    EXPECT_THAT(evaluate(*parsed, scope), test::Succeeds());
  }
  return scope.asked;
}

TEST(Scope, IsAskedOnlyForWhatIsReached) {
  EXPECT_THAT(asked_by("true ? $a : $b"), ElementsAre("$a"));
  EXPECT_THAT(asked_by("false && $a || $b"), ElementsAre("$b"));
  EXPECT_THAT(asked_by("true or $a"), IsEmpty());
  EXPECT_THAT(asked_by("$a ?: $b"), ElementsAre("$a"));
  EXPECT_THAT(asked_by("$a ?? $b"), ElementsAre("$a"));
}

TEST(Scope, IsAskedForAPropertyBeforeTheWhole) {
  EXPECT_THAT(asked_by("image.entropy"), ElementsAre("image/entropy"));
  EXPECT_THAT(asked_by("image['entropy']"), ElementsAre("image/entropy"));
  EXPECT_THAT(asked_by("image['ent' ~ 'ropy']"), ElementsAre("image/entropy"));
  EXPECT_THAT(asked_by("image.subject_area.x"), ElementsAre("image/subject_area.x", "image/subject_area"));
  EXPECT_THAT(asked_by("image.height"), ElementsAre("image/height", "image"));
  EXPECT_THAT(asked_by("image"), ElementsAre("image"));
}

std::vector<std::string> variables(std::string_view text) {
  const Result<Expression> parsed = parse(text);
  return parsed ? variables_used(*parsed) : std::vector<std::string>{"failed"};
}

std::vector<std::string> paths(std::string_view text) {
  const Result<Expression> parsed = parse(text);
  return parsed ? paths_used(*parsed) : std::vector<std::string>{"failed"};
}

TEST(NamesUsed, AreListedOnceInTheOrderOfTheirAppearance) {
  EXPECT_THAT(variables("$w == 0 ? ($h == 0 ? $d : ($h * $r)) : $w"), ElementsAre("w", "h", "d", "r"));
  EXPECT_THAT(variables("$z[$y] ~ max($x, [$b, {($a): $c}])"), ElementsAre("z", "y", "x", "b", "a", "c"));
  EXPECT_THAT(variables("'$w' ~ image.w"), IsEmpty());
  EXPECT_THAT(paths("request.headers.save_data == 'on' && options['jpg.quality'] > 5 || image.entropy > 6"),
              ElementsAre("request.headers.save_data", "options.jpg.quality", "image.entropy"));
  EXPECT_THAT(paths("image[options.dpr] ~ image ~ $v.width ~ 'image.hash' ~ image?.hash"),
              ElementsAre("image", "options.dpr", "image.hash"));
}

TEST(ExpressionText, IsWhatWasWritten) {
  EXPECT_EQ(parse(" $a +  1 ")->text(), " $a +  1 ");
}

}  // namespace
}  // namespace rucola::expression
