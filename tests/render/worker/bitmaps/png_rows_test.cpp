#include "render/worker/bitmaps/png_rows.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <vips/vips8>

#include "render/sample_images.h"
#include "render/worker/decoding/vips_loading.h"
#include "render/worker/structure/png_chunk.h"

namespace rucola::render::worker {
namespace {

using samples::VImage;

constexpr std::size_t end_chunk = 12;

VImage by_libvips(const std::string& png) {
  return load(blob_with(png), Format::png, loader_options(VIPS_FAIL_ON_WARNING)).copy_memory();
}

RowLayout layout_of(const VImage& image) {
  return {.size = {image.width(), image.height()},
          .bands = image.bands(),
          .format = image.format(),
          .interpretation = image.interpretation()};
}

std::shared_ptr<Rows> rows_of(const std::string& png) {
  return png_rows(png, layout_of(by_libvips(png)));
}

bool is_same(const VImage& one, const VImage& other) {
  return one.width() == other.width() && one.height() == other.height() && one.bands() == other.bands() &&
         one.format() == other.format() && (one - other).abs().max() == 0;
}

std::size_t content_of(const std::string& png, const std::string& type) {
  return png.find(type) + type.size();
}

std::string small_png() {
  return samples::file(samples::photo(30, 20), ".png");
}

/// The samples of a pixel are 1, 2, 3, 4, 6 and 8 bytes; no row is a multiple of anything.
TEST(PngRows, AreWhatLibvipsReads) {
  const VImage grey = samples::photo(301, 203).colourspace(VIPS_INTERPRETATION_B_W);
  const VImage see_through = samples::translucent(301, 203);
  for (const std::string depth : {"8", "16"}) {
    for (const std::string filter : {"none", "sub", "up", "avg", "paeth", "all"}) {
      for (const VImage& image :
           {grey, grey.bandjoin(see_through.extract_band(3)), samples::photo(301, 203), see_through,
            samples::photo(1, 1), samples::photo(1, 7'000), samples::photo(7'000, 1)}) {
        const VImage deep = (image.cast(VIPS_FORMAT_USHORT) * 257 + 1).cast(VIPS_FORMAT_USHORT);
        const bool is_deep = depth == "16";
        const std::string png =
            samples::file(is_deep ? deep.copy(VImage::option()->set(
                                        "interpretation", image.bands() < 3 ? VIPS_INTERPRETATION_GREY16
                                                                            : VIPS_INTERPRETATION_RGB16))
                                  : image,
                          (".png[filter=" + filter + "]").c_str());
        const VImage wanted = by_libvips(png);
        const auto rows = png_rows(png, layout_of(wanted));
        ASSERT_TRUE(rows) << depth << " bits, " << filter << ", " << image.bands();
        EXPECT_TRUE(is_same(image_of(rows, wanted), wanted))
            << depth << " bits, " << filter << ", " << image.bands() << " bands, " << image.width();
      }
    }
  }
}

/// Of any value, so that sums go over the end of a byte.
TEST(PngRows, AreWhatLibvipsReadsOfNoise) {
  for (const int bands : {1, 2, 3, 4}) {
    VImage noise = VImage::gaussnoise(67, 45, VImage::option()->set("mean", 128)->set("sigma", 90));
    for (int band = 1; band < bands; ++band)
      noise =
          noise.bandjoin(VImage::gaussnoise(67, 45, VImage::option()->set("mean", 99)->set("sigma", 150)));
    const VImage image =
        noise.cast(VIPS_FORMAT_UCHAR)
            .copy(VImage::option()->set("interpretation",
                                        bands < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB));
    for (const char* const options : {".png[filter=sub]", ".png[filter=avg]", ".png[filter=paeth]"}) {
      const std::string png = samples::file(image.copy_memory(), options);
      const VImage wanted = by_libvips(png);
      const auto rows = png_rows(png, layout_of(wanted));
      ASSERT_TRUE(rows);
      EXPECT_TRUE(is_same(image_of(rows, wanted), wanted)) << bands << ' ' << options;
    }
  }
}

TEST(PngRows, KeepAllThatIsSaidOfThePicture) {
  VImage photo = samples::photo(30, 20).copy(VImage::option()->set("xres", 11.811)->set("yres", 11.811));
  photo.set("png-comment-0-Title", "a name");
  const std::string png = samples::file(photo, ".png[profile=p3]");
  const VImage read = by_libvips(png);
  const auto rows = png_rows(png, layout_of(read));
  ASSERT_TRUE(rows);
  const VImage image = image_of(rows, read);
  EXPECT_NEAR(image.xres(), 11.811, 0.001);
  EXPECT_EQ(image.interpretation(), VIPS_INTERPRETATION_sRGB);
  EXPECT_STREQ(image.get_string("png-comment-0-Title"), "a name");
  EXPECT_NE(image.get_typeof(VIPS_META_ICC_NAME), 0U);
}

TEST(PngRows, ReadsOneAboveTheLast) {
  const std::string png = samples::file(samples::photo(30, 20), ".png[filter=paeth]");
  const VImage wanted = by_libvips(png);
  const VImage image = image_of(rows_of(png), wanted);
  EXPECT_EQ(image.getpoint(3, 19), wanted.getpoint(3, 19));
  EXPECT_EQ(image.getpoint(29, 2), wanted.getpoint(29, 2));
}

TEST(PngRows, ManyChunksOfPixelsAreOne) {
  const std::string png = small_png();
  std::string_view rest = std::string_view(png).substr(png.find("IDAT") - 4);
  const auto chunk = take_png_chunk(rest);
  ASSERT_TRUE(chunk);
  std::string pieces = png.substr(0, png.find("IDAT") - 4);
  for (std::size_t at = 0; at < chunk->content.size(); at += 7)
    append_png_chunk(pieces, "IDAT", chunk->content.substr(at, 7));
  pieces += rest;
  const VImage wanted = by_libvips(png);
  const auto rows = rows_of(pieces);
  ASSERT_TRUE(rows);
  EXPECT_TRUE(is_same(image_of(rows, wanted), wanted));
}

TEST(PngRows, WhatIsDamagedIsLeftToLibvips) {
  const std::string png = small_png();
  const RowLayout layout = layout_of(by_libvips(png));
  for (std::size_t length = 0; length < png.size() - end_chunk; ++length)
    EXPECT_FALSE(png_rows(std::string_view(png).substr(0, length), layout)) << length;
  for (std::size_t at = content_of(png, "IDAT"); at < png.size() - end_chunk - 4; ++at) {
    std::string damaged = png;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    EXPECT_FALSE(png_rows(damaged, layout)) << at;
  }
}

TEST(PngRows, WhatSaysItIsOtherwiseIsLeftToLibvips) {
  const std::string png = small_png();
  RowLayout layout = layout_of(by_libvips(png));
  for (const Size size : {Size{29, 20}, {31, 20}, {30, 19}, {30, 21}, {30, 0}}) {
    std::string other = png;
    const std::size_t sizes = content_of(png, "IHDR");
    other[sizes + 3] = static_cast<char>(size.width);
    other[sizes + 7] = static_cast<char>(size.height);
    layout.size = size;
    EXPECT_FALSE(png_rows(other, layout)) << size.width << " x " << size.height;
  }
  layout.size = {30, 20};
  layout.bands = 4;
  EXPECT_FALSE(png_rows(png, layout)) << "a colour is transparent";
}

/// Of 4 x 1 pixels that are stored: a head of two bytes, a head of a block of five, the filter; a sum at the
/// end.
std::string with_filter(std::string png, int filter) {
  const std::size_t at = content_of(png, "IDAT") + 7;
  constexpr int bytes = 13;
  png[at] = static_cast<char>(filter);
  const auto add = [&](std::size_t number, int more) {
    const int sum =
        static_cast<unsigned char>(png[number]) * 256 + static_cast<unsigned char>(png[number + 1]) + more;
    png[number] = static_cast<char>(sum / 256);
    png[number + 1] = static_cast<char>(sum % 256);
  };
  add(at + bytes, filter * bytes);
  add(at + bytes + 2, filter);
  return png;
}

TEST(PngRows, AFilterThatPngDoesNotKnowIsLeftToLibvips) {
  const std::string png = samples::file(samples::photo(4, 1), ".png[compression=0,filter=none]");
  const RowLayout layout = layout_of(by_libvips(png));
  for (int filter = 0; filter <= 4; ++filter)
    EXPECT_TRUE(png_rows(with_filter(png, filter), layout)) << filter;
  for (const int filter : {5, 6, 255})
    EXPECT_FALSE(png_rows(with_filter(png, filter), layout)) << filter;
}

TEST(PngRows, NotOfPalettesInterlacedOrLargePictures) {
  EXPECT_FALSE(rows_of(samples::file(samples::photo(30, 20), ".png[palette]")));
  EXPECT_FALSE(rows_of(samples::file(samples::photo(30, 20), ".png[interlace]")));
  EXPECT_FALSE(rows_of(samples::file(VImage::black(8'192, 8'192), ".png"))) << "a byte a row over 64 MiB";
}

TEST(PngRows, NotWhereOtherChunksLieBetweenThePixels) {
  std::string png = small_png();
  const std::size_t begin = png.find("IDAT") - 4;
  const std::string pixels = png.substr(begin, png.size() - end_chunk - begin);
  std::string text;
  append_png_chunk(text, "tEXt", "between");
  const RowLayout layout = layout_of(by_libvips(png));
  png.insert(png.size() - end_chunk, text + pixels);
  EXPECT_FALSE(png_rows(png, layout));
}

}  // namespace
}  // namespace rucola::render::worker
