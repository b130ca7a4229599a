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

}  // namespace
}  // namespace rucola::render::worker
