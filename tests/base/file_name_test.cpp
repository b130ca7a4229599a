#include "base/file_name.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace rucola {
namespace {

TEST(FileName, StaysAsItIs) {
  for (const char* name : {"", "a.jpg", "Käse.jpg", "a b;c=d\"e\".jpg", ".hidden", "写真.png"})
    EXPECT_EQ(plain_file_name(name), name);
}

TEST(FileName, LosesTheClientsFolders) {
  EXPECT_EQ(plain_file_name("C:\\Users\\anna\\a.jpg"), "a.jpg");
  EXPECT_EQ(plain_file_name("/home/anna/a.jpg"), "a.jpg");
  EXPECT_EQ(plain_file_name("..\\../a.jpg"), "a.jpg");
  EXPECT_EQ(plain_file_name("folder/"), "folder");
  EXPECT_EQ(plain_file_name("/\\"), "");
}

TEST(FileName, IsMadeUtf8) {
  EXPECT_EQ(plain_file_name("K\xE4se.jpg"), "Käse.jpg");
  EXPECT_EQ(plain_file_name("K\xC3\xA4se \xFF.jpg"), "KÃ¤se ÿ.jpg") << "not UTF-8 throughout";
  std::string all;
  for (int byte = 1; byte < 256; ++byte)
    all += static_cast<char>(byte);
  EXPECT_TRUE(is_utf8(plain_file_name(all)));
}

TEST(FileName, IsCutAfterAWholeCharacter) {
  EXPECT_EQ(plain_file_name(std::string(21'000, 'a')).size(), 255U);
  const std::string cut = plain_file_name("a" + std::string(200, '\xE4'));
  EXPECT_EQ(cut.size(), 255U);
  EXPECT_TRUE(is_utf8(cut));
  EXPECT_EQ(plain_file_name(std::string(200, '\xE4')).size(), 254U);
}

}  // namespace
}  // namespace rucola
