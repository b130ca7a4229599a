#include <gtest/gtest.h>

#include "cdn/fake_cache.h"

namespace rucola::cdn {
namespace {

TEST(Webhook, SignsTimeAndBody) {
  FakeCache cache("webhook");
  ASSERT_TRUE(adapter_for(cache.settings())->purge({"a1", "i2"}));
  const auto request = cache.server().requests().at(0);
  EXPECT_EQ(request.body, R"({"tags":["a1","i2"]})");
  const std::string signed_text = request.headers.at("x-rucola-timestamp") + "." + request.body;
  EXPECT_EQ(request.headers.at("x-rucola-signature"),
            "sha256=" + hmac_sha256_hex(FakeCache::secret, signed_text));
}

TEST(Webhook, AWrongSecretIsAFailure) {
  FakeCache cache("webhook");
  auto settings = cache.settings();
  settings.secret = "another";
  EXPECT_FALSE(adapter_for(settings)->purge({"a1"}));
}

TEST(Webhook, AnySuccessWillDoAndNothingIsCounted) {
  FakeCache cache("webhook");
  const auto adapter = adapter_for(cache.settings());
  for (const int status : {200, 201, 202, 204}) {
    cache.set_trouble([=](FakeCache::Peer& peer) { peer.reply(status, ""); });
    const auto outcome = adapter->purge({"a1"});
    ASSERT_TRUE(outcome) << status;
    EXPECT_FALSE(outcome->objects);
  }
}

TEST(Webhook, LooksForItsTagsInCacheTag) {
  EXPECT_EQ(adapter_for(FakeCache("webhook").settings())->tag_header().name, "Cache-Tag");
}

TEST(Webhook, WritesTagsAsTheCacheBehindItReadsThem) {
  const auto separator = [](const std::string& header) {
    auto settings = FakeCache("webhook").settings();
    settings.tag_header = header;
    return adapter_for(settings)->tag_header().separator;
  };
  EXPECT_EQ(separator("Cache-Tag"), ",");
  EXPECT_EQ(separator("Edge-Cache-Tag"), ",");
  EXPECT_EQ(separator("surrogate-key"), " ");
  EXPECT_EQ(separator("xkey"), " ");
}

}  // namespace
}  // namespace rucola::cdn
