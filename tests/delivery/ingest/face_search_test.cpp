#include "delivery/ingest/face_search.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "delivery/make/render_fakes.h"
#include "result_matchers.h"

namespace rucola::delivery {
namespace {

namespace json = boost::json;
using render::Face;
using render::Format;

TEST(FaceMetadata, AreInPixelsOfTheImage) {
  EXPECT_EQ(metadata_of(Face{.left = 0.25, .top = 0.1, .width = 0.2, .height = 0.4}, {4000, 1000}),
            json::parse(R"({"detection_face": {"x": 1000, "y": 100, "width": 800, "height": 400}})"));
  EXPECT_TRUE(metadata_of(std::nullopt, {4000, 1000}).empty());
}

TEST(FaceMetadata, EndAtTheEdgesOfTheImage) {
  EXPECT_EQ(metadata_of(Face{.left = -0.1, .top = 0.9, .width = 0.4, .height = 5}, {100, 50}),
            json::parse(R"({"detection_face": {"x": 0, "y": 45, "width": 30, "height": 5}})"));
}

/// Whatever a worker says, metadata have no boxes without a pixel.
TEST(FaceMetadata, HaveAPixel) {
  for (const Face& face : {Face{.left = 1e300, .top = 1, .width = 1e300, .height = 0},
                           Face{.left = -5, .top = -5, .width = 1, .height = -1}}) {
    const json::object found = metadata_of(face, {7, 3}).at("detection_face").as_object();
    EXPECT_GE(found.at("width").as_int64(), 1);
    EXPECT_GE(found.at("height").as_int64(), 1);
    EXPECT_LT(found.at("x").as_int64(), 7);
    EXPECT_LT(found.at("y").as_int64(), 3);
  }
}

class FaceSearch : public testing::Test {
 protected:
  FoundFace find(const Searched& image) {
    std::optional<FoundFace> answer;
    find_face(workers, {}, image, {.organization = "acme", .client = {}, .departure = departure},
              [&answer](FoundFace found) { answer = std::move(found); });
    return answer.value();
  }

  Workers workers;
  const std::shared_ptr<Departure> departure = std::make_shared<Departure>();
};

/// It was looked for when nobody waited for it any more.
TEST_F(FaceSearch, AWorkerKnowsForWhomItIs) {
  workers.measured = render::Measured();
  find({.format = Format::jpg, .size = {60, 40}});
  EXPECT_EQ(workers.measured_for.organization, "acme");
  EXPECT_EQ(workers.measured_for.departure, departure);
}

TEST_F(FaceSearch, APhotoIsSearchedSmall) {
  workers.measured = render::Measured();
  EXPECT_EQ(find({.format = Format::jpg, .size = {6000, 4000}}).value(), std::nullopt);
  EXPECT_EQ(workers.measured_kind, render::Measurement::Kind::faces);
  EXPECT_EQ(workers.measured_plan.source, (render::Size{6000, 4000}));
  ASSERT_EQ(workers.measured_plan.steps.size(), 1U);
  EXPECT_EQ(std::get<render::ResizeStep>(workers.measured_plan.steps.front()).to, (render::Size{640, 427}));
  EXPECT_EQ(find({.format = Format::png, .size = {640, 30}}).value(), std::nullopt);
  EXPECT_TRUE(workers.measured_plan.steps.empty()) << "and is never enlarged";
}

TEST_F(FaceSearch, ADrawingIsDrawnSmall) {
  workers.measured = render::Measured();
  find({.format = Format::svg, .size = {3000, 1500}});
  EXPECT_EQ(workers.measured_plan.source, (render::Size{640, 320}));
  EXPECT_EQ(workers.measured_plan.page, 0);
  find({.format = Format::pdf, .size = {100, 200}});
  EXPECT_EQ(workers.measured_plan.page, 1);
}

TEST_F(FaceSearch, TheLargestFaceIsMeant) {
  const Face small{.left = 0.5, .top = 0.5, .width = 0.1, .height = 0.1};
  const Face large{.left = 0.1, .top = 0.1, .width = 0.2, .height = 0.2};
  workers.measured = render::as_measured(std::vector{small, large});
  EXPECT_EQ(find({.format = Format::jpg, .size = {60, 40}}).value(), large);
}

TEST_F(FaceSearch, ErrorsAreTold) {
  EXPECT_THAT(find({.format = Format::jpg, .size = {60, 40}}), test::FailsWith(ErrorCode::internal));
  workers.measured = render::Measured{1, 2, 3};
  EXPECT_THAT(find({.format = Format::jpg, .size = {60, 40}}), test::FailsWith(ErrorCode::internal));
  EXPECT_THAT(find({.format = Format::ttf, .size = {60, 40}}),
              test::FailsWith(ErrorCode::unsupported_media_type));
  EXPECT_THAT(find({.format = Format::jpg, .size = {}}), test::FailsWith(ErrorCode::unprocessable));
}

}  // namespace
}  // namespace rucola::delivery
