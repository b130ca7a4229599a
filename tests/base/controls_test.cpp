#include "base/controls.h"

#include <gtest/gtest.h>

namespace rucola {
namespace {

using namespace std::string_view_literals;

TEST(Controls, AreWhatNobodySees) {
  for (const auto control :
       {"\0"sv, "\t"sv, "\n"sv, "\x1b"sv, "\x1f"sv, "\x7f"sv, "\u0080"sv, "\u0085"sv, "\u009b"sv, "\u009f"sv,
        "\u2028"sv, "\u2029"sv, "\u202a"sv, "\u202e"sv, "\u2066"sv, "\u2069"sv}) {
    EXPECT_EQ(control_length(control), control.size()) << testing::PrintToString(control);
    EXPECT_EQ(control_length(std::string(control) + "a"), control.size()) << testing::PrintToString(control);
    EXPECT_TRUE(has_controls("a" + std::string(control))) << testing::PrintToString(control);
  }
}

TEST(Controls, AreNoLettersNorWhatLanguagesNeed) {
  for (const auto text :
       {""sv, " "sv, "~"sv, "\u00a0"sv, "\u00e4"sv, "\u00c2"sv, "\u200c"sv, "\u200d"sv, "\u200e"sv,
        "\u200f"sv, "\u2027"sv, "\u202f"sv, "\u2065"sv, "\u206a"sv, "\u3028"sv, "\U0001F600"sv}) {
    EXPECT_EQ(control_length(text), 0U) << testing::PrintToString(text);
    EXPECT_FALSE(has_controls(text)) << testing::PrintToString(text);
  }
}

TEST(Controls, AreNotFoundInWhatIsNoUtf8) {
  for (const auto text : {"\x85"sv, "\xc2"sv, "\xe2"sv, "\xe2\x80"sv, "\xe2\x81"sv})
    EXPECT_EQ(control_length(text), 0U) << testing::PrintToString(text);
}

TEST(Controls, GiveWayToWhatIsSaid) {
  const auto as_bar = [](std::string_view) { return "|"sv; };
  EXPECT_EQ(with_controls_as("a\u0085b\u202ec\u2069", as_bar), "a|b|c|");
  EXPECT_EQ(with_controls_as("K\u00e4se \u65e5\xff", as_bar), "K\u00e4se \u65e5\xff");
  const auto but_tabs = [](std::string_view control) { return control == "\t" ? control : ""sv; };
  EXPECT_EQ(with_controls_as("\ta\u2066b\n", but_tabs), "\tab");
}

}  // namespace
}  // namespace rucola
