#include "http/authority.h"

#include <gtest/gtest.h>

namespace rucola::http {
namespace {

TEST(ParseHost, DropsPortAndCase) {
  EXPECT_EQ(parse_host("Acme.LocalHost:8080"), "acme.localhost");
  EXPECT_EQ(parse_host("acme.localhost."), "acme.localhost");
  EXPECT_EQ(parse_host("acme.localhost:"), "acme.localhost");
  EXPECT_EQ(parse_host("127.0.0.1:1"), "127.0.0.1");
  EXPECT_EQ(parse_host("[::1]:8080"), "[::1]");
  EXPECT_EQ(parse_host("[2001:DB8::1]"), "[2001:db8::1]");
}

TEST(ParseHost, RefusesWhatIsNoHost) {
  for (const char* bad :
       {"",    ":80",  "a b", "a/b",    "a?b", "a@b", "a:b",  "a:-1",      "a:99999", "a:1:2",
        "::1", "[::1", "[x]", "[::1]x", "[]",  ".a",  "a..b", "a\xc3\xa4", "a,b",     "[127.0.0.1]"}) {
    EXPECT_EQ(parse_host(bad), std::nullopt) << bad;
    EXPECT_FALSE(is_authority(bad)) << bad;
  }
  EXPECT_EQ(parse_host(std::string(254, 'a')), std::nullopt);
}

}  // namespace
}  // namespace rucola::http
