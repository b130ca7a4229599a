#include "http/settings.h"

#include <gtest/gtest.h>

namespace rucola::http {
namespace {

TEST(Settings, AreReadFromTheSectionServer) {
  Settings settings;
  config::Table table;
  describe(table, settings);
  const auto loaded = table.load_toml(
      "[server]\nlisten = \"0.0.0.0:80\"\nheader_timeout = 3\nupload_limit = \"2GiB\"\ntrusted_proxies = "
      "[\"10.0.0.0/8\", "
      "\"::1\"]\naccess_log = \"api\"\n",
      "test.toml");
  ASSERT_TRUE(loaded) << loaded.error().message.text;
  EXPECT_EQ(settings.listen, "0.0.0.0:80");
  EXPECT_EQ(settings.header_timeout, std::chrono::seconds(3));
  EXPECT_EQ(settings.upload_limit, std::int64_t{2} << 30);
  EXPECT_EQ(settings.trusted_proxies, (std::vector<std::string>{"10.0.0.0/8", "::1"}));
  EXPECT_EQ(settings.access_log, "api");
}

TEST(Settings, EveryDefaultIsAllowed) {
  Settings settings;
  config::Table table;
  describe(table, settings);
  for (const config::Parameter* parameter : table.parameters()) {
    EXPECT_TRUE(parameter->set(parameter->default_value))
        << parameter->name() << " = " << parameter->default_value;
    EXPECT_FALSE(parameter->prose.empty()) << parameter->name();
  }
}

}  // namespace
}  // namespace rucola::http
