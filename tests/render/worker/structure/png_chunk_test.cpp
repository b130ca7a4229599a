#include "render/worker/structure/png_chunk.h"

#include <string>

#include <gtest/gtest.h>

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;

/// The end that every PNG has (ISO/IEC 15948, 11.2.5).
const std::string end_of_png = "\0\0\0\0IEND\xae\x42\x60\x82"s;

TEST(PngChunk, IsWrittenAsTheStandardHasIt) {
  std::string png;
  append_png_chunk(png, "IEND", "");
  EXPECT_EQ(png, end_of_png);
}

TEST(PngChunk, OneAfterTheOtherIsTaken) {
  std::string png;
  append_png_chunk(png, "tEXt", "words");
  const std::string text = png;
  png += end_of_png;
  std::string_view rest = png;
  const auto first = take_png_chunk(rest);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->type, "tEXt");
  EXPECT_EQ(first->content, "words");
  EXPECT_EQ(first->whole, text);
  const auto second = take_png_chunk(rest);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->type, "IEND");
  EXPECT_EQ(second->content, "");
  EXPECT_FALSE(take_png_chunk(rest));
  EXPECT_EQ(rest, "");
}

TEST(PngChunk, WhatIsNotWholeIsLeft) {
  std::string png;
  append_png_chunk(png, "tEXt", "words");
  for (std::size_t length = 0; length < png.size(); ++length) {
    std::string_view rest = std::string_view(png).substr(0, length);
    EXPECT_FALSE(take_png_chunk(rest)) << length;
    EXPECT_EQ(rest.size(), length);
  }
  std::string_view longest = "\xff\xff\xff\xffIDAT and some more";
  EXPECT_FALSE(take_png_chunk(longest));
}

}  // namespace
}  // namespace rucola::render::worker
