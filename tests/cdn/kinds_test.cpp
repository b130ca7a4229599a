#include "cdn/kinds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::cdn {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

CacheSettings varnish(const std::string& url = "http://127.0.0.1:6081", const std::string& secret = "s") {
  CacheSettings settings;
  settings.kind = "varnish";
  settings.url = url;
  settings.secret = secret;
  return settings;
}

std::string refusal_of(const std::deque<CacheSettings>& caches, std::string_view environment_secret = "") {
  const auto adapters = make_adapters(caches, environment_secret);
  EXPECT_FALSE(adapters);
  if (adapters) return "";
  EXPECT_EQ(adapters.error().code, ErrorCode::bad_request);
  return adapters.error().message.text;
}

TEST(MakeAdapters, NoneIsFine) {
  EXPECT_TRUE(make_adapters({}, "").value().empty());
}

TEST(MakeAdapters, NamesACacheByKindAndPlace) {
  const auto adapters = make_adapters(
      {varnish("http://127.0.0.1:6081"), varnish("http://edge.example"), varnish("https://edge.example/x")},
      "");
  ASSERT_TRUE(adapters) << adapters.error().message.text;
  EXPECT_EQ((*adapters)[0]->id(), "varnish@127.0.0.1:6081");
  EXPECT_EQ((*adapters)[1]->id(), "varnish@edge.example:80");
  EXPECT_EQ((*adapters)[2]->id(), "varnish@edge.example:443");
}

TEST(MakeAdapters, TakesNameAndHeaderFromTheConfiguration) {
  auto settings = varnish();
  settings.name = "zurich";
  settings.tag_header = "X-Tags";
  const auto adapters = make_adapters({settings}, "").value();
  EXPECT_EQ(adapters[0]->id(), "zurich");
  EXPECT_EQ(adapters[0]->tag_header(), "X-Tags");
}

TEST(MakeAdapters, TwoOfOneNameAreRefused) {
  EXPECT_THAT(refusal_of({varnish(), varnish()}),
              AllOf(HasSubstr("entry 2"), HasSubstr("varnish@127.0.0.1:6081")));
}

TEST(MakeAdapters, TheEnvironmentGivesAVarnishItsSecret) {
  EXPECT_TRUE(make_adapters({varnish("http://127.0.0.1:6081", "")}, "from-the-environment"));
  EXPECT_THAT(refusal_of({varnish("http://127.0.0.1:6081", "")}), HasSubstr("RUCOLA_PURGE_SECRET"));
}

TEST(MakeAdapters, AWebhookNeedsASecretOfItsOwn) {
  CacheSettings webhook = varnish("http://127.0.0.1/hook", "");
  webhook.kind = "webhook";
  const std::string why = refusal_of({webhook}, "from-the-environment");
  EXPECT_THAT(why, AllOf(HasSubstr("no secret"), ::testing::Not(HasSubstr("RUCOLA_PURGE_SECRET"))));
}

TEST(MakeAdapters, KindsThatThisBuildLacksAreNamedWithThoseItHas) {
  auto settings = varnish();
  settings.kind = "fastly";
  EXPECT_THAT(refusal_of({settings}), AllOf(HasSubstr("fastly"), HasSubstr("varnish, webhook")));
  settings.kind = "";
  EXPECT_THAT(refusal_of({settings}), HasSubstr("kind is missing"));
}

TEST(MakeAdapters, BadUrlsAreRefused) {
  for (const char* url : {"", "127.0.0.1:6081", "/purge", "ftp://127.0.0.1/", "http://",
                          "http://user@127.0.0.1/", "http://u:p@127.0.0.1/", "http://127.0.0.1/#x"}) {
    EXPECT_THAT(refusal_of({varnish(url)}), AllOf(HasSubstr("[[cdn]] entry 1"), HasSubstr("url"))) << url;
  }
}

TEST(MakeAdapters, WhatWouldBreakAHeaderIsRefused) {
  for (const char* secret : {"two words", "line\r\nbreak", "tab\t", "\xC3\xBC"})
    EXPECT_THAT(refusal_of({varnish("http://127.0.0.1", secret)}), HasSubstr("visible ASCII")) << secret;
  for (const char* header : {"two words", "a:b", "a\nb", "\xC3\xBC"}) {
    auto settings = varnish();
    settings.tag_header = header;
    EXPECT_THAT(refusal_of({settings}), HasSubstr("name of a header")) << header;
  }
}

TEST(MakeAdapters, NoRefusalShowsTheSecret) {
  EXPECT_THAT(refusal_of({varnish("nonsense", "hush-hush")}), ::testing::Not(HasSubstr("hush-hush")));
}

}  // namespace
}  // namespace rucola::cdn
