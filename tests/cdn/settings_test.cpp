#include "cdn/settings.h"

#include <gtest/gtest.h>

namespace rucola::cdn {
namespace {

TEST(PurgeSettings, HaveTheDefaultsOfTheSpecification) {
  const PurgeSettings settings;
  EXPECT_EQ(settings.alias_per_hour, 10);
  EXPECT_EQ(settings.stack_per_hour, 5);
  EXPECT_EQ(settings.image_per_hour, 5);
  EXPECT_EQ(settings.repeat_after, std::chrono::seconds{45});
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
