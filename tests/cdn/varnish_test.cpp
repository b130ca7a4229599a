#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cdn/fake_cache.h"

namespace rucola::cdn {
namespace {

using ::testing::HasSubstr;

TEST(Varnish, CountsTheObjectsOfAllRequests) {
  FakeCache cache("varnish");
  const auto adapter = adapter_for(cache.settings());
  EXPECT_EQ(adapter->purge({"a1"}).value().objects, 7);
  EXPECT_EQ(adapter->purge(std::vector<std::string>(250, "a1")).value().objects, 21);
}

TEST(Varnish, SendsNoBody) {
  FakeCache cache("varnish");
  ASSERT_TRUE(adapter_for(cache.settings())->purge({"a1"}));
  const auto request = cache.server().requests().at(0);
  EXPECT_EQ(request.method, "PURGE");
  EXPECT_EQ(request.target, "/purge");
  EXPECT_EQ(request.body, "");
  EXPECT_FALSE(request.headers.contains("expect"));
}

TEST(Varnish, AnOkWithoutACountIsNoPurge) {
  FakeCache cache("varnish");
  const auto adapter = adapter_for(cache.settings());
  for (const std::vector<std::string>& headers :
       {std::vector<std::string>{}, {"X-Purged-Objects: many"}, {"X-Purged-Objects: 1 2"}}) {
    cache.set_trouble(FakeCache::status(200, headers));
    const auto outcome = adapter->purge({"a1"});
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ErrorCode::unprocessable);
    EXPECT_THAT(outcome.error().message.text, HasSubstr("packaging/varnish"));
  }
}

TEST(Varnish, AWrongSecretIsAFailure) {
  FakeCache cache("varnish");
  auto settings = cache.settings();
  settings.secret = "another";
  EXPECT_FALSE(adapter_for(settings)->purge({"a1"}));
}

TEST(Varnish, LooksForItsTagsInXkey) {
  EXPECT_EQ(adapter_for(FakeCache("varnish").settings())->tag_header().name, "xkey");
}

TEST(Varnish, SeparatesItsTagsBySpacesWhateverTheirHeader) {
  auto settings = FakeCache("varnish").settings();
  settings.tag_header = "X-HashTwo";
  EXPECT_EQ(adapter_for(settings)->tag_header().separator, " ");
}

}  // namespace
}  // namespace rucola::cdn
