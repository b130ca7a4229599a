#include "base/wording.h"

#include <gtest/gtest.h>

namespace rucola {
namespace {

TEST(WordingTest, QuotesAreShortAndPrintable) {
  EXPECT_EQ(in_quotes("resize"), R"("resize")");
  EXPECT_EQ(in_quotes("a\x01\xc3\xa4\r\nb"), R"("a????b")") << "one for each character";
  EXPECT_EQ(in_quotes(std::string(500, 'x')), '"' + std::string(60, 'x') + "...\"");
  EXPECT_EQ(in_quotes(std::string(60, 'x')), '"' + std::string(60, 'x') + '"');
}

TEST(WordingTest, SuggestsWhatIsNearAndNothingElse) {
  const std::vector<std::string_view> names{"resize", "crop", "rotate"};
  EXPECT_EQ(suggestion("resise", names), R"(; did you mean "resize"?)");
  EXPECT_EQ(suggestion("rotat", names), R"(; did you mean "rotate"?)");
  EXPECT_EQ(suggestion("corp", names), R"(; did you mean "crop"?)");
  EXPECT_EQ(suggestion("explode", names), ".");
  EXPECT_EQ(suggestion("", names), ".");
  EXPECT_EQ(suggestion(std::string(10'000, 'r'), names), ".");
}

/// It ended in "?", and callers put a full stop behind it.
TEST(WordingTest, ASuggestionIsTheEndOfItsSentence) {
  for (const char* written : {"resise", "explode", ""}) {
    const std::string end = suggestion(written, std::vector<std::string_view>{"resize"});
    EXPECT_TRUE(end.ends_with('?') || end == ".") << written;
  }
}

TEST(WordingTest, NumbersAreAsShortAsCanBe) {
  EXPECT_EQ(number_text(200), "200");
  EXPECT_EQ(number_text(1.5), "1.5");
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(-360), "-360");
}

}  // namespace
}  // namespace rucola
