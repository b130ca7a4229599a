#include "cdn/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::cdn {
namespace {

using ::testing::HasSubstr;

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
  EXPECT_EQ(caches[0].kind, "varnish");
  EXPECT_EQ(caches[0].secret, "one");
  EXPECT_EQ(caches[0].timeout, std::chrono::seconds{5});
  EXPECT_EQ(caches[1].name, "ours");
  EXPECT_EQ(caches[1].tag_header, "X-Tags");
  EXPECT_EQ(caches[1].timeout, std::chrono::seconds{9});
}

TEST(CacheSettings, AnUnknownKindIsRefusedWithThoseThereAre) {
  std::deque<CacheSettings> caches;
  config::Table table;
  describe_caches(table, caches);
  const auto loaded = table.load_toml("[[cdn]]\nkind = \"fastly\"\n", "test.toml");
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message.text, HasSubstr("varnish, webhook"));
}

TEST(PurgeSettings, HaveTheDefaultsOfTheSpecification) {
  const PurgeSettings settings;
  EXPECT_EQ(settings.alias_per_hour, 10);
  EXPECT_EQ(settings.stack_per_hour, 5);
  EXPECT_EQ(settings.image_per_hour, 5);
  EXPECT_EQ(settings.repeat_after, std::chrono::seconds{35});
}

TEST(PurgeSettings, AreReadAndChecked) {
  PurgeSettings settings;
  config::Table table;
  describe(table, settings);
  ASSERT_TRUE(
      table.load_toml("[purge]\nalias_per_hour = 0\nstack_per_hour = 1\nimage_per_hour = 2\n"
                      "repeat_after_seconds = 3\n",
                      "test.toml"));
  EXPECT_EQ(settings.alias_per_hour, 0);
  EXPECT_EQ(settings.stack_per_hour, 1);
  EXPECT_EQ(settings.image_per_hour, 2);
  EXPECT_EQ(settings.repeat_after, std::chrono::seconds{3});
  EXPECT_FALSE(table.load_toml("[purge]\nalias_per_hour = -1\n", "test.toml"));
  EXPECT_FALSE(table.load_toml("[purge]\nrepeat_after_seconds = 3601\n", "test.toml"));
}

}  // namespace
}  // namespace rucola::cdn
