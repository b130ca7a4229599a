#include "render/source/areas.h"

#include <gtest/gtest.h>

namespace rucola::render {
namespace {

constexpr Size image{400, 200};

TEST(Areas, AreReadInPixels) {
  const auto areas = parse_areas(
      R"({"subject_area":{"x":10,"y":20,"width":30,"height":40},"crop_area":{"x":1,"y":2,"width":3,"height":4},
          "detection_face":{"x":5,"y":6,"width":7,"height":8,"confidence":99}})",
      image);
  EXPECT_EQ(areas.general.subject, (Box{10, 20, 30, 40}));
  EXPECT_EQ(areas.general.crop, (Box{1, 2, 3, 4}));
  EXPECT_EQ(areas.face, (Box{5, 6, 7, 8}));
  EXPECT_TRUE(areas.named.empty());
}

TEST(Areas, AndInPercent) {
  const auto subject = [](const std::string& area) {
    return parse_areas(R"({"subject_area":)" + area + "}", image).general.subject;
  };
  EXPECT_EQ(subject(R"({"x":10,"y":50,"width":25,"height":50,"percentage":true})"), (Box{40, 100, 100, 100}));
  EXPECT_EQ(subject(R"({"x":10,"y":50,"width":25,"height":50,"percentage":false})"), (Box{10, 50, 25, 50}));
  EXPECT_EQ(subject(R"({"x":10,"y":50})"), (Box{10, 50, 1, 1}));
}

TEST(Areas, AreClampedToTheImage) {
  const auto subject = [](const std::string& area) {
    return parse_areas(R"({"subject_area":)" + area + "}", image).general.subject;
  };
  EXPECT_EQ(subject(R"({"x":-10,"y":-20,"width":30,"height":40})"), (Box{0, 0, 20, 20}));
  EXPECT_EQ(subject(R"({"x":390,"y":190,"width":30,"height":40})"), (Box{390, 190, 10, 10}));
  EXPECT_FALSE(subject(R"({"x":400,"y":0,"width":30,"height":40})"));
  EXPECT_FALSE(subject(R"({"x":0,"y":0,"width":0,"height":40})"));
  EXPECT_FALSE(subject(R"({"x":0,"y":0,"width":-5,"height":40})"));
  EXPECT_EQ(subject(R"({"x":0,"y":0,"width":1e300,"height":1e300})"), (Box{0, 0, 400, 200}));
  EXPECT_FALSE(subject(R"({"x":1e308,"y":1e308,"width":-1e308,"height":-1e308,"percentage":true})"));
  EXPECT_FALSE(subject(R"({"x":-1e308,"y":-1e308,"width":1e308,"height":1e308,"percentage":true})"));
}

TEST(Areas, WithNames) {
  const auto areas = parse_areas(
      R"({"multi_areas":{"wide":{"crop_area":{"x":1,"y":2,"width":3,"height":4}},
          "tall":[{"subject_area":{"x":5,"y":6,"width":7,"height":8}}],"odd":3}})",
      image);
  EXPECT_EQ(areas.named.at("wide").crop, (Box{1, 2, 3, 4}));
  EXPECT_FALSE(areas.named.at("wide").subject);
  EXPECT_EQ(areas.named.at("tall").subject, (Box{5, 6, 7, 8}));
  EXPECT_FALSE(areas.named.at("odd").subject);
}

TEST(Areas, AnythingElseIsNone) {
  for (const char* text :
       {"", "nonsense", "[]", "{}", "3", R"({"subject_area":[]})", R"({"subject_area":{"x":"1","y":2}})",
        R"({"subject_area":{"y":2}})", R"({"subject_area":null})", R"({"multi_areas":[]})"}) {
    const auto areas = parse_areas(text, image);
    EXPECT_FALSE(areas.general.subject) << text;
    EXPECT_FALSE(areas.face) << text;
    EXPECT_TRUE(areas.named.empty()) << text;
  }
}

TEST(Areas, LandmarksAreInTheUnitsOfTheirFace) {
  const auto pixels = parse_areas(
      R"({"detection_face":{"x":1,"y":1,"landmarks":{"eyeLeft":{"x":40,"y":20},"nose":{"x":"4"},"chin":3}}})",
      {200, 100});
  ASSERT_EQ(pixels.landmarks.size(), 1U);
  EXPECT_EQ(pixels.landmarks.at("eyeLeft").x, 40);
  EXPECT_EQ(pixels.landmarks.at("eyeLeft").y, 20);
  const auto percent = parse_areas(
      R"({"detection_face":{"percentage":true,"landmarks":{"eyeLeft":{"x":40,"y":20}}}})", {200, 100});
  EXPECT_EQ(percent.landmarks.at("eyeLeft").x, 80);
  EXPECT_EQ(percent.landmarks.at("eyeLeft").y, 20);
}

TEST(Areas, LandmarksOutsideTheImageAreNone) {
  for (const char* point :
       {R"({"x":201,"y":5})", R"({"x":-1,"y":5})", R"({"x":1e999,"y":5})", "[]", "null"}) {
    const std::string metadata = R"({"detection_face":{"landmarks":{"eyeLeft":)" + std::string(point) + "}}}";
    EXPECT_TRUE(parse_areas(metadata, {200, 100}).landmarks.empty()) << point;
  }
  for (const char* landmarks : {"[]", "null", "3"}) {
    const std::string metadata = R"({"detection_face":{"landmarks":)" + std::string(landmarks) + "}}";
    EXPECT_TRUE(parse_areas(metadata, {200, 100}).landmarks.empty()) << landmarks;
  }
}

}  // namespace
}  // namespace rucola::render
