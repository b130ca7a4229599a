#include "base/hex.h"

#include <array>

#include <gtest/gtest.h>

namespace rucola {
namespace {

TEST(Hex, LowerCaseIsAskedFor) {
  EXPECT_TRUE(is_lower_hex("0123456789abcdef"));
  for (const char* bad : {"A", "g", "0x", " ", "/", ":", "`"})
    EXPECT_FALSE(is_lower_hex(bad)) << bad;
}

TEST(Hex, EveryByteIsReadAsItIsWritten) {
  for (int byte = 0; byte < 256; ++byte) {
    for (const std::string_view digits : {lower_hex_digits, upper_hex_digits}) {
      std::string text;
      append_hex(text, static_cast<unsigned char>(byte), digits);
      ASSERT_EQ(text.size(), 2U);
      EXPECT_EQ(hex_value(text[0]) * 16 + hex_value(text[1]), byte) << text;
    }
  }
  EXPECT_EQ(lower_hex(std::array<unsigned char, 3>{0x00, 0x9a, 0xff}), "009aff");
}

TEST(Hex, NothingElseIsADigit) {
  for (const char c : {'/', ':', '@', 'G', '`', 'g', ' ', '\0', '\xff'})
    EXPECT_EQ(hex_value(c), -1) << c;
}

}  // namespace
}  // namespace rucola
