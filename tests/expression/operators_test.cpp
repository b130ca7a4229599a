// Where rucola says something else than PHP, or says it in its own words.
#include <string>

#include <gtest/gtest.h>

#include "expression/fixed_scope.h"
#include "expression/spelled_out.h"

namespace rucola::expression {
namespace {

using test::evaluated;
using test::spelled_out;
using ::testing::HasSubstr;

std::string outcome_of(std::string_view text) {
  return spelled_out(evaluated(text));
}

struct Refused {
  std::string_view text;
  int column;
  std::string_view why;
};

TEST(Operators, RefuseWhatTheyCantWorkWith) {
  for (const auto& [text, column, why] : {
           Refused{"1 / 0", 3, "division by zero"},
           {"1 / '0.0'", 3, "division by zero"},
           {"1 % 0", 3, "modulo by zero"},
           {"1 % 0.5", 3, "modulo by zero"},
           {"'abc' + 1", 7, "\"abc\" is not a number, which \"+\" needs"},
           {"'5px' * 2", 7, "\"5px\" is not a number, which \"*\" needs"},
           {"1 - ''", 3, "\"\" is not a number, which \"-\" needs"},
           {"-'x'", 1, "\"x\" is not a number, which \"-\" needs"},
           {"+[]", 1, "an array is not a number, which \"+\" needs"},
           {"[1] + [2]", 5, "an array is not a number"},
           {"10 ** 400", 4, "the result is too large for a number"},
           {"'1e999' + 1", 9, "\"1e999\" is not a number"},
           {"1e200 * 1e200", 7, "the result is too large for a number"},
           {"(0 - 8) ** 0.5", 9, "the result is not a number"},
           {"1 | 1e30", 3, "1.0E+30 is too large for an integer, which \"|\" needs"},
           {"1 << -1", 3, "a shift by a negative number of places"},
           {"[1] ~ 'a'", 5, "\"~\" joins texts, and an array is none"},
           {"1 in 'abc'", 3,
            "to the right of \"in\" an array is expected, not \"abc\"; to look into a text, write "
            "\"contains\""},
           {"[1] contains 1", 5,
            "\"contains\" looks into a text, not into an array; for arrays, write \"in\""},
           {"[1] matches '/1/'", 5, "\"matches\" looks into a text"},
           {"'a' matches ('/(' ~ '/')", 5, "is not valid: missing )"},
           {"'a' matches (1 + 1)", 5, "compares a text with a regular expression"},
           {"'a' .. 5", 5, "\"a\" is not a number, which \"..\" needs"},
           {"{([1]): 2}", 3, "an array can't be a key"},
       }) {
    EXPECT_THAT(outcome_of(text), HasSubstr("has an error at column " + std::to_string(column) + ": "))
        << text;
    EXPECT_THAT(outcome_of(text), HasSubstr(why)) << text;
  }
}

TEST(Operators, MatchesIsTrueOrFalse) {
  EXPECT_EQ(outcome_of("'image/png' matches '/^image\\\\/(png|gif)$/'"), "true");
  EXPECT_EQ(outcome_of("'ABC' matches '/b/'"), "false");
  EXPECT_EQ(outcome_of("'ABC' matches '#b#i'"), "true");
  EXPECT_EQ(outcome_of("\"a\\nb\" matches '/^b$/m'"), "true");
  EXPECT_EQ(outcome_of("\"a\\nb\" matches '/a.b/'"), "false");
  EXPECT_EQ(outcome_of("\"a\\nb\" matches '{a.b}s'"), "true");
  EXPECT_EQ(outcome_of("'häß' matches '/^h.ß$/u'"), "true");
  EXPECT_EQ(outcome_of("123 matches '/^\\\\d+$/'"), "true");
  EXPECT_EQ(outcome_of("null matches '/^$/'"), "true");
  EXPECT_EQ(outcome_of("'abc' matches '/' ~ 'b/'"), "true");
}

TEST(Operators, BitsAreThoseOfNumbersEvenWhereTheyAreWrittenAsTexts) {
  EXPECT_EQ(outcome_of("'12' & '10'"), "i:8");
  EXPECT_EQ(outcome_of("'12' | 3"), "i:15");
}

TEST(Operators, ASignMakesANumberOfAText) {
  EXPECT_EQ(outcome_of("+'5.5'"), "d:5.5");
  EXPECT_EQ(outcome_of("+true"), "i:1");
}

TEST(Operators, SpacesBetweenWordsMayBeAny) {
  EXPECT_EQ(outcome_of("1 not\n in  [2]"), "true");
  EXPECT_EQ(outcome_of("'abc' starts\twith 'a'"), "true");
  EXPECT_EQ(outcome_of("1in[1]"), "true");
  EXPECT_EQ(outcome_of("'a' ~'b'~ 'c'"), "s:abc");
}

TEST(Functions, NameThemselvesInTheirErrors) {
  for (const auto& [text, column, why] : {
           Refused{"1 + sqrt('x')", 5, "sqrt(): \"x\" is not a number"},
           {"sqrt(-1)", 1, "sqrt(): the result is not a number"},
           {"log(0)", 1, "log(): the result is too large for a number"},
           {"log(5, 1)", 1, "log(): the base of a logarithm is a number above 0 other than 1, not 1"},
           {"intdiv(1, 0)", 1, "intdiv(): division by zero"},
           {"intdiv(-9223372036854775807 - 1, -1)", 1, "intdiv(): the result is too large for an integer"},
           {"intval(1e30)", 1, "intval(): 1.0E+30 is too large for an integer"},
           {"min(5)", 1, "min(): a single value to choose from is expected to be an array"},
           {"max([])", 1, "max(): an empty array has neither a least nor a greatest value"},
           {"strlen([])", 1, "strlen(): a text is expected, not an array"},
           {"substr('a', 'x')", 1, "substr(): \"x\" is not a number"},
           {"count('abc')", 1, "count(): an array is expected, not \"abc\"; for texts, write strlen()"},
           {"explode('', 'a')", 1, "explode(): a separator is expected that is not empty"},
           {"implode([1], ',')", 1, "implode(): a separator and an array are expected, in this order"},
           {"implode(',', [[1]])", 1, "implode(): the elements are expected to be texts"},
       }) {
    EXPECT_THAT(outcome_of(text), HasSubstr("has an error at column " + std::to_string(column) + ": "))
        << text;
    EXPECT_THAT(outcome_of(text), HasSubstr(why)) << text;
  }
}

TEST(Functions, CountCharactersWherePhpCountsBytes) {
  EXPECT_EQ(outcome_of("strlen('häß')"), "i:3");
  EXPECT_EQ(outcome_of("substr('häßlich', 1, 2)"), "s:äß");
  EXPECT_EQ(outcome_of("substr('häßlich', -9223372036854775807, 1)"), "s:h");
  EXPECT_EQ(outcome_of("substr('häßlich', 0, 9223372036854775807)"), "s:häßlich");
  EXPECT_EQ(outcome_of("substr('häßlich', 0, -9223372036854775807)"), "s:");
}

TEST(Functions, EncodeJson) {
  EXPECT_EQ(outcome_of("json_encode({a: [1, 'x\"y', null, true]})"), R"(s:{"a":[1,"x\"y",null,true]})");
}

TEST(Functions, AreListedWithTheirUsage) {
  ASSERT_FALSE(functions().empty());
  EXPECT_EQ(functions().front().name, "min");
  for (const FunctionInfo& function : functions()) {
    EXPECT_TRUE(function.usage.starts_with(std::string(function.name) + "(")) << function.name;
    EXPECT_FALSE(function.help.empty()) << function.name;
  }
}

}  // namespace
}  // namespace rucola::expression
