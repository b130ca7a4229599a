#include "render/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::render {
namespace {

TEST(RenderSettingsTest, EveryParameterIsDescribedAndItsDefaultIsAllowed) {
  config::Table table;
  Settings settings;
  describe(table, settings);
  EXPECT_EQ(table.parameters().size(), 22U);
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
  EXPECT_FALSE(table.set("render.worker_memory", "575MiB", "test"));
  ASSERT_TRUE(table.set("render.worker_memory", "576MiB", "test"));
  EXPECT_EQ(settings.worker_memory_bytes, least_worker_memory_bytes);
  EXPECT_FALSE(table.set("render.max_output_side", "16384", "test"));
  EXPECT_FALSE(table.set("render.max_operations", "51", "test"));
  EXPECT_FALSE(table.set("render.job_timeout", "0", "test"));
}

TEST(RenderSettingsTest, KindsOfFilesAreFormats) {
  Settings settings;
  EXPECT_THAT(mere_files_of(settings).value(), testing::ElementsAreArray(mere_files()));
  settings.file_kinds = {"zip", "txt"};
  EXPECT_THAT(mere_files_of(settings).value(), testing::ElementsAre(Format::zip, Format::txt));
  settings.file_kinds = {};
  EXPECT_THAT(mere_files_of(settings).value(), testing::IsEmpty());
  for (const char* none : {"exe", "png", "ttf", "TXT", ""}) {
    settings.file_kinds = {"txt", none};
    const auto refused = mere_files_of(settings);
    ASSERT_FALSE(refused) << none;
    EXPECT_THAT(refused.error().message.text,
                testing::AllOf(testing::HasSubstr("render.file_kinds"), testing::HasSubstr("docx")));
  }
}

}  // namespace
}  // namespace rucola::render
