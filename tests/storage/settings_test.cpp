#include "storage/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola::test {
namespace {

TEST(StorageSettings, HaveTheDocumentedDefaults) {
  const storage::Settings settings;
  EXPECT_EQ(settings.data, "./data");
  EXPECT_EQ(settings.cache_memory_bytes, 256 << 20);
  EXPECT_EQ(settings.cache_disk_bytes, std::int64_t{10} << 30);
  EXPECT_EQ(settings.cache_disk_reserve_bytes, std::int64_t{256} << 20);
}

TEST(StorageSettings, AreRead) {
  storage::Settings settings;
  config::Table table;
  storage::describe(table, settings);
  ASSERT_THAT(
      table.load_toml("[storage]\ndata = \"/srv/rucola\"\n[cache]\nmemory_bytes = \"1GiB\"\ndisk_bytes = 0\n",
                      "test"),
      Succeeds());
  EXPECT_EQ(settings.data, "/srv/rucola");
  EXPECT_EQ(settings.cache_memory_bytes, 1 << 30);
  EXPECT_EQ(settings.cache_disk_bytes, 0);
  EXPECT_THAT(table.set("cache.disk_bytes", "-1", "test"), FailsWith(ErrorCode::bad_request));
}

}  // namespace
}  // namespace rucola::test
