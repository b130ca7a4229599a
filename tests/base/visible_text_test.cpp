#include "base/visible_text.h"

#include <gtest/gtest.h>

namespace rucola {
namespace {

using namespace std::string_view_literals;

TEST(VisibleText, IsWhatPeopleSee) {
  for (const auto text :
       {""sv, "a b"sv, "\u00e4@example.com"sv, "\u65e5\u672c"sv, "a\u0301"sv, "\U0001F600"sv})
    EXPECT_TRUE(is_visible_text(text)) << text;
}

TEST(VisibleText, HidesAndTurnsNothing) {
  for (const auto text : {"a\tb"sv, "a\nb"sv, "a\0b"sv, "a\x7f"sv, "a\xc2\x85"sv, "a\u00a0b"sv, "a\u00adb"sv,
                          "a\u200bb"sv, "a\u200fb"sv, "a\u2028b"sv, "a\u202eb"sv, "a\u2066b"sv, "\ufeffa"sv,
                          "a\ue000"sv, "a\U000E0061"sv, "a\uffff"sv}) {
    EXPECT_FALSE(is_visible_text(text)) << testing::PrintToString(text);
  }
}

TEST(VisibleText, IsUtf8) {
  for (const auto text : {"\xff"sv, "a\xc3"sv, "\xed\xa0\x80"sv})
    EXPECT_FALSE(is_visible_text(text)) << testing::PrintToString(text);
}

}  // namespace
}  // namespace rucola
