// Many expressions that nobody would write, the same ones in each run: whatever comes out is a value within
// the limits or an error for a person. tests/fuzz/expression_fuzz.cpp looks further, with libFuzzer.
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "expression/fixed_scope.h"
#include "expression/value.h"
#include "expression/value_json.h"

namespace rucola::expression {
namespace {

using test::FixedScope;
using namespace std::string_view_literals;

constexpr std::array operands{
    "0"sv,      "1"sv,        "-1"sv,      "2.5"sv,      "1e308"sv, "9223372036854775807"sv,
    "'abc'"sv,  "'500'"sv,    "''"sv,      "\"ä\""sv,    "true"sv,  "null"sv,
    "[1, 2]"sv, "{a: 1}"sv,   "$w"sv,      "$list"sv,    "$no"sv,   "image.width"sv,
    "image"sv,  "image.no"sv, "nothing"sv, "'/a|b/i'"sv, "1..9"sv,  "options['jpg.quality']"sv,
    "$long"sv,  "$list[1]"sv};
constexpr std::array operators{" or "sv,
                               " and "sv,
                               " xor "sv,
                               "|"sv,
                               "^"sv,
                               "&"sv,
                               "=="sv,
                               "!="sv,
                               "==="sv,
                               "!=="sv,
                               "<"sv,
                               ">"sv,
                               "<="sv,
                               ">="sv,
                               " in "sv,
                               " not in "sv,
                               ".."sv,
                               "+"sv,
                               "-"sv,
                               "~"sv,
                               "*"sv,
                               "/"sv,
                               "%"sv,
                               "**"sv,
                               "<<"sv,
                               ">>"sv,
                               "??"sv,
                               "?:"sv,
                               " matches "sv,
                               " contains "sv,
                               " starts with "sv,
                               " ends with "sv};
constexpr std::array scraps{"("sv,   ")"sv,    "["sv,  "]"sv,    "{"sv, "}"sv, "?"sv, ":"sv,  ","sv,
                            "."sv,   "?."sv,   "!"sv,  "not "sv, "-"sv, "$"sv, "'"sv, "\""sv, "\\"sv,
                            "\\x"sv, "\xff"sv, "\0"sv, "_"sv,    "e"sv, " "sv, "\n"sv};

/// std::uniform_int_distribution gives other numbers in other libraries.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}

  std::size_t below(std::size_t sides) { return engine_() % sides; }

  template <std::size_t count>
  std::string one_of(const std::array<std::string_view, count>& choices) {
    return std::string(choices.at(below(count)));
  }

 private:
  std::mt19937 engine_;
};

std::string grown(Dice& dice, int depth) {
  if (depth == 0) return dice.one_of(operands);
  switch (dice.below(8)) {
    case 0:
      return "(" + grown(dice, depth - 1) + ")";
    case 1:
      return grown(dice, depth - 1) + " ? " + grown(dice, depth - 1) + " : " + grown(dice, depth - 1);
    case 2: {
      const FunctionInfo& function = functions()[dice.below(functions().size())];
      std::string call = std::string(function.name) + "(" + grown(dice, depth - 1);
      for (std::size_t more = dice.below(3); more > 0; --more)
        call += ", " + grown(dice, depth - 1);
      return call + ")";
    }
    case 3:
      return "[" + grown(dice, depth - 1) + ", " + grown(dice, depth - 1) + "]";
    case 4:
      return "-" + grown(dice, depth - 1);
    default:
      return grown(dice, depth - 1) + dice.one_of(operators) + grown(dice, depth - 1);
  }
}

std::string mutated(Dice& dice, std::string text) {
  for (std::size_t times = 1 + dice.below(4); times > 0 && !text.empty(); --times) {
    const std::size_t place = dice.below(text.size());
    switch (dice.below(4)) {
      case 0:
        text.erase(place, 1 + dice.below(4));
        break;
      case 1:
        text.insert(place, dice.one_of(scraps));
        break;
      case 2:
        text[place] = static_cast<char>(dice.below(256));
        break;
      default:
        text.insert(place, text.substr(dice.below(text.size()), dice.below(40)));
    }
  }
  return text;
}

FixedScope scope() {
  FixedScope scope;
  scope.variables = {{"w", "500"}, {"list", Value::list({1, "2", 3.5})}, {"long", std::string(20'000, 'a')}};
  scope.roots["image"] = Value::map({{"width", 800}, {"format", "jpeg"}});
  scope.roots["options"] = Value::map({{"dpr", 2}, {"jpg.quality", 80}});
  return scope;
}

struct Tally {
  int refused = 0;
  int failed = 0;
  int succeeded = 0;
};

void expect_message(const std::string& message) {
  EXPECT_TRUE(message.starts_with("Expression \"")) << message;
  EXPECT_LT(message.size(), 1000U) << message;
}

void run(const std::string& text, const FixedScope& scope, Tally& tally) {
  const Result<Expression> parsed = parse(text);
  if (!parsed) {
    ++tally.refused;
    EXPECT_EQ(parsed.error().code, ErrorCode::bad_request);
    return expect_message(parsed.error().message.text);
  }
  const auto value = evaluate(*parsed, scope);
  if (!value) {
    ++tally.failed;
    return expect_message(value.error().text);
  }
  ++tally.succeeded;
  const Limits limits;
  EXPECT_LE(value->weight(), limits.steps) << text;
  EXPECT_LE(value->height(), limits.depth) << text;
  EXPECT_LE(value->to_text().size(), limits.text_bytes) << text;
  EXPECT_TRUE(!value->is_double() || std::isfinite(value->as_double())) << text;
}

TEST(HostileExpressions, GrownOnesStayWithinTheLimits) {
  Dice dice(20260101);
  Tally tally;
  const FixedScope values = scope();
  for (int i = 0; i < 60'000; ++i)
    run(grown(dice, static_cast<int>(dice.below(5))), values, tally);
  EXPECT_GT(tally.succeeded, 10'000);
  EXPECT_GT(tally.failed, 10'000);
}

TEST(HostileExpressions, MutatedOnesStayWithinTheLimits) {
  Dice dice(20260202);
  Tally tally;
  const FixedScope values = scope();
  for (int i = 0; i < 60'000; ++i)
    run(mutated(dice, grown(dice, 1 + static_cast<int>(dice.below(4)))), values, tally);
  EXPECT_GT(tally.refused, 10'000);
  EXPECT_GT(tally.succeeded, 1'000);
}

TEST(HostileExpressions, HeapsOfScrapsAreRefused) {
  Dice dice(20260303);
  Tally tally;
  const FixedScope values = scope();
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::size_t pieces = dice.below(60); pieces > 0; --pieces) {
      text += dice.below(3) == 0   ? dice.one_of(scraps)
              : dice.below(2) == 0 ? dice.one_of(operands)
                                   : dice.one_of(operators);
    }
    run(text, values, tally);
  }
  EXPECT_GT(tally.refused, 15'000);
}

}  // namespace
}  // namespace rucola::expression
