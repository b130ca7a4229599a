#include "base/base64url.h"

#include <gtest/gtest.h>

namespace rucola::test {
namespace {

using namespace std::string_view_literals;

TEST(Base64Url, TheExamplesOfTheRfc) {
  EXPECT_EQ(base64url(""), "");
  EXPECT_EQ(base64url("f"), "Zg");
  EXPECT_EQ(base64url("fo"), "Zm8");
  EXPECT_EQ(base64url("foo"), "Zm9v");
  EXPECT_EQ(base64url("\xFB\xFF\xFE"sv), "-__-");
}

TEST(Base64Url, IsReadAsItIsWritten) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) {
    bytes += static_cast<char>(byte);
    EXPECT_EQ(parse_base64url(base64url(bytes)), bytes) << byte;
  }
}

TEST(Base64Url, NoTwoTextsMeanTheSame) {
  for (const std::string_view text : {"Zg=="sv, "Zh"sv, "Zg "sv, " Zg"sv, "Z"sv, "Zm9v+"sv, "+/+/"sv,
                                      "Zg\n"sv, "Zm9v\0"sv, "\xC3\xA4\xC3\xA4"sv, "="sv, "===="sv})
    EXPECT_FALSE(parse_base64url(text)) << text;
}

}  // namespace
}  // namespace rucola::test
