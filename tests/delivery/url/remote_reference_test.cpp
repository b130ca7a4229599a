#include "delivery/url/remote_reference.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::delivery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const RemotePolicy everything{.full_urls = true, .hosts = {}, .base = "https://example.org/up"};

std::string shown(std::string_view reference, const RemotePolicy& policy = everything) {
  const auto url = remote_url(reference, policy);
  return url ? *url : url.error().message.text;
}

TEST(RemoteReference, FullUrlsAreEncodedWhereTheyMustBe) {
  EXPECT_EQ(shown("https://a.example/b.jpg"), "https://a.example/b.jpg");
  EXPECT_EQ(shown("https:/a.example/b.jpg"), "https://a.example/b.jpg");
  EXPECT_EQ(shown("HTTPS://a.example/B.jpg"), "https://a.example/B.jpg");
  EXPECT_EQ(shown("http://a.example:8080/b c/ü.jpg?d=e&f=%20"),
            "http://a.example:8080/b%20c/%C3%BC.jpg?d=e&f=%20");
}

TEST(RemoteReference, PathsStayBehindTheBase) {
  EXPECT_EQ(shown("2017/06/a.jpg"), "https://example.org/up/2017/06/a.jpg");
  EXPECT_EQ(shown("a b.jpg", {.full_urls = false, .hosts = {}, .base = "https://example.org/"}),
            "https://example.org/a%20b.jpg");
  EXPECT_EQ(shown(".evil.example/a.jpg", {.full_urls = false, .hosts = {}, .base = "https://example.org"}),
            "https://example.org/.evil.example/a.jpg");
  EXPECT_EQ(shown("100%/a%2Eb%3F%2e.jpg"), "https://example.org/up/100%/a%2Eb%3F%2e.jpg");
  for (const char* path :
       {"../a.jpg", "a/../../b.jpg", "./a.jpg", "a/..", "a?b", "a#b", "a\\b", "%2e%2e/a.jpg", "a/.%2E/b.jpg",
        "..%2fa.jpg", "%2e/a", "a%5C..%5cb", "%2e%2e/100%.jpg"})
    EXPECT_THAT(shown(path), HasSubstr("may hold no")) << path;
}

/// "..;/" left the base path where a servlet container answered: it takes the segment without its parameters.
TEST(RemoteReference, NoWayOutOfTheBaseThatAnotherServerMightSee) {
  for (const std::string& path : {std::string("..;/a.jpg"),
                                  std::string("..;x=1/a.jpg"),
                                  std::string("a/..;/..;/b.jpg"),
                                  std::string(".;/a.jpg"),
                                  std::string("%2e%2e;x=1/a.jpg"),
                                  std::string("%2E.%3b/a.jpg"),
                                  std::string("..%3Bx%3D1%2Fa.jpg"),
                                  std::string("%252e%252e/a.jpg"),
                                  std::string("%25252E./a.jpg"),
                                  std::string("..%252fa.jpg"),
                                  std::string("..%255ca.jpg"),
                                  std::string("a%255c..%255cb.jpg"),
                                  std::string("%2%65%2%65/a.jpg"),
                                  std::string("%u002e%u002e/a.jpg"),
                                  std::string("..%u002fa.jpg"),
                                  std::string("%c0%ae%c0%ae/a.jpg"),
                                  std::string("..%c0%afa.jpg"),
                                  std::string("%e0%80%ae./a.jpg"),
                                  std::string("%f0%80%80%ae./a.jpg"),
                                  std::string("..%c1%9ca.jpg"),
                                  std::string("..%c0%2fa.jpg"),
                                  std::string("%25c0%25ae./a.jpg"),
                                  std::string("..\xef\xbc\x8f").append("a.jpg"),
                                  std::string("\xef\xbc\x8e\xef\xbc\x8e/a.jpg"),
                                  std::string("%e2%80%a5/a.jpg"),
                                  std::string("..%0a/a.jpg"),
                                  std::string(".%09./a.jpg"),
                                  std::string("..%20/a.jpg"),
                                  std::string(".../a.jpg"),
                                  std::string("..%00/a.jpg"),
                                  std::string("..%00b/a.jpg"),
                                  std::string("..%3Fb/a.jpg"),
                                  std::string("..::$INDEX_ALLOCATION/a.jpg"),
                                  std::string("a/..;")}) {
    EXPECT_THAT(shown(path), HasSubstr("may hold no")) << path;
    EXPECT_FALSE(remote_url(path, everything)) << path;
  }
}

TEST(RemoteReference, WhatOnlyLooksLikeAWayOutIsAName) {
  for (const char* path :
       {"a;x=1/b.jpg", "a..b/c.jpg", "..a/b.jpg", "a../b.jpg", ".well-known/a.jpg", "a;../b.jpg",
        "100%/a.jpg", "100%25/a.jpg", "%C0%20la%20carte.jpg", "a%3Fb.jpg", "a%252Fb.jpg", "a%u00e9.jpg"})
    EXPECT_EQ(shown(path), "https://example.org/up/" + std::string(path)) << path;
}

TEST(RemoteReference, EscapesWithoutEndTakeNoTimeWithoutEnd) {
  std::string path = "%";
  while (path.size() < 2000)
    path += "25";
  EXPECT_TRUE(remote_url(path + "2e.jpg", everything));
  EXPECT_FALSE(remote_url(std::string(1'000'000, '%'), everything));
}

TEST(RemoteReference, WhatIsNotAllowedIsRefused) {
  EXPECT_THAT(shown("https://a.example/b.jpg", {}), HasSubstr("remote_fullurl_allow"));
  EXPECT_THAT(shown("a.jpg", {}), HasSubstr("remote_basepath"));
  EXPECT_EQ(remote_url("a.jpg", {}).error().code, ErrorCode::forbidden);
  EXPECT_THAT(shown("https://user@a.example/b.jpg"), HasSubstr("user name"));
  EXPECT_THAT(shown("https://a.example\\@b.example/b.jpg"), HasSubstr("user name"));
  EXPECT_THAT(shown("https://evil.net%2f.example.org/b.jpg"), HasSubstr("encoded host"));
  EXPECT_THAT(shown("https://a.example/" + std::string(2048, 'b')), HasSubstr("2048"));
}

TEST(RemoteReference, TheListIsAboutHosts) {
  const RemotePolicy listed{.full_urls = true, .hosts = {R"(\.example\.org$)"}, .base = ""};
  EXPECT_EQ(shown("https://a.example.org/b.jpg", listed), "https://a.example.org/b.jpg");
  EXPECT_EQ(shown("https://A.EXAMPLE.ORG:81/b.jpg", listed), "https://A.EXAMPLE.ORG:81/b.jpg");
  for (const char* url :
       {"https://example.net/b.jpg", "https://a.example.org.evil.net/b.jpg", "https://evil.net/.example.org",
        "https://evil.net?.example.org", "https://evil.net#.example.org"}) {
    EXPECT_THAT(shown(url, listed), HasSubstr("remote_fullurl_whitelist")) << url;
  }
}

/// It ended at its first colon, so that no list could name it.
TEST(RemoteReference, AnAddressOfIpv6IsAHost) {
  const RemotePolicy policy{.full_urls = true, .hosts = {R"(^\[2001:db8::1\]$)"}, .base = {}};
  EXPECT_EQ(shown("http://[2001:db8::1]:8080/a.jpg", policy), "http://[2001:db8::1]:8080/a.jpg");
  EXPECT_THAT(shown("http://[2001:db8::2]/a.jpg", policy), HasSubstr("not on the list"));
  EXPECT_THAT(shown("http://[2001:db8::1/a.jpg", policy), HasSubstr("not on the list"));
}

TEST(RemoteReference, TheStackWinsOverTheOrganization) {
  catalog::OrganizationOptions organization;
  organization.remote_fullurl_allow = true;
  organization.remote_basepath = "https://example.org/";
  organization.remote_fullurl_whitelist = {"a"};
  const RemotePolicy as_it_is = remote_policy(organization, {});
  EXPECT_TRUE(as_it_is.full_urls);
  EXPECT_EQ(as_it_is.base, "https://example.org/");
  EXPECT_THAT(as_it_is.hosts, ElementsAre("a"));
  const auto stack = render::parse_stack(boost::json::parse(
      R"({"operations":[],"options":{"remote_fullurl_allow":false,"remote_basepath":"https://b.example/",)"
      R"("remote_fullurl_whitelist":["b","c"]}})"));
  ASSERT_TRUE(stack);
  const RemotePolicy changed = remote_policy(organization, stack->options);
  EXPECT_FALSE(changed.full_urls);
  EXPECT_EQ(changed.base, "https://b.example/");
  EXPECT_THAT(changed.hosts, ElementsAre("b", "c"));
}

}  // namespace
}  // namespace rucola::delivery
