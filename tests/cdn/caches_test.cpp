#include "cdn/caches.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cdn/configured_cache.h"
#include "result_matchers.h"

namespace rucola::cdn {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

ConfiguredCache varnish(const std::string& url = "http://127.0.0.1:6081", const std::string& secret = "s") {
  return {.url = url, .secret = secret};
}

std::string refusal_of(const std::vector<ConfiguredCache>& caches) {
  const auto adapters = adapters_for(caches);
  EXPECT_FALSE(adapters);
  if (adapters) return "";
  EXPECT_EQ(adapters.error().code, ErrorCode::bad_request);
  return adapters.error().message.text;
}

/// The variable from which a Varnish takes the secret that it was not given.
class SecretInTheEnvironment {
 public:
  explicit SecretInTheEnvironment(const char* secret) { ::setenv("RUCOLA_PURGE_SECRET", secret, 1); }
  SecretInTheEnvironment(const SecretInTheEnvironment&) = delete;
  SecretInTheEnvironment& operator=(const SecretInTheEnvironment&) = delete;
  ~SecretInTheEnvironment() { ::unsetenv("RUCOLA_PURGE_SECRET"); }
};

TEST(CacheSettings, EachEntryIsACache) {
  std::deque<CacheSettings> caches;
  config::Table table;
  describe_caches(table, caches);
  const auto loaded = table.load_toml(R"(
    [[cdn]]
    kind = "varnish"
    url = "http://127.0.0.1:6081"
    secret = "one"

    [[cdn]]
    kind = "webhook"
    name = "ours"
    url = "https://example.com/hook"
    secret = "two"
    tag_header = "X-Tags"
    timeout_seconds = 9
  )",
                                      "test.toml");
  ASSERT_TRUE(loaded) << loaded.error().message.text;
  ASSERT_EQ(caches.size(), 2U);
  EXPECT_EQ(caches[0].kind->name, "varnish");
  EXPECT_EQ(caches[0].timeout, std::chrono::seconds{5});
  EXPECT_EQ(caches[1].kind->name, "webhook");
  EXPECT_EQ(caches[1].name, "ours");
  EXPECT_EQ(caches[1].tag_header, "X-Tags");
  EXPECT_EQ(caches[1].timeout, std::chrono::seconds{9});
}

TEST(MakeAdapters, NoneIsFine) {
  EXPECT_TRUE(adapters_for({}).value().empty());
}

TEST(MakeAdapters, NamesACacheByKindAndPlace) {
  const auto adapters = adapters_for(
      {varnish("http://127.0.0.1:6081"), varnish("http://edge.example"), varnish("https://edge.example/x")});
  ASSERT_TRUE(adapters) << adapters.error().message.text;
  EXPECT_EQ((*adapters)[0]->id(), "varnish@127.0.0.1:6081");
  EXPECT_EQ((*adapters)[1]->id(), "varnish@edge.example:80");
  EXPECT_EQ((*adapters)[2]->id(), "varnish@edge.example:443");
}

TEST(MakeAdapters, TakesNameAndHeaderFromTheConfiguration) {
  auto settings = varnish();
  settings.name = "zurich";
  settings.tag_header = "X-Tags";
  const auto adapters = adapters_for({settings}).value();
  EXPECT_EQ(adapters[0]->id(), "zurich");
  EXPECT_EQ(adapters[0]->tag_header().name, "X-Tags");
}

TEST(MakeAdapters, TwoOfOneNameAreRefused) {
  EXPECT_THAT(refusal_of({varnish(), varnish()}),
              AllOf(HasSubstr("entry 2"), HasSubstr("varnish@127.0.0.1:6081")));
}

TEST(MakeAdapters, TheEnvironmentGivesAVarnishItsSecret) {
  EXPECT_THAT(refusal_of({varnish("http://127.0.0.1:6081", "")}), HasSubstr("RUCOLA_PURGE_SECRET"));
  const SecretInTheEnvironment secret("from-the-environment");
  EXPECT_TRUE(adapters_for({varnish("http://127.0.0.1:6081", "")}));
  EXPECT_THAT(environment_variables(), ::testing::Contains("RUCOLA_PURGE_SECRET"));
}

TEST(MakeAdapters, AWebhookNeedsASecretOfItsOwn) {
  ConfiguredCache webhook = varnish("http://127.0.0.1/hook", "");
  webhook.kind = "webhook";
  const SecretInTheEnvironment secret("from-the-environment");
  const std::string why = refusal_of({webhook});
  EXPECT_THAT(why, AllOf(HasSubstr("no secret"), ::testing::Not(HasSubstr("RUCOLA_PURGE_SECRET"))));
}

TEST(MakeAdapters, KindsThatThisBuildLacksAreNamedWithThoseItHas) {
  auto settings = varnish();
  settings.kind = "fastly";
  EXPECT_THAT(refusal_of({settings}), AllOf(HasSubstr("fastly"), HasSubstr("varnish, webhook")));
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

TEST(TagHeaders, AreNamesOfHeaders) {
  EXPECT_THAT(check_tag_headers({"xkey", "Surrogate-Key"}), test::Succeeds());
  for (const char* name : {"", "X Key", "X-Key:", "X-Key\r\nX-Evil: 1", "ключ"})
    EXPECT_THAT(check_tag_headers({"xkey", name}), test::FailsWith(ErrorCode::bad_request)) << name;
}

TEST(TagHeaders, EachIsWrittenAsTheCacheThatReadsItWants) {
  const auto headers = tag_headers({"Surrogate-Key", "Cache-Tag", "XKEY"}, {});
  ASSERT_EQ(headers.size(), 3U);
  EXPECT_EQ(headers[0].separator, " ");
  EXPECT_EQ(headers[1].separator, ",");
  EXPECT_EQ(headers[2].separator, " ");
}

TEST(TagHeaders, ThoseOfTheConfiguredCachesAreSentInAnyCaseAndOnce) {
  auto settings = varnish();
  settings.tag_header = "Cache-Tag";  // this Varnish reads spaces there, so that is what goes out
  const auto headers = tag_headers({"xkey", "cache-tag"}, adapters_for({settings}).value());
  ASSERT_EQ(headers.size(), 2U);
  EXPECT_EQ(headers[0].name, "Cache-Tag");
  EXPECT_EQ(headers[0].separator, " ");
  EXPECT_EQ(headers[1].name, "xkey");
}

}  // namespace
}  // namespace rucola::cdn
