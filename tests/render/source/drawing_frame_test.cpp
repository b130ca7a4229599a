#include "render/source/drawing_frame.h"

#include <string>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace rucola::render {
namespace {

ExactSize natural(std::string_view width, std::string_view height, std::string_view view_box) {
  DrawingFrame frame;
  frame.set("width", width);
  frame.set("height", height);
  frame.set("viewBox", view_box);
  return frame.natural_size();
}

TEST(DrawingFrame, LengthsAreAt96Dpi) {
  EXPECT_EQ(pixels_of_length("2in"), 192);
  EXPECT_EQ(pixels_of_length(" 72PT "), 96);
  EXPECT_EQ(pixels_of_length("2.54cm"), 96);
  EXPECT_NEAR(*pixels_of_length("50mm"), 188.976, 0.001);
  EXPECT_EQ(pixels_of_length("6pc"), 96);
  EXPECT_EQ(pixels_of_length("+1.5e2px"), 150);
  EXPECT_EQ(pixels_of_length("2em"), 32);
  for (const char* none : {"", "auto", "50%", "-1", "0", "1furlong", "1e20", "nan", "inf", "px"})
    EXPECT_EQ(pixels_of_length(none), std::nullopt) << none;
}

TEST(DrawingFrame, IsAsLargeAsAPictureInAPage) {
  EXPECT_EQ(natural("200", "150", "0 0 4 3"), (ExactSize{200, 150}));
  EXPECT_EQ(natural("200", "", "0 0 4 3"), (ExactSize{200, 150}));
  EXPECT_EQ(natural("100%", "150", "0,0,4,3"), (ExactSize{200, 150}));
  EXPECT_EQ(natural("", "", "0 0 1 .75"), (ExactSize{1, 0.75}));
  EXPECT_EQ(natural("100%", "100%", ""), (ExactSize{300, 150}));
  EXPECT_EQ(natural("200", "", ""), (ExactSize{200, 150}));
  EXPECT_EQ(natural("", "20", "0 0 0 3"), (ExactSize{300, 20}));
}

TEST(DrawingFrame, AtLeastAPixelIsLeft) {
  EXPECT_EQ(whole({1, 0.2}), (Size{1, 1}));
  EXPECT_EQ(whole({188.976, 141.732}), (Size{189, 142}));
}

TEST(DrawingFrame, ComesBackFromTheMetadata) {
  DrawingFrame frame{.root_id = "a", .width = 188.976, .view_box = ExactSize{4, 3}};
  const std::string text = boost::json::serialize(boost::json::object{{"svg", frame.to_json()}});
  const auto known = DrawingFrame::parse(text);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->root_id, "a");
  EXPECT_EQ(known->natural_size(), frame.natural_size());
  for (const char* none : {"", "{}", "[]", R"({"svg":1})", "{"})
    EXPECT_FALSE(DrawingFrame::parse(none)) << none;
  EXPECT_EQ(DrawingFrame::parse(R"({"svg":{"width":-1,"height":"a","view_box":[1],"id":1}})")->natural_size(),
            (ExactSize{300, 150}));
}

}  // namespace
}  // namespace rucola::render
