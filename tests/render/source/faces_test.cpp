#include "render/source/faces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola::render {
namespace {

Face face(double left, double side) {
  return {.left = left, .top = 0.25, .width = side, .height = side};
}

TEST(Faces, AreReadAsTheyWereMeasured) {
  const std::vector<Face> faces{face(0.1, 0.2), face(-0.05, 0.3)};
  const auto read = faces_of(as_measured(faces));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, faces);
  EXPECT_TRUE(faces_of({})->empty());
}

TEST(Faces, OfAWorkerThatSaysSomethingElseAreNone) {
  EXPECT_THAT(faces_of({0.1, 0.2, 0.3}), test::FailsWith(ErrorCode::internal));
}

TEST(Faces, TheLargestIsMeant) {
  const std::vector<Face> faces{face(0.1, 0.2), face(0.3, 0.4), face(0.5, 0.4)};
  EXPECT_EQ(largest(faces), faces[1]) << "of two the first";
  EXPECT_FALSE(largest({}));
}

}  // namespace
}  // namespace rucola::render
