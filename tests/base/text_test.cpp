#include "base/text.h"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace rucola {
namespace {

TEST(Text, IsTrimmedAtBothEnds) {
  EXPECT_EQ(trimmed(" \t a b\t "), "a b");
  EXPECT_EQ(trimmed("a"), "a");
  EXPECT_EQ(trimmed(" \t"), "");
  EXPECT_EQ(trimmed(""), "");
  EXPECT_EQ(trimmed("\na\n"), "\na\n") << "line ends are no blanks";
  EXPECT_EQ(trimmed("\r\na \n", " \r\n"), "a");
}

TEST(Text, IsJoined) {
  EXPECT_EQ(joined(std::vector<std::string>{"a", "b", "c"}), "a, b, c");
  EXPECT_EQ(joined(std::vector<std::string>{"a"}), "a");
  EXPECT_EQ(joined(std::vector<std::string>{}), "");
  EXPECT_EQ(joined(std::vector<std::string>{"", "", "b"}, "/"), "//b") << "an empty item is one";
  const std::vector<std::pair<int, std::string_view>> named{{1, "one"}, {2, "two"}};
  EXPECT_EQ(joined(named, " ", &std::pair<int, std::string_view>::second), "one two");
}

}  // namespace
}  // namespace rucola
