// No expression, however it is built, goes deeper, longer or larger than its limits.
#include <string>

#include <gtest/gtest.h>

#include "expression/fixed_scope.h"
#include "expression/value.h"

namespace rucola::expression {
namespace {

using test::evaluated;
using test::FixedScope;
using ::testing::HasSubstr;

std::string repeated(std::string_view text, int count) {
  std::string result;
  for (int i = 0; i < count; ++i)
    result += text;
  return result;
}

std::string message_of(std::string_view text, const FixedScope& scope = {}, const Limits& limits = {}) {
  const Result<Value> value = evaluated(text, scope, limits);
  EXPECT_THAT(value, test::FailsWith(ErrorCode::bad_request)) << text.substr(0, 80);
  return value ? "succeeded" : value.error().message.text;
}

TEST(Limits, LengthIsBounded) {
  EXPECT_THAT(evaluated("1" + std::string(4095, ' ')), test::Succeeds());
  EXPECT_THAT(message_of("1" + std::string(4096, ' ')), HasSubstr("it has 4097 bytes, and may have 4096"));
}

TEST(Limits, EveryKindOfNestingIsBounded) {
  const auto nested = [](std::string_view open, std::string_view core, std::string_view close, int count) {
    return repeated(open, count) + std::string(core) + repeated(close, count);
  };
  struct Nesting {
    std::string_view open;
    std::string_view core;
    std::string_view close;
  };
  for (const Nesting& kind : {Nesting{"(", "1", ")"},
                              {"[", "1", "]"},
                              {"{a:", "1", "}"},
                              {"!", "1", ""},
                              {"- ", "1", ""},
                              {"1**", "1", ""},
                              {"abs(", "1", ")"},
                              {"1?", "1", ":0"},
                              {"0?0:", "1", ""},
                              {"null??", "1", ""},
                              {"0?:", "1", ""},
                              {"[0][", "0", "]"},
                              {"1+(", "1", ")"}}) {
    EXPECT_THAT(evaluated(nested(kind.open, kind.core, kind.close, 30)), test::Succeeds()) << kind.open;
    EXPECT_THAT(message_of(nested(kind.open, kind.core, kind.close, 100)),
                HasSubstr("nested 64 deep, not deeper"))
        << kind.open;
  }
}

TEST(Limits, LongChainsAreNotDeep) {
  EXPECT_EQ(evaluated("1" + repeated("+1", 2000))->as_int(), 2001);
  EXPECT_EQ(evaluated("0" + repeated("||0", 1300))->as_bool(), false);
  EXPECT_EQ(evaluated("1" + repeated("-1*1", 1000))->as_int(), -999);
  EXPECT_EQ(evaluated("[" + repeated("1,", 2000) + "]")->as_array().size(), 2000U);
  EXPECT_THAT(message_of("$a" + repeated("[0]", 100),
                         [] {
                           FixedScope scope;
                           scope.variables["a"] = Value::list({1});
                           return scope;
                         }()),
              HasSubstr("$a.0 is 1 and has no \"0\""));
}

TEST(Limits, AnExpressionParsedWithOthersIsCheckedAgain) {
  const Result<Expression> deep = parse(repeated("!", 50) + "1");
  ASSERT_THAT(deep, test::Succeeds());
  EXPECT_THAT(evaluate(*deep, FixedScope()), test::Succeeds());
  EXPECT_FALSE(evaluate(*deep, FixedScope(), {.depth = 20}));
}

TEST(Limits, StepsAreBounded) {
  EXPECT_EQ(evaluated("1..90000")->as_array().size(), 90000U);
  for (const std::string_view text :
       {"1..200000", "1..9223372036854775807", "1..1e300", "-1e300..1e300", "1e300..-1e300",
        "count(1..60000) + count(1..60000)", "-9223372036854775807..9223372036854775807"}) {
    EXPECT_THAT(message_of(text), HasSubstr("more than the 100000 steps")) << text;
  }
  EXPECT_THAT(message_of("1+1+1+1+1", {}, {.steps = 5}), HasSubstr("more than the 5 steps"));
}

TEST(Limits, TextsAreBounded) {
  FixedScope scope;
  scope.variables["t"] = std::string(40'000, 'a');
  EXPECT_THAT(evaluated("$t", scope), test::Succeeds());
  EXPECT_THAT(message_of("$t ~ $t", scope),
              HasSubstr("at column 4: this makes a text of more than 65536 bytes"));
  EXPECT_THAT(message_of("str_replace('a', 'bb', $t)", scope), HasSubstr("a text of more than 65536 bytes"));
  EXPECT_THAT(message_of("implode($t, [1, 2, 3, 4])", scope), HasSubstr("a text of more than 65536 bytes"));
  EXPECT_THAT(message_of("json_encode([$t, $t])", scope), HasSubstr("a text of more than 65536 bytes"));
  scope.variables["t"] = std::string(40'000, '/');
  EXPECT_THAT(message_of("urlencode($t)", scope), HasSubstr("a text of more than 65536 bytes"));
}

// Each variable holds ten of the one before: little to make, 10⁹ elements to walk through.
TEST(Limits, SharedPartsCountEachTime) {
  FixedScope scope;
  scope.variables["v0"] = Value::list(std::vector<Value>(10, Value(1)));
  std::string message;
  for (int i = 1; i < 9 && message.empty(); ++i) {
    const std::string before = "$v" + std::to_string(i - 1) + ",";
    const Result<Value> value = evaluated("[" + repeated(before, 10) + "]", scope);
    if (value) {
      scope.variables["v" + std::to_string(i)] = *value;
    } else {
      message = value.error().message.text;
      EXPECT_EQ(i, 4);  // 10⁵ elements are past the limit of 10⁵ steps, which counts the arrays as well
    }
  }
  EXPECT_THAT(message, HasSubstr("more than the 100000 steps"));
}

TEST(Limits, ArraysThatVariablesNestAreBounded) {
  FixedScope scope;
  scope.variables["v"] = 1;
  for (int i = 0; i < 64; ++i) {
    const Result<Value> value = evaluated("[$v]", scope);
    ASSERT_THAT(value, test::Succeeds());
    scope.variables["v"] = *value;
  }
  EXPECT_THAT(message_of("[$v]", scope), HasSubstr("arrays may be nested 64 deep, not deeper"));
}

TEST(Limits, RegularExpressionsAreBounded) {
  FixedScope scope;
  scope.variables["t"] = std::string(30'000, 'a');
  scope.variables["p"] = "/a{0,900}c$/";
  EXPECT_THAT(message_of("'a' matches '/((a{1000}){1000}){1000}/'"), HasSubstr("is not valid: "));
  EXPECT_THAT(message_of("'a' matches '/[^a]{1000}/'"), HasSubstr("it is too large"));
  EXPECT_THAT(message_of("$t matches '/a{0,900}c$/'", scope), HasSubstr("steps"));
  EXPECT_THAT(message_of("$t matches $p", scope), HasSubstr("steps"));
  // What takes a backtracking engine exponential time.
  EXPECT_FALSE(evaluated("$t matches '/^(a+)+$b/'", scope)->as_bool());
}

TEST(Limits, SearchingATextForAPartOfItselfIsPaidFor) {
  FixedScope scope;
  scope.variables["t"] = std::string(60'000, 'a');
  scope.variables["part"] = std::string(30'000, 'a') + "b";
  EXPECT_THAT(message_of("$t contains $part", scope), HasSubstr("steps"));
  EXPECT_THAT(message_of("explode($part, $t)", scope), HasSubstr("steps"));
  EXPECT_THAT(message_of("str_replace($part, '', $t)", scope), HasSubstr("steps"));
  EXPECT_FALSE(evaluated("$t contains 'b'", scope)->as_bool());
}

}  // namespace
}  // namespace rucola::expression
