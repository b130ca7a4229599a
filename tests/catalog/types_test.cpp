#include "catalog/types.h"

#include <set>

#include <gtest/gtest.h>

#include "base/hashing.h"
#include "catalog/names.h"

namespace rucola::catalog {
namespace {

TEST(Roles, HaveTheNamesOfTheApi) {
  EXPECT_EQ(all_roles().size(), 10U);
  for (const Role role : all_roles())
    EXPECT_EQ(parse_role(name_of(role)), role);
  EXPECT_EQ(parse_role("write"), Role::write);
  EXPECT_EQ(parse_role("sourceimages:download:protected"), Role::sourceimages_download_protected);
  EXPECT_EQ(parse_role("sourceimages:unlock"), Role::sourceimages_unlock);
  EXPECT_EQ(parse_role("billing:read"), Role::billing_read);
  for (const char* name : {"read", "upload", "write", "admin", "sourceimages:read"})
    EXPECT_NE(role_names().find(name), std::string::npos) << name;
  for (const char* unknown : {"", "Admin", "root", "read "})
    EXPECT_FALSE(parse_role(unknown)) << unknown;
}

TEST(ImageHash, DependsOnAllThatMakesTheImageAndOnNothingElse) {
  const std::string blob = sha256_hex("a");
  const std::string hash = image_hash(blob, "{}", false);
  EXPECT_TRUE(is_full_hash(hash));
  EXPECT_EQ(hash, image_hash(blob, "{}", false));
  const std::set<std::string> all = {hash, image_hash(sha256_hex("b"), "{}", false),
                                     image_hash(blob, R"({"crop_area":{}})", false),
                                     image_hash(blob, "{}", true)};
  EXPECT_EQ(all.size(), 4U);
}

/// Images keep their hash for ever and on every installation: a change here would orphan every URL out there.
TEST(ImageHash, IsTheSameAsEver) {
  EXPECT_EQ(image_hash("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb", "{}", false),
            "5d6a446d2b72398156d9472588e9b8d96b11a770");
  EXPECT_EQ(image_hash("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb", "{}", true),
            "c866d88d232f4e2b7f2cb6809c11489d0a1b9d34");
}

TEST(AliasEtag, IsItsVersionInQuotes) {
  Alias alias;
  alias.version = 7;
  EXPECT_EQ(etag_of(alias), "\"7\"");
}

}  // namespace
}  // namespace rucola::catalog
