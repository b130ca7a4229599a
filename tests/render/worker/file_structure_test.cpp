#include "render/worker/file_structure.h"

#include <string>

#include <gtest/gtest.h>

#include "render/sample_images.h"

namespace rucola::render::worker {
namespace {

constexpr std::int64_t most = 1'000;

TEST(GifStructure, CountsFramesAsLibvipsDoes) {
  const std::string gif = samples::animated({}, ".gif");
  const auto structure = read_gif_structure(gif, most);
  ASSERT_TRUE(structure) << structure.error();
  EXPECT_EQ(structure->width, 40);
  EXPECT_EQ(structure->height, 30);
  EXPECT_EQ(structure->frames, samples::open(gif).get_int("n-pages"));
}

TEST(GifStructure, StopsCountingPastTheLimit) {
  const auto structure = read_gif_structure(samples::gif_with_frames(100'000), most);
  ASSERT_TRUE(structure);
  EXPECT_EQ(structure->frames, most + 1);
}

TEST(GifStructure, AnyMissingByteAtTheEndIsSeen) {
  const std::string gif = samples::animated({}, ".gif");
  for (std::size_t length = 0; length < gif.size(); ++length) {
    EXPECT_FALSE(read_gif_structure(std::string_view(gif).substr(0, length), most)) << length;
  }
}

TEST(GifStructure, NoFrameIsNoImage) {
  using namespace std::string_literals;
  EXPECT_FALSE(read_gif_structure("GIF89a\x01\0\x01\0\0\0\0;"s, most));
  EXPECT_FALSE(read_gif_structure("GIF89a\x01\0\x01\0\0\0\0\x77"s, most));
}

TEST(PngStructure, ReadsTheHeader) {
  const auto plain = read_png_structure(samples::file(samples::photo(33, 22), ".png"));
  ASSERT_TRUE(plain) << plain.error();
  EXPECT_EQ(plain->width, 33);
  EXPECT_EQ(plain->height, 22);
  EXPECT_FALSE(plain->interlaced);
  EXPECT_TRUE(read_png_structure(samples::file(samples::photo(33, 22), ".png[interlace]"))->interlaced);
}

TEST(PngStructure, AnyMissingByteAtTheEndIsSeen) {
  const std::string png = samples::file(samples::photo(20, 20), ".png");
  for (std::size_t length = 0; length < png.size(); ++length) {
    EXPECT_FALSE(read_png_structure(std::string_view(png).substr(0, length))) << length;
  }
}

TEST(PngStructure, TheHeaderComesFirst) {
  std::string png = samples::file(samples::photo(20, 20), ".png");
  png.replace(png.find("IHDR"), 4, "IHDX");
  EXPECT_FALSE(read_png_structure(png));
}

TEST(WebpStructure, IsAsLongAsItSays) {
  const std::string webp = samples::file(samples::photo(20, 20), ".webp");
  EXPECT_TRUE(webp_is_complete(webp));
  EXPECT_TRUE(webp_is_complete(webp + "padding"));
  EXPECT_FALSE(webp_is_complete(webp.substr(0, webp.size() - 1)));
  EXPECT_FALSE(webp_is_complete("RIFF"));
}

TEST(FileStructure, APdfEndsWithItsMarker) {
  EXPECT_TRUE(pdf_is_complete("%PDF-1.4 … %%EOF\n"));
  EXPECT_TRUE(pdf_is_complete("%PDF-1.4 %%EOF" + std::string(1000, ' ')));
  EXPECT_FALSE(pdf_is_complete("%PDF-1.4 %%EOF" + std::string(2000, ' ')));
  EXPECT_FALSE(pdf_is_complete("%PDF-1.4 %%EO"));
  EXPECT_FALSE(pdf_is_complete(""));
}

using namespace std::string_literals;

std::string big32(std::uint32_t number) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8)
    text += static_cast<char>((number >> static_cast<unsigned>(shift)) & 0xffU);
  return text;
}

std::string box(const std::string& type, const std::string& content) {
  return big32(static_cast<std::uint32_t>(8 + content.size())) + type + content;
}

/// Only its beginning: 640 x 480 in one tile, moved by so much.
std::string jp2_stream(std::uint32_t image_x, std::uint32_t image_y, std::uint32_t tile_x,
                       std::uint32_t tile_y) {
  return "\xff\x4f\xff\x51\0\x2f\0\0"s + big32(640) + big32(480) + big32(image_x) + big32(image_y) +
         big32(640) + big32(480) + big32(tile_x) + big32(tile_y) + "\0\3"s;
}

std::string jp2_file(const std::string& header, const std::string& stream) {
  return box("jP  ", "\r\n\x87\n") + box("ftyp", "jp2 \0\0\0\0jp2 "s) + box("jp2h", header) +
         box("jp2c", stream);
}

TEST(Jp2Structure, OffsetsAreSeen) {
  EXPECT_FALSE(read_jp2_structure(jp2_stream(0, 0, 0, 0))->has_offset);
  EXPECT_TRUE(read_jp2_structure(jp2_stream(150, 0, 0, 0))->has_offset);
  EXPECT_TRUE(read_jp2_structure(jp2_stream(0, 300, 0, 0))->has_offset);
  EXPECT_TRUE(read_jp2_structure(jp2_stream(0, 0, 1, 0))->has_offset);
  EXPECT_TRUE(read_jp2_structure(jp2_file({}, jp2_stream(0, 0, 0, 1)))->has_offset);
}

TEST(Jp2Structure, PalettesAreSeen) {
  const std::string header = box("ihdr", std::string(14, '\0'));
  const std::string stream = jp2_stream(0, 0, 0, 0);
  EXPECT_FALSE(read_jp2_structure(jp2_file(header, stream))->has_palette);
  EXPECT_TRUE(read_jp2_structure(jp2_file(header + box("pclr", "abc"), stream))->has_palette);
  EXPECT_TRUE(read_jp2_structure(jp2_file(box("cmap", "abc") + header, stream))->has_palette);
  const std::string long_box = big32(1) + "jp2h" + big32(0) + big32(16 + 11) + box("pclr", "abc");
  EXPECT_TRUE(read_jp2_structure(long_box + big32(0) + "jp2c" + stream)->has_palette);
}

TEST(Jp2Structure, WhatLibvipsWritesIsPlain) {
  const auto jp2 = read_jp2_structure(samples::file(samples::photo(64, 48), ".jp2"));
  ASSERT_TRUE(jp2) << jp2.error();
  EXPECT_FALSE(jp2->has_offset);
  EXPECT_FALSE(jp2->has_palette);
}

TEST(Jp2Structure, WhatHasNoSizeIsRefused) {
  const std::string file = jp2_file(box("ihdr", std::string(14, '\0')), jp2_stream(0, 0, 0, 0));
  for (std::size_t length = 2; length + 2 < file.size(); ++length)
    EXPECT_FALSE(read_jp2_structure(std::string_view(file).substr(0, length))) << length;
  EXPECT_FALSE(read_jp2_structure(box("jP  ", "") + box("jp2c", "other")));
  EXPECT_FALSE(read_jp2_structure(big32(3) + "jp2c"));
}

}  // namespace
}  // namespace rucola::render::worker
