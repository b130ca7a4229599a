#include "base/ascii.h"

#include <gtest/gtest.h>

namespace rucola {
namespace {

TEST(Ascii, OnlyTheCaseOfLettersDoesNotCount) {
  EXPECT_TRUE(equal_ignoring_case("Cache-Tag", "cACHE-tAG"));
  EXPECT_TRUE(equal_ignoring_case("", ""));
  EXPECT_FALSE(equal_ignoring_case("xkey", "xkeys"));
  EXPECT_FALSE(equal_ignoring_case("[", "{")) << "as far apart as a letter's two cases";
  EXPECT_FALSE(equal_ignoring_case("\xC4", "\xE4"));
}

}  // namespace
}  // namespace rucola
