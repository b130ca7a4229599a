#include "http/logged_target.h"

#include <gtest/gtest.h>

namespace rucola::http {
namespace {

std::string logged(std::string_view target) {
  std::string storage;
  return std::string(logged_target(target, storage));
}

TEST(LoggedTarget, IsTheTargetWhereNothingIsSigned) {
  for (const char* target : {"/", "*", "/thumb/abcdef.jpg", "/thumb/abcdef.jpg?", "/a?b=c&d=1", "/a?v=%zz%2",
                             "/a%", "/a//b/c@2x.png", "/-http://example.org:80/a@2x.png-.png", "/sig=1/a.jpg",
                             "/a?x=sig=1", "/a?&&", "/a?b=%zz"})
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

/// The log had the password of another server's image, whole.
TEST(LoggedTarget, LeavesOutPasswordsOfAddresses) {
  const std::string before = "/render/acme/dynamic/resize-width-20/-";
  EXPECT_EQ(logged(before + "http://u:SECRETPW@10.0.0.1/x.png-.png"),
            before + "http://…@10.0.0.1/x.png-.png");
  EXPECT_EQ(logged(before + "http:/u:SECRETPW@10.0.0.1/x.png-.png"), before + "http:/…@10.0.0.1/x.png-.png");
  EXPECT_EQ(logged(before + "http://u%3ASECRETPW%4010.0.0.1/x.png-.png"),
            before + "http://…%4010.0.0.1/x.png-.png");
  EXPECT_EQ(logged(before + "http%3A%2F%2Fu%3ASECRETPW%4010.0.0.1%2Fx%402x.png-.png"),
            before + "http%3A%2F%2F…%4010.0.0.1%2Fx%402x.png-.png");
  EXPECT_EQ(logged(before + "http%253a%252f%252fu:SECRETPW%2540h%252fx.png-.png"),
            before + "http%253a%252f%252f…%2540h%252fx.png-.png");
  EXPECT_EQ(logged("/-http://u:SECRET%2FPW@h/a-.png"), "/-http://…@h/a-.png");
  EXPECT_EQ(logged("/-http://u:SECRET@PW@h/a-.png"), "/-http://…@h/a-.png");
  EXPECT_EQ(logged("/a.png?v={%22url%22:%22http://u:SECRETPW@h/a%22}"),
            "/a.png?v={%22url%22:%22http://…@h/a%22}");
}

TEST(LoggedTarget, LeavesOutKeysAndTokens) {
  EXPECT_EQ(logged("/a?api_key=SECRET&b=c"), "/a?api_key=…&b=c");
  EXPECT_EQ(logged("/a?b=c&Access-Token=SECRET"), "/a?b=c&Access-Token=…");
  EXPECT_EQ(logged("/a?X-Amz-Signature=SECRET%26SECRET"), "/a?X-Amz-Signature=…");
  EXPECT_EQ(logged("/-http://h/a.png%3Ftoken%3DSECRET%26b%3Dc-.png?v=1"),
            "/-http://h/a.png%3Ftoken=…%26b%3Dc-.png?v=1");
  EXPECT_EQ(logged("/-http://h/a.png%3Ftoken%3DSECRET-.png?v=1"), "/-http://h/a.png%3Ftoken=…?v=1");
  EXPECT_EQ(logged("/a?url=http://u:SECRET@h/?sig=SECRET&b=c"), "/a?url=http://…@h/?sig=…&b=c");
}

}  // namespace
}  // namespace rucola::http
