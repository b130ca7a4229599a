#include "delivery/url/own_url.h"

#include <string>

#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola::delivery {
namespace {

using test::FailsWith;

const std::string hash(40, 'a');
constexpr ServerPlace place{
    .host = "pictures.example.org", .path_prefix = "/img", .render_domain = "example.net"};

std::optional<RenderUrl> own(const std::string& url) {
  auto found = own_render_url(url, "acme", place);
  EXPECT_TRUE(found) << url;
  return found ? *std::move(found) : std::nullopt;
}

TEST(OwnUrl, TheServerIsKnownByItsHosts) {
  for (const char* start :
       {"https://acme.example.net", "http://ACME.example.net:8080", "https:/acme.example.net",
        "https://acme.example.net/img", "https://api.example.net/render/acme",
        "https://example.net/render/acme", "https://pictures.example.org/render/acme",
        "https://pictures.example.org/img/render/acme"}) {
    const auto url = own(start + ("/thumb/o-dpr-2/" + hash + "/slug.webp"));
    ASSERT_TRUE(url) << start;
    EXPECT_EQ(url->stack, "thumb");
    EXPECT_EQ(url->image.value, hash);
    EXPECT_EQ(url->format, "webp");
  }
}

TEST(OwnUrl, EverythingElseLeadsElsewhere) {
  for (const char* start :
       {"https://other.example.net", "https://example.org", "https://acme.example.net.evil.org",
        "https://evilexample.net/render/acme", "https://acme.example.net@evil.org",
        "https://evil.org/render/acme", "https://pictures.example.org/render/other",
        "https://pictures.example.org", "https://acme.example.net%2eevil.org", "https://"})
    EXPECT_FALSE(own(start + ("/thumb/" + hash + ".jpg"))) << start;
  EXPECT_FALSE(own("2017/06/a.jpg"));
}

TEST(OwnUrl, VariablesOfTheQueryCount) {
  const auto url = own("https://acme.example.net/thumb/" + hash + R"(.jpg?sig=1&v=%7B%22w%22:20%7D#x)");
  ASSERT_TRUE(url);
  ASSERT_EQ(url->overrides.variables.size(), 1U);
  EXPECT_EQ(url->overrides.variables.front().name, "w");
  EXPECT_TRUE(own("https://acme.example.net/thumb/" + hash + ".jpg?v=12")->overrides.variables.empty());
}

TEST(OwnUrl, WhatIsNoRenderIsRefused) {
  const auto found = [&](const std::string& path) {
    return own_render_url("https://acme.example.net" + path, "acme", place);
  };
  EXPECT_THAT(found("/thumb"), FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(found("/_iiif/" + hash + "/full/max/0/default.jpg"), FailsWith(ErrorCode::bad_request));
}

}  // namespace
}  // namespace rucola::delivery
