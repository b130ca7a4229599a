#include "base/latin_1.h"

#include <gtest/gtest.h>

namespace rucola {
namespace {

TEST(Latin1, IsWhatIsNoUtf8) {
  EXPECT_EQ(as_utf8(""), "");
  EXPECT_EQ(as_utf8("\u00e9\u20ac"), "\u00e9\u20ac");
  EXPECT_EQ(as_utf8("caf\xe9 \xff"), "caf\u00e9 \u00ff");
}

}  // namespace
}  // namespace rucola
