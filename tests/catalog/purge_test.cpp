#include "catalog/purge.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "base/hashing.h"
#include "base/hex.h"

namespace rucola::catalog {
namespace {

TEST(CacheTags, AreOneLetterAndSixteenHex) {
  const std::vector<std::pair<char, std::string>> tags = {{'o', organization_tag("acme")},
                                                          {'i', image_tag("acme", std::string(40, 'a'))},
                                                          {'s', stack_tag("acme", "thumb")},
                                                          {'a', alias_tag("acme", "logo")},
                                                          {'r', render_tag(std::string(64, '0'))}};
  for (const auto& [letter, tag] : tags) {
    EXPECT_EQ(tag.size(), 17U) << tag;
    EXPECT_EQ(tag.front(), letter);
    EXPECT_TRUE(is_lower_hex(tag.substr(1))) << tag;
  }
}

TEST(CacheTags, OfDifferentThingsDiffer) {
  const std::set<std::string> hashes = {
      alias_tag("acme", "logo").substr(1), stack_tag("acme", "logo").substr(1),
      image_tag("acme", "logo").substr(1), alias_tag("acme", "Logo").substr(1),
      alias_tag("acm", "elogo").substr(1), alias_tag("acmelogo", "").substr(1),
      organization_tag("acme").substr(1)};
  EXPECT_EQ(hashes.size(), 7U);
  EXPECT_EQ(alias_tag("acme", "logo"), alias_tag("acme", "logo"));
}

/// Caches in front of us hold these for up to a year.
TEST(CacheTags, AreTheSameAsEver) {
  EXPECT_EQ(alias_tag("acme", "logo"), "a" + sha256_hex("a4:acmelogo").substr(0, 16));
  EXPECT_EQ(organization_tag("acme"), "o" + sha256_hex("o4:acme").substr(0, 16));
}

TEST(PurgeKinds, HaveNames) {
  EXPECT_EQ(name_of(PurgeKind::alias), "alias");
  EXPECT_EQ(name_of(PurgeKind::stack), "stack");
  EXPECT_EQ(name_of(PurgeKind::source_image), "source_image");
  EXPECT_EQ(name_of(PurgeKind::organization), "organization");
}

}  // namespace
}  // namespace rucola::catalog
