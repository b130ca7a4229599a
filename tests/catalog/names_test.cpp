#include "catalog/names.h"

#include <string>

#include <gtest/gtest.h>

namespace rucola::catalog {
namespace {

TEST(Names, OfOrganizationsAreDnsLabels) {
  for (const char* good : {"ab", "a1", "acme", "my-company-2", "0a"})
    EXPECT_TRUE(is_organization_name(good)) << good;
  EXPECT_TRUE(is_organization_name(std::string(63, 'a')));
  EXPECT_FALSE(is_organization_name(std::string(64, 'a')));
  for (const char* bad :
       {"", "a", "-a", "a-", "--", "Acme", "a_b", "a.b", "a/b", "a b", "ü1", "a%00", "api"}) {
    EXPECT_FALSE(is_organization_name(bad)) << bad;
  }
}

TEST(Names, OfAliasesAreWords) {
  for (const char* good : {"a", "_", "Logo_2024", "0"})
    EXPECT_TRUE(is_alias_name(good)) << good;
  EXPECT_TRUE(is_alias_name(std::string(255, 'x')));
  EXPECT_FALSE(is_alias_name(std::string(256, 'x')));
  for (const char* bad : {"", "a-b", "a.b", "a/b", "a b", "ä", "a%00", "..", "a\n"}) {
    EXPECT_FALSE(is_alias_name(bad)) << bad;
  }
  EXPECT_FALSE(is_alias_name(std::string_view("a\0b", 3)));
}

TEST(Names, OfStacksMayHaveHyphensInside) {
  for (const char* good : {"thumb", "www_home-300x200", "1", "_preview", "_preview_x-1", "dynamic2"}) {
    EXPECT_TRUE(is_stack_name(good)) << good;
  }
  EXPECT_TRUE(is_stack_name(std::string(100, 'a')));
  EXPECT_FALSE(is_stack_name(std::string(101, 'a')));
  for (const char* bad : {"", "dynamic", "_thumb", "-thumb", "a.b", "a/b", "a b", "_previeu"}) {
    EXPECT_FALSE(is_stack_name(bad)) << bad;
  }
}

TEST(Names, OfPreviewsAreToldApart) {
  EXPECT_TRUE(is_preview_stack_name("_preview_1"));
  EXPECT_FALSE(is_preview_stack_name("preview"));
  EXPECT_FALSE(is_preview_stack_name("_preview/"));
  EXPECT_FALSE(is_preview_stack_name("_preview" + std::string(93, 'a')));
}

TEST(Names, HashesAreLowerCaseHex) {
  const std::string full = "0123456789abcdef0123456789abcdef01234567";
  EXPECT_TRUE(is_full_hash(full));
  EXPECT_FALSE(is_full_hash(full.substr(1)));
  EXPECT_FALSE(is_full_hash(full + "0"));
  EXPECT_FALSE(is_full_hash("G" + full.substr(1)));
  EXPECT_FALSE(is_full_hash("A" + full.substr(1)));

  EXPECT_TRUE(is_hash_or_prefix(full));
  EXPECT_TRUE(is_hash_or_prefix("abcdef"));
  EXPECT_FALSE(is_hash_or_prefix("abcde"));
  EXPECT_FALSE(is_hash_or_prefix("ABCDEF"));
  EXPECT_FALSE(is_hash_or_prefix(full + "0"));
}

}  // namespace
}  // namespace rucola::catalog
