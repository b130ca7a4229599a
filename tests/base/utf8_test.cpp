#include "base/utf8.h"

#include <gtest/gtest.h>

namespace rucola {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, TellsTheLengthOfASequence) {
  EXPECT_EQ(utf8_sequence_length("a\xff"), 1U);
  EXPECT_EQ(utf8_sequence_length("\0"sv), 1U);
  EXPECT_EQ(utf8_sequence_length("\u00e9"), 2U);
  EXPECT_EQ(utf8_sequence_length("\u20ac and more"), 3U);
  EXPECT_EQ(utf8_sequence_length("\U0010FFFF"), 4U);
}

TEST(Utf8, KnowsWhatIsNone) {
  for (const char* text :
       {"\x80", "\xff", "\xc3", "\xc3(", "\xe2\x82", "\xc0\xaf", "\xc1\x81", "\xe0\x80\x80", "\xed\xa0\x80",
        "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80"}) {
    EXPECT_EQ(utf8_sequence_length(text), 0U) << testing::PrintToString(text);
  }
}

TEST(Utf8, ATextIsUtf8WhereAllOfItIs) {
  for (const char* text : {"", "plain", "\u00e9\u20acz\U0010FFFF"})
    EXPECT_TRUE(is_utf8(text)) << text;
  for (const char* text : {"a\xff", "\u20ac\xed\xa0\x80", "a\xc3"})
    EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
}

TEST(Utf8, ACodePointIsWrittenInAsManyBytesAsItTakes) {
  EXPECT_EQ(utf8_of(U'a'), "a");
  EXPECT_EQ(utf8_of(U'\u00e9'), "\u00e9");
  EXPECT_EQ(utf8_of(U'\u20ac'), "\u20ac");
  EXPECT_EQ(utf8_of(U'\U0010FFFF'), "\U0010FFFF");
  EXPECT_EQ(utf8_of(char32_t{0xd800}), "") << "half of a surrogate pair";
  EXPECT_EQ(utf8_of(char32_t{0x110000}), "") << "past the last one";
}

TEST(Utf8, BytesOfNoCharacterAreReplaced) {
  EXPECT_EQ(well_formed_utf8("z\u20ac"), "z\u20ac");
  EXPECT_EQ(well_formed_utf8("a\xff"
                             "b\xc3"),
            "a\uFFFD"
            "b\uFFFD");
  EXPECT_EQ(well_formed_utf8("\xe2\x82"
                             "c"),
            "\uFFFD\uFFFD"
            "c");
}

TEST(Utf8, NamesThatSomeFileSystemTakesForTheSameAreOne) {
  EXPECT_EQ(caseless("Lake.JPG"), "lake.jpg");
  EXPECT_EQ(caseless("\u00dcber"), caseless("U\u0308BER")) << "however the accent is put on";
  EXPECT_NE(caseless("uber"), caseless("\u00fcber"));
  EXPECT_EQ(caseless(""), "");
}

TEST(Utf8, IsCutAfterAWholeCharacter) {
  EXPECT_EQ(cut_to("plain", 5), "plain");
  EXPECT_EQ(cut_to("plain", 4), "plai");
  EXPECT_EQ(cut_to("a\u20ac", 4), "a\u20ac");
  EXPECT_EQ(cut_to("a\u20ac", 3), "a");
  EXPECT_EQ(cut_to("\u20ac", 2), "");
  EXPECT_EQ(cut_to("", 0), "");
}

}  // namespace
}  // namespace rucola
