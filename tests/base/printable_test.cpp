#include "base/printable.h"

#include <string>

#include <gtest/gtest.h>

namespace rucola {
namespace {

TEST(Printable, GoesFromTheBlankToTheTilde) {
  for (std::size_t length = 0; length <= 20; ++length) {
    EXPECT_TRUE(is_printable_ascii(std::string(length, ' ')));
    EXPECT_TRUE(is_printable_ascii(std::string(length, '~')));
    for (std::size_t at = 0; at < length; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        for (const char others : {' ', '~', '\xff'}) {
          std::string text(length, others);
          text[at] = static_cast<char>(byte);
          const bool printable = (others != '\xff' || length == 1) && byte >= 0x20 && byte <= 0x7e;
          ASSERT_EQ(is_printable_ascii(text), printable) << length << ' ' << at << ' ' << byte;
        }
      }
    }
  }
}

}  // namespace
}  // namespace rucola
