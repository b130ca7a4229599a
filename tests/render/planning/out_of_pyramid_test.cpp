#include "render/planning/out_of_pyramid.h"

#include <string>

#include <gtest/gtest.h>

#include "render/planning/picture_facts.h"
#include "render/planning/planned.h"

namespace rucola::render {
namespace {

constexpr auto small = "resize-width-400";

std::string base_of(const Result<PlannedRender>& planned) {
  if (!planned) return planned.error().message.text;
  const auto& base = planned->files.front().render;
  return base ? base->key : "the upload";
}

TEST(OutOfPyramid, SmallPicturesOfAPhotoShareAnEighthOfIt) {
  const auto first = planned_url(small);
  ASSERT_TRUE(first->files.front().render);
  const PlannedRender& overview = *first->files.front().render;
  EXPECT_EQ(overview.files.front().sha256, photo.sha256);
  EXPECT_EQ(size_of(overview.plan), (Size{500, 375}));
  EXPECT_TRUE(overview.plan.encoding.pyramid);
  EXPECT_EQ(first->plan.source, (Size{500, 375}));
  EXPECT_EQ(first->plan.page, 1);
  EXPECT_EQ(size_of(first->plan), (Size{400, 300}));
  EXPECT_EQ(base_of(planned_url("resize-width-100--blur-sigma-2", photo, "webp")), overview.key);
  EXPECT_EQ(base_of(planned_url("resize-width-445")), "the upload");
}

TEST(OutOfPyramid, TheSameOfThePhotoItselfIsKnown) {
  const auto planned = planned_url(small);
  ASSERT_TRUE(planned->without_base);
  EXPECT_EQ(base_of(*planned->without_base), "the upload");
  EXPECT_EQ(planned->without_base->plan.source, photo.size);
  EXPECT_EQ(size_of(planned->without_base->plan), size_of(planned->plan));
  EXPECT_NE(planned->without_base->key, planned->key);
}

TEST(OutOfPyramid, WhatFollowsInLessBytesIsMadeOfTheSame) {
  const auto planned = planned_url(small);
  ASSERT_TRUE(planned->smaller);
  EXPECT_EQ(planned->smaller->plan.source, (Size{500, 375}));
  EXPECT_EQ(planned->smaller->plan.page, 1);
  EXPECT_EQ(planned->smaller->key, planned_url("resize-width-400--o-optim.immediate-true")->key);
}

TEST(OutOfPyramid, OnlyPhotosWhosePixelsAreAllThatCounts) {
  EXPECT_EQ(base_of(planned_url(small, logo)), "the upload");
  EXPECT_EQ(base_of(planned_url("resize-width-400--o-keep.copyright-true")), "the upload");
  const auto of_size = [](Size size) { return with(photo, [&](SourceFacts& facts) { facts.size = size; }); };
  EXPECT_EQ(base_of(planned_url("resize-width-200", of_size({1999, 2000}))), "the upload");
  EXPECT_NE(base_of(planned_url("resize-width-200", of_size({2000, 2000}))), "the upload");
}

}  // namespace
}  // namespace rucola::render
