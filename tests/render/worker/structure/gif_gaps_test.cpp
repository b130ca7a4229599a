#include "render/worker/structure/gif_gaps.h"

#include <algorithm>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "render/sample_images.h"
#include "render/worker/decoding/source.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;
using samples::VImage;

constexpr protocol::Limits limits{.source_pixels = 225'000'000,
                                  .source_frames = 1'000,
                                  .output_pixels = 100'000'000,
                                  .output_side = 16'383,
                                  .cpu_seconds = 60};

constexpr unsigned leave = 1;
constexpr unsigned clear = 2;
constexpr unsigned restore = 3;

std::string little16(int number) {
  return {static_cast<char>(number & 0xff), static_cast<char>(number >> 8)};
}

struct Frame {
  GifArea area;
  char color;  ///< of four: black, red, green, blue
  unsigned disposal = leave;
  bool transparent = false;  ///< black is
};

/// A code that starts the table anew before every pixel, so that all codes have three bits.
std::string pixels(const Frame& frame) {
  std::string bits;
  const auto put = [&](unsigned code) {
    for (unsigned i = 0; i < 3; ++i)
      bits += ((code >> i) & 1U) != 0 ? '1' : '0';
  };
  for (int i = 0; i < frame.area.width * frame.area.height; ++i) {
    put(4);
    put(static_cast<unsigned>(frame.color));
  }
  put(5);
  std::string bytes;
  for (std::size_t at = 0; at < bits.size(); at += 8) {
    unsigned byte = 0;
    for (std::size_t i = 0; i < 8 && at + i < bits.size(); ++i)
      byte |= (bits[at + i] == '1' ? 1U : 0U) << i;
    bytes += static_cast<char>(byte);
  }
  std::string blocks = "\x02";
  for (std::size_t at = 0; at < bytes.size(); at += 255) {
    const std::string block = bytes.substr(at, 255);
    blocks += static_cast<char>(block.size()) + block;
  }
  return blocks + '\0';
}

std::string gif(int width, int height, const std::vector<Frame>& frames) {
  std::string file = "GIF89a" + little16(width) + little16(height) + "\x81\x01\0"s;  // background: red
  file += "\0\0\0\xff\0\0\0\xff\0\0\0\xff"s;
  char delay = 10;
  for (const Frame& frame : frames) {
    file += "\x21\xf9\x04"s + static_cast<char>(frame.disposal << 2U | (frame.transparent ? 1U : 0U)) +
            delay++ + "\0\0\0"s;
    const GifArea& area = frame.area;
    file += "\x2c" + little16(area.left) + little16(area.top) + little16(area.width) + little16(area.height) +
            '\0' + pixels(frame);
  }
  return file + ";";
}

struct Decoded {
  SourceHeader header;
  VImage image;

  /// R, G, B, A of a pixel of a frame.
  [[nodiscard]] std::vector<double> at(int frame, int x, int y) const {
    std::vector<double> color = image.getpoint(x, frame * header.stored.height + y);
    if (color.size() == 3) color.push_back(255);
    return color;
  }
  [[nodiscard]] bool is_clear(int frame, int x, int y) const { return at(frame, x, y).at(3) == 0; }
};

Decoded decoded(const std::string& file, bool all_frames = true) {
  const auto header = examine(file, limits, Scrutiny::complete);
  if (!header) throw std::runtime_error(header.error().message.text);
  return {*header, decode(file, *header, {.all_frames = all_frames, .target = {}}).copy_memory()};
}

const std::vector<double> red{255, 0, 0, 255};
const std::vector<double> green{0, 255, 0, 255};
const std::vector<double> blue{0, 0, 255, 255};

bool needs_a_copy(const std::string& file) {
  return with_gaps(file, *read_gif_structure(file, 100)).has_value();
}

TEST(GifGaps, OrdinaryGifsAreReadAsTheyAre) {
  EXPECT_FALSE(needs_a_copy(samples::animated({}, ".gif")));
  EXPECT_FALSE(needs_a_copy(samples::file(samples::translucent(30, 20), ".gif")));
  EXPECT_FALSE(needs_a_copy(gif(10, 8, {{{0, 0, 10, 8}, 1}, {{2, 2, 3, 3}, 2}})));
  EXPECT_FALSE(needs_a_copy(gif(10, 8, {{{0, 0, 10, 8}, 1, clear}, {{0, 0, 10, 8}, 2, clear}})));
}

TEST(GifGaps, WhatNoFrameCoversIsTransparent) {
  const Decoded picture = decoded(gif(10, 8, {{{2, 1, 4, 3}, 2}}));
  EXPECT_EQ(picture.header.stored, (Size{10, 8}));
  EXPECT_EQ(picture.header.frames, 1);
  EXPECT_EQ(picture.at(0, 2, 1), green);
  EXPECT_EQ(picture.at(0, 5, 3), green);
  for (const auto& [x, y] : {std::pair{0, 0}, {1, 1}, {6, 3}, {2, 4}, {9, 7}})
    EXPECT_TRUE(picture.is_clear(0, x, y)) << x << ", " << y;
}

TEST(GifGaps, LaterFramesAddToTheFirst) {
  const std::string file = gif(10, 8, {{{0, 0, 2, 2}, 1}, {{4, 4, 2, 2}, 2}, {{8, 6, 2, 2}, 3}});
  const Decoded picture = decoded(file);
  ASSERT_EQ(picture.header.frames, 3);
  ASSERT_EQ(picture.image.height(), 24);
  EXPECT_TRUE(picture.is_clear(0, 4, 4));
  EXPECT_EQ(picture.at(1, 0, 0), red);
  EXPECT_EQ(picture.at(1, 4, 4), green);
  EXPECT_TRUE(picture.is_clear(1, 8, 6));
  EXPECT_EQ(picture.at(2, 9, 7), blue);
  EXPECT_EQ(picture.image.get_array_int("delay"), (std::vector{100, 110, 120}));
  EXPECT_EQ(decoded(file, false).image.height(), 8);
}

TEST(GifGaps, WhatIsClearedAwayIsTransparent) {
  const Decoded picture = decoded(gif(
      10, 8, {{{0, 0, 10, 8}, 1}, {{1, 1, 4, 4}, 2, clear}, {{2, 2, 1, 1}, 3, clear}, {{9, 7, 1, 1}, 3}}));
  ASSERT_EQ(picture.header.frames, 4);
  EXPECT_EQ(picture.at(1, 1, 1), green);
  EXPECT_TRUE(picture.is_clear(2, 1, 1)) << "not the background's red, nor what was below";
  EXPECT_TRUE(picture.is_clear(2, 4, 4));
  EXPECT_EQ(picture.at(2, 2, 2), blue);
  EXPECT_EQ(picture.at(2, 5, 5), red);
  EXPECT_TRUE(picture.is_clear(3, 2, 2));
  EXPECT_EQ(picture.image.get_array_int("delay"), (std::vector{100, 110, 120, 130}));
}

TEST(GifGaps, WhatIsRestoredIsAsItWas) {
  const Decoded picture =
      decoded(gif(10, 8, {{{0, 0, 3, 3}, 1}, {{0, 0, 10, 8}, 2, restore}, {{9, 7, 1, 1}, 3}}));
  EXPECT_EQ(picture.at(1, 5, 5), green);
  EXPECT_EQ(picture.at(2, 1, 1), red);
  EXPECT_TRUE(picture.is_clear(2, 5, 5));
}

/// Before it there was nothing: what was left was black, and could not be seen through.
TEST(GifGaps, WhatIsRestoredToNothingIsTransparent) {
  const Decoded picture = decoded(
      gif(10, 8,
          {{{0, 0, 10, 8}, 1, restore}, {{1, 1, 3, 3}, 2, restore}, {{2, 2, 1, 1}, 3}, {{5, 5, 1, 1}, 1}}));
  ASSERT_EQ(picture.header.frames, 4);
  EXPECT_EQ(picture.at(0, 9, 7), red);
  EXPECT_EQ(picture.at(1, 1, 1), green);
  EXPECT_TRUE(picture.is_clear(1, 9, 7));
  EXPECT_EQ(picture.at(2, 2, 2), blue);
  EXPECT_TRUE(picture.is_clear(2, 1, 1));
  EXPECT_EQ(picture.at(3, 2, 2), blue);
  EXPECT_TRUE(picture.is_clear(3, 9, 7));
}

TEST(GifGaps, AnAnimationOfManyFramesIsReadInOnePass) {
  std::vector<Frame> frames;
  frames.reserve(200);
  for (int i = 0; i < 200; ++i)
    frames.push_back({{i % 50, i % 30, 10, 10}, static_cast<char>(1 + i % 3), clear});
  const Decoded picture = decoded(gif(60, 40, frames));
  ASSERT_EQ(picture.header.frames, 200);
  for (int i = 1; i < 200; ++i) {
    EXPECT_EQ(picture.at(i, i % 50, i % 30)[3], 255) << i;
    EXPECT_TRUE(picture.is_clear(i, 59, 39)) << i;
  }
}

/// It was cut at the edge where it did not begin in the corner; Chromium shows it.
TEST(GifGaps, AFirstFrameThatGoesOverTheEdgeMakesTheCanvasLarger) {
  for (const auto& [width, height] : {std::pair{10, 8}, {4, 20}, {0, 0}, {0, 8}}) {
    const Decoded picture = decoded(gif(width, height, {{{6, 5, 8, 4}, 2}, {{2, 3, 1, 1}, 3}}));
    ASSERT_EQ(picture.header.stored, (Size{14, std::max(height, 9)})) << width << " x " << height;
    EXPECT_EQ(picture.header.frames, 2);
    EXPECT_EQ(picture.at(0, 13, 8), green);
    EXPECT_TRUE(picture.is_clear(0, 5, 5));
    EXPECT_EQ(picture.at(1, 2, 3), blue);
    EXPECT_EQ(picture.at(1, 6, 5), green);
  }
  const Decoded corner = decoded(gif(4, 8, {{{0, 0, 6, 6}, 2}}));
  EXPECT_EQ(corner.header.stored, (Size{6, 8}));
  EXPECT_TRUE(corner.is_clear(0, 5, 6));
}

TEST(GifGaps, WhatWasStoredWhenItWasCutIsShownAsItWas) {
  const std::string file = gif(10, 8, {{{6, 5, 8, 4}, 2}, {{2, 3, 1, 1}, 3}});
  for (const Size size : {Size{10, 8}, Size{14, 9}}) {
    const auto header = examine_stored(file, size, limits, 1);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->upright, size);
    const VImage image = decode(file, *header, {.all_frames = true, .target = {}});
    EXPECT_EQ(image.width(), size.width);
    EXPECT_EQ(image.height(), 2 * size.height);
    EXPECT_EQ(image.getpoint(2, size.height + 3), blue);
    EXPECT_EQ(decode(file, *header, {.all_frames = false, .target = {}}).height(), size.height);
  }
  EXPECT_EQ(examine_stored(file, {15, 9}, limits, 1)->upright, (Size{14, 9})) << "another picture";
  const std::string ordinary = gif(10, 8, {{{0, 0, 10, 8}, 2}});
  EXPECT_EQ(examine_stored(ordinary, {8, 8}, limits, 1)->upright, (Size{10, 8}));
}

TEST(GifGaps, LaterFramesAreCutAtTheEdge) {
  const Decoded picture =
      decoded(gif(10, 8, {{{0, 0, 10, 8}, 1}, {{6, 6, 8, 8}, 2}, {{20, 20, 4, 4}, 3}, {{1, 1, 1, 1}, 3}}));
  ASSERT_EQ(picture.header.stored, (Size{10, 8}));
  ASSERT_EQ(picture.header.frames, 4);
  EXPECT_EQ(picture.at(1, 9, 7), green);
  EXPECT_EQ(picture.at(2, 0, 0), red);
  EXPECT_EQ(picture.at(3, 1, 1), blue);
}

/// The numbers of the frame that would cover it have 16 bits.
TEST(GifGaps, WhatIsLargerThanAnyFrameIsLeftToLibvipsWhichRefusesIt) {
  const std::string file = gif(2, 2, {{{65'530, 0, 20, 2}, 2}});
  EXPECT_FALSE(needs_a_copy(file));
  EXPECT_THROW(decoded(file), vips::VError);
}

/// libnsgif takes canvases of these sizes for mistakes.
TEST(GifGaps, ACanvasIsAsLargeAsItSays) {
  const Decoded picture = decoded(gif(640, 480, {{{3, 3, 20, 10}, 2}}));
  EXPECT_EQ(picture.header.stored, (Size{640, 480}));
  EXPECT_EQ(picture.at(0, 22, 12), green);
  EXPECT_TRUE(picture.is_clear(0, 639, 479));
}

}  // namespace
}  // namespace rucola::render::worker
