#include "delivery/planning/iiif_picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::delivery {
namespace {

using render::CropStep;
using render::ResizeStep;
using render::Size;

constexpr Size image{700, 500};

std::vector<render::Step> steps_of(const IiifPicture& picture, int version = 3) {
  const auto steps = iiif_steps(picture, version, image);
  EXPECT_TRUE(steps) << picture.region << ' ' << picture.size << ' '
                     << (steps ? "" : steps.error().message.text);
  return steps.value_or(std::vector<render::Step>{});
}

Size after(const IiifPicture& picture, int version = 3) {
  Size size = image;
  for (const render::Step& step : steps_of(picture, version))
    size = render::size_after(size, step);
  return size;
}

TEST(IiifPicture, WhatChangesNothingTakesNoStep) {
  EXPECT_TRUE(steps_of({"full", "max", "0", "default", "jpg"}).empty());
  EXPECT_TRUE(steps_of({"0,0,700,500", "700,500", "360", "color", "jpg"}).empty());
  EXPECT_TRUE(steps_of({"pct:0,0,100,100", "pct:100", "0", "default", "jpg"}).empty());
}

TEST(IiifPicture, TheOrderIsRegionSizeRotationQuality) {
  const auto steps = steps_of({"10,20,300,200", "150,", "!90", "bitonal", "jpg"});
  ASSERT_EQ(steps.size(), 6U);
  const auto crop = std::get<CropStep>(steps[0]);
  EXPECT_EQ(crop.left, 10);
  EXPECT_EQ(crop.top, 20);
  EXPECT_EQ(crop.size, (Size{300, 200}));
  EXPECT_EQ(std::get<ResizeStep>(steps[1]).to, (Size{150, 100}));
  EXPECT_TRUE(std::holds_alternative<render::MirrorStep>(steps[2]));
  EXPECT_EQ(std::get<render::RotateStep>(steps[3]).degrees, 90);
  EXPECT_TRUE(std::holds_alternative<render::GrayscaleStep>(steps[4]));
  EXPECT_TRUE(std::holds_alternative<render::BitonalStep>(steps[5]));
}

TEST(IiifPicture, OneSideFollowsTheOther) {
  EXPECT_EQ(after({"full", "7,", "0", "default", "jpg"}), (Size{7, 5}));
  EXPECT_EQ(after({"full", ",1", "0", "default", "jpg"}), (Size{1, 1}));
  EXPECT_EQ(after({"full", "1,", "0", "default", "jpg"}), (Size{1, 1}));
  EXPECT_EQ(after({"full", "!100,10", "0", "default", "jpg"}), (Size{14, 10}));
  EXPECT_EQ(after({"full", "^!1400,2000", "0", "default", "jpg"}), (Size{1400, 1000}));
  EXPECT_EQ(after({"full", "^max", "0", "default", "jpg"}), (Size{2048, 1463}));
  EXPECT_EQ(after({"full", "full", "0", "default", "jpg"}, 2), image);
}

TEST(IiifPicture, HostileNumbersAreNoNumbers) {
  for (const char* region : {"99999999999999999999,0,1,1", "0,0,1e9,1", "nan,0,1,1", "0x1,0,1,1", " 1,0,1,1",
                             "1,0,1,1,", ",,,", "pct:", "0,0,99999999999999999999999999999999999999,1"}) {
    EXPECT_FALSE(iiif_steps({region, "max", "0", "default", "jpg"}, 3, image)) << region;
  }
  for (const char* size : {"99999999999,", ",-1", "1.5,", "^", "^^1,", "pct:1e9", "!1", "max,", "+1,"})
    EXPECT_FALSE(iiif_steps({"full", size, "0", "default", "jpg"}, 3, image)) << size;
}

std::string canonical(const IiifPicture& picture, int version = 3) {
  return iiif_canonical(picture, version, image).value_or("none");
}

TEST(IiifPicture, EveryWayToWriteItHasOneCanonicalForm) {
  EXPECT_EQ(canonical({"full", "max", "0", "default", "jpg"}), "full/max/0/default.jpg");
  EXPECT_EQ(canonical({"0,0,900,900", "700,", "360", "color", "png"}), "full/max/0/default.png");
  EXPECT_EQ(canonical({"pct:0,0,50,50", "!100,100", "!090.50", "gray", "jpg"}),
            "0,0,350,250/100,71/!90.5/gray.jpg");
  EXPECT_EQ(canonical({"square", "^1000,", "0", "bitonal", "webp"}),
            "100,0,500,500/^1000,1000/0/bitonal.webp");
  EXPECT_EQ(canonical({"1,2,3,4", "3,4", ".25", "default", "jpg"}), "1,2,3,4/max/0.25/default.jpg");
  EXPECT_EQ(canonical({"full", "full", "0", "default", "jpg"}, 2), "full/full/0/default.jpg");
  EXPECT_EQ(canonical({"full", ",250", "0", "default", "jpg"}, 2), "full/350,/0/default.jpg");
  EXPECT_EQ(canonical({"full", "350,100", "0", "default", "jpg"}, 2), "full/350,100/0/default.jpg");
  EXPECT_EQ(canonical({"full", "0,", "0", "default", "jpg"}), "none");
}

}  // namespace
}  // namespace rucola::delivery
