#include "render/worker/structure/gif_structure.h"

#include <string>

#include <gtest/gtest.h>

#include "render/sample_images.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;

constexpr std::size_t most = 1'000;

TEST(GifStructure, CountsFramesAsLibvipsDoes) {
  const std::string gif = samples::animated({}, ".gif");
  const auto structure = read_gif_structure(gif, most);
  ASSERT_TRUE(structure) << structure.error();
  EXPECT_EQ(structure->width, 40);
  EXPECT_EQ(structure->height, 30);
  EXPECT_EQ(structure->frames.size(), static_cast<std::size_t>(samples::open(gif).get_int("n-pages")));
  EXPECT_TRUE(structure->has_trailer);
}

TEST(GifStructure, StopsCountingPastTheLimit) {
  const auto structure = read_gif_structure(samples::gif_with_frames(100'000), most);
  ASSERT_TRUE(structure);
  EXPECT_EQ(structure->frames.size(), most + 1);
}

/// What ends with a block may have lost nothing but the byte that says so.
TEST(GifStructure, AnyMissingByteAtTheEndIsSeen) {
  const std::string gif = samples::animated({}, ".gif");
  for (std::size_t length = 0; length < gif.size(); ++length) {
    const auto structure = read_gif_structure(std::string_view(gif).substr(0, length), most);
    EXPECT_FALSE(structure && structure->has_trailer) << length;
  }
  EXPECT_TRUE(read_gif_structure(gif.substr(0, gif.size() - 1), most));
  EXPECT_FALSE(read_gif_structure(gif.substr(0, gif.size() - 2), most));
}

TEST(GifStructure, NoFrameIsNoImage) {
  EXPECT_FALSE(read_gif_structure("GIF89a\x01\0\x01\0\0\0\0;"s, most));
  EXPECT_FALSE(read_gif_structure("GIF89a\x01\0\x01\0\0\0\0\x77"s, most));
}

TEST(GifStructure, KnowsWhereFramesLieAndWhatBecomesOfThem) {
  const std::string control = "\x21\xf9\x04\x09\x05\0\0\0"s;  // cleared before the next, transparent
  const std::string image = "\x2c\x03\0\x02\0\x05\0\x04\0\0\x02\x01\x2c\0"s;
  const std::string gif = "GIF89a\x10\0\x09\0\0\0\0"s + control + image + image + ";";
  const auto structure = read_gif_structure(gif, most);
  ASSERT_TRUE(structure) << structure.error();
  ASSERT_EQ(structure->frames.size(), 2U);
  EXPECT_EQ(structure->frames_begin, 13U);
  const GifArea area{3, 2, 5, 4};
  EXPECT_EQ(structure->frames[0],
            (GifFrame{.area = area, .transparent = true, .clears = true, .control_flags_at = 16, .end = 35}));
  EXPECT_EQ(
      structure->frames[1],
      (GifFrame{.area = area, .transparent = false, .clears = false, .control_flags_at = 0, .end = 49}));
}

TEST(GifStructure, TheFirstFrameMakesTheCanvasLargerAndNoOtherDoes) {
  const auto image = [](int left, int top) {
    return "\x2c"s + static_cast<char>(left) + '\0' + static_cast<char>(top) +
           "\0\x05\0\x04\0\0\x02\x01\x2c\0"s;
  };
  const auto structure =
      read_gif_structure("GIF89a\x10\0\x03\0\0\0\0"s + image(3, 2) + image(30, 30) + ";", most);
  ASSERT_TRUE(structure) << structure.error();
  EXPECT_EQ(structure->width, 16);
  EXPECT_EQ(structure->height, 6);
}

TEST(GifArea, CoversWhatLiesInside) {
  EXPECT_TRUE(covers({0, 0, 4, 4}, {0, 0, 4, 4}));
  EXPECT_TRUE(covers({0, 0, 4, 4}, {1, 2, 3, 2}));
  EXPECT_FALSE(covers({0, 0, 4, 4}, {1, 2, 4, 2}));
  EXPECT_FALSE(covers({1, 0, 4, 4}, {0, 0, 1, 1}));
}

}  // namespace
}  // namespace rucola::render::worker
