#include "render/worker/structure/file_structure.h"

#include <string>

#include <gtest/gtest.h>

#include "render/sample_images.h"

namespace rucola::render::worker {
namespace {

TEST(PngStructure, ReadsTheHeader) {
  const auto plain = read_png_structure(samples::file(samples::photo(33, 22), ".png"));
  ASSERT_TRUE(plain) << plain.error();
  EXPECT_EQ(plain->width, 33);
  EXPECT_EQ(plain->height, 22);
  EXPECT_EQ(plain->bits, 8);
  EXPECT_EQ(plain->bands, 3);
  EXPECT_FALSE(plain->interlaced);
  EXPECT_TRUE(read_png_structure(samples::file(samples::photo(33, 22), ".png[interlace]"))->interlaced);
}

TEST(PngStructure, KnowsWhatAPixelIs) {
  const auto kind = [](const samples::VImage& image, const char* options) {
    const auto png = read_png_structure(samples::file(image, options));
    return png ? std::pair(png->bits, png->bands) : std::pair(-1, -1);
  };
  EXPECT_EQ(kind(samples::translucent(9, 9), ".png"), std::pair(8, 4));
  EXPECT_EQ(kind(samples::photo(9, 9).colourspace(VIPS_INTERPRETATION_RGB16), ".png"), std::pair(16, 3));
  EXPECT_EQ(kind(samples::VImage::black(9, 9), ".png"), std::pair(8, 1));
  EXPECT_EQ(kind(samples::photo(9, 9), ".png[palette]"), std::pair(8, 0));
}

TEST(PngStructure, ABeginningWithoutPixelsIsCutOff) {
  const std::string png = samples::file(samples::photo(20, 20), ".png");
  const std::size_t pixels = png.find("IDAT") + 4;
  for (std::size_t length = 0; length < pixels; ++length)
    EXPECT_FALSE(read_png_structure(std::string_view(png).substr(0, length))) << length;
  for (std::size_t length = pixels; length < png.size(); ++length)
    EXPECT_TRUE(read_png_structure(std::string_view(png).substr(0, length))) << length;
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

}  // namespace
}  // namespace rucola::render::worker
