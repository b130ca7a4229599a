#include "base/logged_text.h"

#include <gtest/gtest.h>

namespace rucola {
namespace {

std::string logged(std::string_view text) {
  std::string storage;
  EXPECT_EQ(logged_text(text), logged_text(text, storage));
  return std::string(logged_text(text, storage));
}

TEST(LoggedText, IsTheTargetWhereNothingIsSigned) {
  for (const char* target : {"/", "*", "/thumb/abcdef.jpg", "/thumb/abcdef.jpg?", "/a?b=c&d=1", "/a?v=%zz%2",
                             "/a%", "/a//b/c@2x.png", "/-http://example.org:80/a@2x.png-.png", "/sig=1/a.jpg",
                             "/a?x=sig=1", "/a?&&", "/a?b=%zz"})
    EXPECT_EQ(logged(target), target);
}

TEST(LoggedText, LeavesOutSignatures) {
  EXPECT_EQ(logged("/a.jpg?sig=0123456789abcdef"), "/a.jpg?sig=…");
  EXPECT_EQ(logged("/a.jpg?sigopts=%7B%7D&sig=0123&v=1"), "/a.jpg?sigopts=%7B%7D&sig=…&v=1");
  EXPECT_EQ(logged("/a.jpg?sig=1&b=2&sig=3"), "/a.jpg?sig=…&b=2&sig=…");
  EXPECT_EQ(logged("/a.jpg?sig"), "/a.jpg?sig=…");
  EXPECT_EQ(logged("/a.jpg?sig="), "/a.jpg?sig=…");
}

TEST(LoggedText, KnowsASignatureHoweverItsNameIsWritten) {
  EXPECT_EQ(logged("/a.jpg?%73ig=0123"), "/a.jpg?%73ig=…");
  EXPECT_EQ(logged("/a.jpg?s%69%67=0123&x=y"), "/a.jpg?s%69%67=…&x=y");
}

/// The log had the password of another server's image, whole.
TEST(LoggedText, LeavesOutPasswordsOfAddresses) {
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

TEST(LoggedText, LeavesOutKeysAndTokens) {
  EXPECT_EQ(logged("/a?api_key=SECRET&b=c"), "/a?api_key=…&b=c");
  EXPECT_EQ(logged("/a?b=c&Access-Token=SECRET"), "/a?b=c&Access-Token=…");
  EXPECT_EQ(logged("/a?X-Amz-Signature=SECRET%26SECRET"), "/a?X-Amz-Signature=…");
  EXPECT_EQ(logged("/-http://h/a.png%3Ftoken%3DSECRET%26b%3Dc-.png?v=1"),
            "/-http://h/a.png%3Ftoken=…%26b%3Dc-.png?v=1");
  EXPECT_EQ(logged("/-http://h/a.png%3Ftoken%3DSECRET-.png?v=1"), "/-http://h/a.png%3Ftoken=…?v=1");
  EXPECT_EQ(logged("/a?url=http://u:SECRET@h/?sig=SECRET&b=c"), "/a?url=http://…@h/?sig=…&b=c");
}

/// Messages quote what was asked for.
TEST(LoggedText, LeavesOutWhatAMessageQuotes) {
  EXPECT_EQ(logged("\"http://u:SECRET@h/a\" is neither a modifier nor an image."),
            "\"http://…@h/a\" is neither a modifier nor an image.");
  EXPECT_EQ(logged("a.png?token=SECRET: The file is not an image."), "a.png?token=…");
}

TEST(LoggedText, KeepsSentencesAndSql) {
  for (const char* text :
       {"Is it the right key? A token = a key.", "Salt & pepper = a secret",
        "prepare \"SELECT a FROM b WHERE c = ? AND key = ?2\": no such table (SQLite 1)",
        "GET /sourceimages/{organization}?user:array:albums=… with a key lists the images"})
    EXPECT_EQ(logged(text), text);
}

}  // namespace
}  // namespace rucola
