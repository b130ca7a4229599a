#include "render/settings.h"

#include <gtest/gtest.h>

namespace rucola::render {
namespace {

TEST(RenderSettingsTest, EveryParameterIsDescribedAndItsDefaultIsAllowed) {
  config::Table table;
  Settings settings;
  describe(table, settings);
  EXPECT_EQ(table.parameters().size(), 17U);
  for (const config::Parameter* parameter : table.parameters()) {
    EXPECT_EQ(parameter->section, "render");
    EXPECT_GT(parameter->prose.size(), 20U) << parameter->key;
    EXPECT_TRUE(table.set(parameter->name(), parameter->default_value, "test")) << parameter->key;
  }
}

TEST(RenderSettingsTest, ReadsWhatIsSetAndRefusesWhatMakesNoSense) {
  config::Table table;
  Settings settings;
  describe(table, settings);
  ASSERT_TRUE(table.set("render.max_source_pixels", "1000", "test"));
  EXPECT_EQ(settings.max_source_pixels, 1000);
  ASSERT_TRUE(table.set("render.worker_memory", "1GiB", "test"));
  EXPECT_EQ(settings.worker_memory_bytes, std::int64_t{1} << 30);
  EXPECT_FALSE(table.set("render.max_output_side", "16384", "test"));
  EXPECT_FALSE(table.set("render.max_operations", "51", "test"));
  EXPECT_FALSE(table.set("render.job_timeout", "0", "test"));
}

}  // namespace
}  // namespace rucola::render
