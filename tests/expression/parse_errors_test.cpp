#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "expression/expression.h"
#include "result_matchers.h"

namespace rucola::expression {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Mistake {
  std::string text;
  int column;
  std::string said;
};

void PrintTo(const Mistake& mistake, std::ostream* out) {
  *out << mistake.text;
}

class ParseErrors : public testing::TestWithParam<Mistake> {};

TEST_P(ParseErrors, NameTheColumnAndWhatIsExpected) {
  const Result<Expression> parsed = parse(GetParam().text);
  ASSERT_THAT(parsed, test::FailsWith(ErrorCode::bad_request));
  const std::string& message = parsed.error().message.text;
  EXPECT_THAT(message, HasSubstr("Expression \"" + GetParam().text.substr(0, 20)));
  EXPECT_THAT(message, HasSubstr("\" has an error at column " + std::to_string(GetParam().column) + ": "));
  EXPECT_THAT(message, HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    All, ParseErrors,
    testing::Values(
        Mistake{"", 1, "it is empty"}, Mistake{"   ", 1, "it is empty"},
        Mistake{"$w <", 5, "an operand is expected (a number, a text, $variable, image.…, a function call"},
        Mistake{"$w < ", 6, "an operand is expected"}, Mistake{"1 + * 2", 5, "\"*\" stands here"},
        Mistake{"1 and or 2", 7, "\"or\" stands here"}, Mistake{"1 2", 3, "an operator"},
        Mistake{"500px", 4, "\"px\" stands here"}, Mistake{"$w $h", 4, "\"$h\" stands here"},
        Mistake{"(1 + 2", 7, "\")\" is expected after the \"(\" before it, but the expression ends here"},
        Mistake{"(1 + 2]", 7, "\")\" is expected"}, Mistake{"1 + 2)", 6, "closes nothing that was opened"},
        Mistake{"[1, 2", 6, "\",\" or \"]\" is expected"}, Mistake{"[1 2]", 4, "\",\" or \"]\" is expected"},
        Mistake{"[,]", 2, "an operand is expected"}, Mistake{"{a 1}", 4, "\":\" is expected after a key"},
        Mistake{"{$a: 1}", 2, "a key is expected"}, Mistake{"{a: 1", 6, "\",\" or \"}\" is expected"},
        Mistake{"$w = 5", 4, "to compare, write \"==\""}, Mistake{"1 + 2e308", 5, "this number is too large"},
        Mistake{"$", 1, "a variable's name"}, Mistake{"$ w", 1, "a variable's name"},
        Mistake{"1 # 2", 3, "the character \"#\" has no meaning here"},
        Mistake{"image.", 7, "a property's name is expected after the point"},
        Mistake{"image.width()", 12, "properties can't be called"},
        Mistake{"image[", 7, "an operand is expected"}, Mistake{"image['width'", 14, "\"]\" is expected"},
        Mistake{"'abc", 1, "has no closing '"}, Mistake{"1 ~ \"abc\\", 5, "has no closing \""},
        Mistake{"'a\\d'", 3,
                "\"\\d\" is no escape; for a backslash, as in regular expressions, write \"\\\\d\""},
        Mistake{"'\\xff'", 2, "numbered escapes end at"}, Mistake{"'\\377'", 2, "numbered escapes end at"},
        Mistake{"nope(1)", 1, "there is no function \"nope\"; the functions are min, max, abs"},
        Mistake{"1 + round()", 5, "round() takes 1 or 2 values, not 0: round(number, places = 0)"},
        Mistake{"pi(1)", 1, "pi() takes 0 values, not 1"},
        Mistake{"sqrt(1, 2)", 1, "sqrt() takes 1 value, not 2"},
        Mistake{"substr('a')", 1, "substr() takes 2 or 3 values, not 1"},
        Mistake{"min()", 1, "min() takes 1 or more values, not 0"},
        Mistake{"max(1 2)", 7, "\",\" or \")\" is expected after the \"(\" before it"},
        Mistake{"max(1,)", 7, "an operand is expected"},
        Mistake{"'a' matches '/(/'", 13, "the regular expression \"/(/\" is not valid: missing )"},
        Mistake{"'a' matches 'a'", 13, "it stands between two delimiters"},
        Mistake{"'a' matches '/a'", 13, "it has no closing delimiter \"/\""},
        Mistake{"'a' matches '/a/x'", 13, "the modifiers i, m, s, u, U and D may stand, not \"x\""},
        Mistake{"'a' matches '/(?=a)/'", 13, "look-around and back references are not supported"},
        Mistake{"'a' matches '/(a)\\\\1/'", 13, "look-around and back references are not supported"}));

TEST(ParseErrors, ColumnsCountCharactersNotBytes) {
  const Result<Expression> parsed = parse("'häßlich' ~ ?");
  ASSERT_THAT(parsed, test::FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(parsed.error().message.text,
              HasSubstr("Expression \"'h??lich' ~ ?\" has an error at column 13: "));
}

TEST(ParseErrors, OfALongExpressionThePartAroundTheErrorIsShown) {
  const std::string before(300, '1');
  const Result<Expression> parsed = parse(before + " + here * ) " + std::string(300, ' '));
  ASSERT_THAT(parsed, test::FailsWith(ErrorCode::bad_request));
  const std::string& message = parsed.error().message.text;
  EXPECT_THAT(message, HasSubstr("at column 311: "));
  EXPECT_THAT(message, HasSubstr("11 + here * ) "));
  EXPECT_THAT(message, HasSubstr("Expression \"...11"));
  EXPECT_LT(message.size(), 300U);
}

TEST(ParseErrors, ControlCharactersStayOutOfMessages) {
  const Result<Expression> parsed = parse("1 +\n\x01\x1b[31m");
  ASSERT_THAT(parsed, test::FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(parsed.error().message.text, Not(HasSubstr("\n")));
  EXPECT_THAT(parsed.error().message.text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace rucola::expression
