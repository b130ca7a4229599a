#include "http/logged_target.h"

#include <gtest/gtest.h>

namespace rucola::http {
namespace {

std::string logged(std::string_view target) {
  std::string storage;
  return std::string(logged_target(target, storage));
}

TEST(LoggedTarget, IsTheTargetWhereNothingIsSigned) {
  for (const char* target : {"/", "*", "/thumb/abcdef.jpg", "/thumb/abcdef.jpg?", "/a?b=c&signed=1",
                             "/sig=1/a.jpg", "/a?x=sig=1", "/a?&&", "/a?b=%zz"})
    EXPECT_EQ(logged(target), target);
}

TEST(LoggedTarget, LeavesOutSignatures) {
  EXPECT_EQ(logged("/a.jpg?sig=0123456789abcdef"), "/a.jpg?sig=…");
  EXPECT_EQ(logged("/a.jpg?sigopts=%7B%7D&sig=0123&v=1"), "/a.jpg?sigopts=%7B%7D&sig=…&v=1");
  EXPECT_EQ(logged("/a.jpg?sig=1&b=2&sig=3"), "/a.jpg?sig=…&b=2&sig=…");
  EXPECT_EQ(logged("/a.jpg?sig"), "/a.jpg?sig=…");
  EXPECT_EQ(logged("/a.jpg?sig="), "/a.jpg?sig=…");
}

TEST(LoggedTarget, KnowsASignatureHoweverItsNameIsWritten) {
  EXPECT_EQ(logged("/a.jpg?%73ig=0123"), "/a.jpg?%73ig=…");
  EXPECT_EQ(logged("/a.jpg?s%69%67=0123&x=y"), "/a.jpg?s%69%67=…&x=y");
}

}  // namespace
}  // namespace rucola::http
