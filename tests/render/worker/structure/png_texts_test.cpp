#include "render/worker/structure/png_texts.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "render/worker/structure/png_chunk.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;

std::string with_texts(int before_pixels, int behind, std::string_view type = "tEXt") {
  std::string png = "\x89PNG\r\n\x1a\n";
  append_png_chunk(png, "IHDR", std::string(13, '\0'));
  for (int i = 0; i < before_pixels; ++i)
    append_png_chunk(png, type, "a\0b"s);
  append_png_chunk(png, "IDAT", "pixels");
  for (int i = 0; i < behind; ++i)
    append_png_chunk(png, type, "a\0b"s);
  append_png_chunk(png, "IEND", {});
  return png;
}

TEST(PngTexts, UsualOnesStay) {
  EXPECT_FALSE(png_with_fewer_texts(with_texts(0, 0)));
  EXPECT_FALSE(png_with_fewer_texts(with_texts(500, 0)));
  EXPECT_FALSE(png_with_fewer_texts(with_texts(2000, 0, "prVt")));
}

TEST(PngTexts, OfTooManyTheFirstStay) {
  for (const char* type : {"tEXt", "zTXt", "iTXt"})
    EXPECT_EQ(png_with_fewer_texts(with_texts(1000, 1, type)), with_texts(50, 0, type)) << type;
  EXPECT_EQ(png_with_fewer_texts(with_texts(20, 1000)), with_texts(20, 30));
}

TEST(PngTexts, WhatIsNoChunkStaysAsItIs) {
  EXPECT_EQ(png_with_fewer_texts(with_texts(501, 0) + "and more"), with_texts(50, 0) + "and more");
  EXPECT_EQ(png_with_fewer_texts(with_texts(501, 0) + "\xff\xff\xff\xff of some kind"),
            with_texts(50, 0) + "\xff\xff\xff\xff of some kind");
  const std::string whole = with_texts(600, 0);
  for (std::size_t length = 0; length < whole.size(); length += 7)
    static_cast<void>(png_with_fewer_texts(std::string_view(whole).substr(0, length)));
}

}  // namespace
}  // namespace rucola::render::worker
