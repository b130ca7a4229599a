#include "catalog/dependencies.h"

#include <algorithm>
#include <functional>
#include <string>

#include <gtest/gtest.h>

namespace rucola::catalog {
namespace {

const std::string hash = "facade" + std::string(34, '0');

bool touches(const Change& change, const std::function<void(Dependencies&)>& depend) {
  Dependencies dependencies;
  depend(dependencies);
  const auto touched = touched_by(change);
  return std::ranges::find_first_of(touched, dependencies.all()) != touched.end();
}

TEST(Dependencies, EachKindOfChangeTouchesItsOwn) {
  EXPECT_TRUE(touches({.kind = ChangeKind::organization, .organization = "acme"},
                      [](Dependencies& d) { d.add_organization("acme"); }));
  EXPECT_TRUE(touches({.kind = ChangeKind::signing_keys, .organization = "acme"},
                      [](Dependencies& d) { d.add_signing_keys("acme"); }));
  EXPECT_TRUE(touches({.kind = ChangeKind::stack, .organization = "acme", .name = "a"},
                      [](Dependencies& d) { d.add_stack("acme", "a"); }));
  EXPECT_TRUE(touches({.kind = ChangeKind::alias, .organization = "acme", .name = "a"},
                      [](Dependencies& d) { d.add_alias("acme", "a"); }));
  EXPECT_TRUE(touches({.kind = ChangeKind::remote_image, .organization = "acme", .name = "http://a/"},
                      [](Dependencies& d) { d.add_remote_image("acme", "http://a/"); }));
  EXPECT_TRUE(touches({.kind = ChangeKind::image, .organization = "acme", .name = hash},
                      [](Dependencies& d) { d.add_image("acme", hash); }));
}

TEST(Dependencies, AnImageTouchesEveryPrefixOfItsHash) {
  const Change change{.kind = ChangeKind::image, .organization = "acme", .name = hash};
  for (const std::size_t length : {6, 7, 20, 39})
    EXPECT_TRUE(touches(change, [&](Dependencies& d) { d.add_image("acme", hash.substr(0, length)); }));
  EXPECT_FALSE(touches(change, [](Dependencies& d) { d.add_image("acme", "facadf"); }));
}

TEST(Dependencies, KindsNamesAndOrganizationsAreApart) {
  const Change change{.kind = ChangeKind::alias, .organization = "acme", .name = "a"};
  EXPECT_FALSE(touches(change, [](Dependencies& d) { d.add_stack("acme", "a"); }));
  EXPECT_FALSE(touches(change, [](Dependencies& d) { d.add_alias("acme", "b"); }));
  EXPECT_FALSE(touches(change, [](Dependencies& d) { d.add_alias("acm", "ea"); }));
  EXPECT_FALSE(touches(change, [](Dependencies& d) { d.add_organization("acme"); }));
}

TEST(Dependencies, EachIsKeptOnce) {
  Dependencies dependencies;
  for (int i = 0; i < 3; ++i)
    dependencies.add_alias("acme", "a");
  EXPECT_EQ(dependencies.all().size(), 1U);
}

TEST(ChangeKinds, NamesAreReadAsTheyAreWritten) {
  for (const ChangeKind kind : {ChangeKind::organization, ChangeKind::signing_keys, ChangeKind::stack,
                                ChangeKind::alias, ChangeKind::image, ChangeKind::remote_image}) {
    EXPECT_EQ(parse_change_kind(name_of(kind)), kind);
  }
  EXPECT_EQ(parse_change_kind("schedule"), std::nullopt);
}

}  // namespace
}  // namespace rucola::catalog
