#include "delivery/answer/cache_headers.h"

#include <gtest/gtest.h>

namespace rucola::delivery {
namespace {

Settings with_xkey() {
  Settings settings;
  settings.tag_headers = {{.name = "xkey", .separator = " ", .line_bytes = 1000}};
  return settings;
}

message::Response answered(CacheRules rules, const Settings& settings = with_xkey()) {
  message::Response response;
  rules.tags = {"o1", "i2"};
  add_cache_headers(response, rules, settings);
  return response;
}

TEST(CacheHeaders, ByHashIsImmutable) {
  EXPECT_EQ(answered({.lasting = Lasting::for_ever}).headers.get("Cache-Control"),
            "public, max-age=31536000, immutable");
}

TEST(CacheHeaders, ByAliasIsLongButNeverImmutable) {
  EXPECT_EQ(answered({.lasting = Lasting::until_moved, .browser_max_age_seconds = 31'536'000})
                .headers.get("Cache-Control"),
            "public, max-age=31536000");
}

TEST(CacheHeaders, AShorterBrowserShareLeavesTheCdnItsOwn) {
  EXPECT_EQ(
      answered({.lasting = Lasting::until_moved, .browser_max_age_seconds = 60}).headers.get("Cache-Control"),
      "public, max-age=60, s-maxage=31536000");
}

TEST(CacheHeaders, PreviewsAreKeptByNobody) {
  const auto response = answered({.lasting = Lasting::not_at_all});
  EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
  EXPECT_FALSE(response.headers.has("xkey"));
}

/// Nor does a cache in front show it once it has run out (packaging/varnish/default.vcl).
TEST(CacheHeaders, WhatStandsInIsKeptAsShortAsTheErrorWouldBe) {
  const auto control = [](CacheRules rules) {
    rules.stands_in = true;
    return std::string(answered(std::move(rules)).headers.joined("Cache-Control"));
  };
  EXPECT_EQ(control({}), "public, max-age=10, must-revalidate");
  EXPECT_EQ(control({.lasting = Lasting::until_moved, .browser_max_age_seconds = 60}),
            "public, max-age=10, must-revalidate");
  EXPECT_EQ(control({.provisional = true}), "public, max-age=10, must-revalidate");
  EXPECT_EQ(control({.good_for_seconds = 6}), "public, max-age=5, must-revalidate");
  EXPECT_EQ(control({.good_for_seconds = 1}), "no-store");
  EXPECT_EQ(control({.lasting = Lasting::not_at_all}), "no-store");
  EXPECT_EQ(answered({.stands_in = true}).headers.get("xkey"), "o1 i2");
}

TEST(CacheHeaders, NobodyKeepsASignedAnswerPastItsEnd) {
  const auto control = [](CacheRules rules) {
    return std::string(answered(std::move(rules)).headers.joined("Cache-Control"));
  };
  EXPECT_EQ(control({.good_for_seconds = 61}), "public, max-age=60, must-revalidate");
  EXPECT_EQ(control({.good_for_seconds = 100'000'000}), "public, max-age=31536000, must-revalidate");
  EXPECT_EQ(control({.lasting = Lasting::until_moved, .browser_max_age_seconds = 10, .good_for_seconds = 61}),
            "public, max-age=10, s-maxage=60, must-revalidate");
  EXPECT_EQ(control({.lasting = Lasting::until_moved, .browser_max_age_seconds = 90, .good_for_seconds = 61}),
            "public, max-age=60, must-revalidate");
  for (const std::int64_t over : {1, 0, -5})
    EXPECT_EQ(control({.good_for_seconds = over}), "no-store");
  EXPECT_EQ(control({.lasting = Lasting::not_at_all, .good_for_seconds = 61}), "no-store");
}

TEST(CacheHeaders, WhatABetterOneIsComingForIsNotKeptForLong) {
  const auto control = [](CacheRules rules) {
    return answered(std::move(rules)).headers.joined("Cache-Control");
  };
  EXPECT_EQ(control({.provisional = true}), "public, max-age=3600");
  EXPECT_EQ(control({.lasting = Lasting::until_moved, .browser_max_age_seconds = 60, .provisional = true}),
            "public, max-age=60, s-maxage=3600");
  EXPECT_EQ(control({.provisional = true, .good_for_seconds = 61}), "public, max-age=60, must-revalidate");
  EXPECT_EQ(control({.provisional = true, .good_for_seconds = 7201}),
            "public, max-age=3600, must-revalidate");
  EXPECT_EQ(control({.lasting = Lasting::not_at_all, .provisional = true}), "no-store");
}

TEST(CacheHeaders, VaryOnlyWhereTheAnswerCouldDiffer) {
  EXPECT_FALSE(answered({}).headers.has("Vary"));
  EXPECT_EQ(answered({.varies_on_accept = true}).headers.get("Vary"), "Accept");
}

TEST(CacheHeaders, TagsInEachCachesOwnForm) {
  Settings settings = with_xkey();
  settings.tag_headers.push_back({.name = "Cache-Tag", .separator = ",", .line_bytes = 1000});
  const auto response = answered({}, settings);
  EXPECT_EQ(response.headers.get("xkey"), "o1 i2");
  EXPECT_EQ(response.headers.get("Cache-Tag"), "o1,i2");
  EXPECT_EQ(response.headers.get("Cache-Groups"), "\"o1\", \"i2\"");
}

TEST(CacheHeaders, TagsThatNoLineHoldsGoOnInTheNext) {
  Settings settings;
  settings.tag_headers = {{.name = "xkey", .separator = " ", .line_bytes = 4}};
  std::vector<std::string> lines;
  for (const auto& [name, value] : answered({}, settings).headers) {
    if (name == "xkey") lines.push_back(value);
  }
  EXPECT_EQ(lines, (std::vector<std::string>{"o1", "i2"}));
}

TEST(ErrorCacheHeaders, ShortWhereTheRequestIsAtFault) {
  for (const ErrorCode code :
       {ErrorCode::not_found, ErrorCode::bad_request, ErrorCode::unprocessable, ErrorCode::forbidden}) {
    auto response = message::error_response({code, {"…"}});
    add_error_cache_headers(response, {"a1"}, with_xkey());
    EXPECT_EQ(response.headers.joined("Cache-Control"), "public, max-age=10");
    EXPECT_EQ(response.headers.get("xkey"), "a1") << "a purge must find a cached 404 too";
  }
}

TEST(ErrorCacheHeaders, NeverWhereTheServerIsOrWhereItDependsOnWhoAsks) {
  for (const ErrorCode code :
       {ErrorCode::internal, ErrorCode::overloaded, ErrorCode::timed_out, ErrorCode::too_many_requests}) {
    auto response = message::error_response({code, {"…"}});
    add_error_cache_headers(response, {"a1"}, with_xkey());
    EXPECT_EQ(response.headers.joined("Cache-Control"), "no-store");
  }
}

}  // namespace
}  // namespace rucola::delivery
