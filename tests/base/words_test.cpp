#include "base/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Words, AreSplitAtWhatIsNeitherLetterNorDigit) {
  EXPECT_THAT(words_of("IMG_1234-final (2).jpg"), ElementsAre("img", "1234", "final", "2", "jpg"));
  EXPECT_THAT(words_of(" ... "), IsEmpty());
  EXPECT_THAT(words_of(""), IsEmpty());
}

TEST(Words, HaveNoCaseAndNoAccents) {
  EXPECT_THAT(words_of("Über STRASSE Straße"), ElementsAre("uber", "strasse"));
  EXPECT_THAT(words_of("e\xCC\x81t\xC3\xA9"), ElementsAre("ete")) << "composed or not";
  EXPECT_THAT(words_of("ﬁnd Ⅻ"), ElementsAre("find", "xii"));
}

TEST(Words, OfOtherScriptsAreWords) {
  EXPECT_THAT(words_of("Москва 東京 ١٢"), ElementsAre("москва", "東京", "١٢"));
}

TEST(Words, ThatAreNoUtf8SeparateOthers) {
  EXPECT_THAT(words_of("a\xFF"
                       "b"),
              ElementsAre("a", "b"));
}

TEST(Words, AreCutAtACharacter) {
  std::string text;
  for (int i = 0; i < 50; ++i)
    text += "ж";  // two bytes
  const auto words = words_of(text + "x");
  ASSERT_EQ(words.size(), 1U);
  EXPECT_EQ(words[0].size(), longest_word_bytes);
  EXPECT_EQ(words_of("a" + text)[0].size(), longest_word_bytes - 1);
}

}  // namespace
}  // namespace rucola
