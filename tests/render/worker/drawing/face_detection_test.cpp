#include "render/worker/drawing/face_detection.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/drawn_face.h"

namespace rucola::render::worker {
namespace {

using samples::VImage;

/// Around eyes and mouth of the portrait that has been laid on the picture at that place, and not much more.
void expect_around(const Face& face, const VImage& picture, Point at = {}, double scale = 1) {
  const auto across = [&](double share) { return (share * picture.width() - at.x) / scale; };
  const auto down = [&](double share) { return (share * picture.height() - at.y) / scale; };
  EXPECT_LT(across(face.left), samples::left_eye);
  EXPECT_GT(across(face.left + face.width), samples::right_eye);
  EXPECT_LT(down(face.top), samples::eyes_down);
  EXPECT_GT(down(face.top + face.height), samples::mouth_down);
  EXPECT_LT(face.width * picture.width() / scale, samples::portrait_side * 0.6);
  EXPECT_LT(face.height * picture.height() / scale, samples::portrait_side * 0.6);
}

TEST(FaceDetection, FindsADrawnFace) {
  const VImage picture = samples::portrait();
  const auto faces = find_faces(picture);
  ASSERT_EQ(faces.size(), 1U);
  expect_around(faces.front(), picture);
}

TEST(FaceDetection, TheSameAgainIsTheSame) {
  EXPECT_EQ(find_faces(samples::portrait()), find_faces(samples::portrait()));
}

TEST(FaceDetection, FindsAllOfThem) {
  VImage picture = samples::uniform(640, 480, {120, 140, 120}).copy_memory();
  picture = picture.insert(samples::portrait(2), 10, 20).insert(samples::portrait(), 430, 260).copy_memory();
  auto faces = find_faces(picture);
  ASSERT_EQ(faces.size(), 2U);
  std::ranges::sort(faces, {}, [](const Face& face) { return face.left; });
  expect_around(faces[0], picture, {10, 20}, 2);
  expect_around(faces[1], picture, {430, 260});
}

TEST(FaceDetection, LooksForSmallOnesWhereThereAreNoLargeOnes) {
  VImage picture = samples::uniform(640, 480, {120, 140, 120}).copy_memory();
  picture = picture.insert(samples::portrait(0.5), 300, 200).copy_memory();
  const auto faces = find_faces(picture);
  ASSERT_EQ(faces.size(), 1U);
  expect_around(faces.front(), picture, {300, 200}, 0.5);
}

TEST(FaceDetection, TakesGreyAndTransparentPicturesToo) {
  const VImage grey = samples::portrait().colourspace(VIPS_INTERPRETATION_B_W);
  ASSERT_EQ(find_faces(grey).size(), 1U);
  expect_around(find_faces(grey).front(), grey);
  const VImage opaque = (samples::portrait().extract_band(0) * 0 + 255).cast(VIPS_FORMAT_UCHAR);
  EXPECT_EQ(find_faces(samples::portrait().bandjoin(opaque)).size(), 1U);
  EXPECT_TRUE(find_faces(samples::portrait().bandjoin(opaque - 255)).empty()) << "nobody sees it";
}

TEST(FaceDetection, FindsNoneWhereThereIsNone) {
  EXPECT_TRUE(find_faces(samples::photo(640, 480)).empty());
  EXPECT_TRUE(find_faces(samples::noise(333, 250)).empty());
  for (const int side : {1, 2, 31, 32, 33})
    EXPECT_TRUE(find_faces(samples::uniform(side, 34 - side, {200, 160, 140})).empty()) << side;
  EXPECT_TRUE(find_faces(samples::uniform(640, 1, {200, 160, 140})).empty());
}

TEST(FaceDetection, AFaceOnItsHeadIsNone) {
  EXPECT_TRUE(find_faces(samples::portrait().rot180()).empty());
}

}  // namespace
}  // namespace rucola::render::worker
