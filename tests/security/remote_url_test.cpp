#include "security/remote_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::security {
namespace {

using ::testing::HasSubstr;

std::string filename(const std::string& url) {
  return filename_of(parse_remote_url(url).value());
}

TEST(RemoteUrl, TakesHttpAndHttps) {
  for (const char* url : {"http://example.com/a.jpg", "https://example.com", "HTTPS://EXAMPLE.com:8443/a?b#c",
                          "http://[2001:db8::1]/a.jpg", "http://127.0.0.1/", "http://example.com/a b.jpg"}) {
    EXPECT_TRUE(parse_remote_url(url)) << url;
  }
}

TEST(RemoteUrl, RefusesWhatIsNoAbsoluteUrl) {
  for (const std::string& url :
       {std::string(), std::string("/a.jpg"), std::string("http://"), std::string("http://exa mple.com/"),
        std::string("http://example.com:99999/"), std::string("http://[::1/"),
        std::string("http://example.com/a\0b", 22), std::string("http://example.com/\r\nX: y")}) {
    const auto parsed = parse_remote_url(url);
    ASSERT_FALSE(parsed) << url;
    EXPECT_EQ(parsed.error().code, ErrorCode::bad_request);
  }
}

TEST(RemoteUrl, RefusesOtherSchemes) {
  for (const char* url : {"file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "ftp://example.com/a.jpg",
                          "dict://127.0.0.1:11211/stats", "ldap://127.0.0.1/", "smb://host/share",
                          "scp://host/file", "data:image/png;base64,AAAA", "unix:///var/run/docker.sock"}) {
    const auto parsed = parse_remote_url(url);
    ASSERT_FALSE(parsed) << url;
    EXPECT_EQ(parsed.error().code, ErrorCode::bad_request);
  }
  EXPECT_THAT(parse_remote_url("gopher://127.0.0.1/").error().message.text, HasSubstr("not gopher"));
}

TEST(RemoteUrl, RefusesUserNames) {
  for (const char* url :
       {"http://user@example.com/", "http://user:pass@example.com/", "http://:pass@example.com/"}) {
    const auto parsed = parse_remote_url(url);
    ASSERT_FALSE(parsed) << url;
    EXPECT_THAT(parsed.error().message.text, HasSubstr("user name"));
  }
}

TEST(RemoteUrl, FilenameIsTheLastSegment) {
  EXPECT_EQ(filename("http://example.com/a/b/logo.png"), "logo.png");
  EXPECT_EQ(filename("http://example.com/logo.png?v=1/2#x/y"), "logo.png");
  EXPECT_EQ(filename("http://example.com/a/"), "");
  EXPECT_EQ(filename("http://example.com"), "");
}

TEST(RemoteUrl, FilenameIsDecodedWhereItCanBeRead) {
  EXPECT_EQ(filename("http://example.com/my%20logo.png"), "my logo.png");
  EXPECT_EQ(filename("http://example.com/gr%C3%BCn.png"), "gr\xC3\xBCn.png");
  EXPECT_EQ(filename("http://example.com/%F0%9F%8C%BF.png"), "\xF0\x9F\x8C\xBF.png");
  for (const char* name :
       {"a%00b.png", "a%0Ab.png", "a%1Bb.png", "a%7Fb.png",  // control characters
        "a%C2%85b.png", "a%E2%80%A8b.png", "a%E2%80%AEgpj.exe", "a%E2%81%A6b.png", "a%FF.png", "a%C3.png",
        "%C3(", "%C0%AF", "%E0%80%AF", "%ED%A0%80", "%F5%80%80%80", "%F4%90%80%80", "%80"}) {
    EXPECT_EQ(filename("http://example.com/" + std::string(name)), name);
  }
}

TEST(RemoteUrl, FilenameIsCutBetweenCharacters) {
  EXPECT_EQ(filename("http://example.com/" + std::string(300, 'a')), std::string(255, 'a'));
  std::string encoded;
  for (int i = 0; i < 200; ++i)
    encoded += "%C3%BC";
  EXPECT_EQ(filename("http://example.com/" + encoded).size(), 254U);
}

}  // namespace
}  // namespace rucola::security
