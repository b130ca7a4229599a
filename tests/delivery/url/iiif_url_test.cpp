#include "delivery/url/iiif_url.h"

#include <gtest/gtest.h>

namespace rucola::delivery {
namespace {

TEST(IiifUrl, NamesVersionImageAndWhatIsAskedFor) {
  const auto base = parse_iiif_path("/_iiif/0dcabb");
  ASSERT_TRUE(base);
  EXPECT_EQ(base->version, 3);
  EXPECT_EQ(base->asks, IiifUrl::Asks::base);
  const auto info = parse_iiif_path("/_iiif/2/-_logo_-/info.json");
  ASSERT_TRUE(info);
  EXPECT_EQ(info->version, 2);
  EXPECT_EQ(info->asks, IiifUrl::Asks::info);
  EXPECT_EQ(info->reference.kind, ImageReference::Kind::alias);
  EXPECT_EQ(info->reference.value, "logo");
  const auto picture = parse_iiif_path("/_iiif/3/0dcabb/pct%3A1,2,3,4/%5Emax/%21.5/default.jpg");
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->asks, IiifUrl::Asks::picture);
  EXPECT_EQ(picture->picture.region, "pct:1,2,3,4");
  EXPECT_EQ(picture->picture.size, "^max");
  EXPECT_EQ(picture->picture.rotation, "!.5");
  EXPECT_EQ(picture->picture.quality, "default");
  EXPECT_EQ(picture->picture.format, "jpg");
}

TEST(IiifUrl, IsNothingElse) {
  EXPECT_TRUE(is_iiif_path("/_iiif/x"));
  EXPECT_FALSE(is_iiif_path("/_iiif"));
  EXPECT_FALSE(is_iiif_path("/thumb/_iiif/x"));
  for (const char* path : {"/_iiif/", "/_iiif/3", "/_iiif/4/0dcabb/info.json", "/_iiif/0dcabb/a/b",
                           "/_iiif/0dcabb/full/max/0/default", "/_iiif/0dcabb/%zz/max/0/default.jpg"}) {
    EXPECT_FALSE(parse_iiif_path(path)) << path;
  }
}

}  // namespace
}  // namespace rucola::delivery
