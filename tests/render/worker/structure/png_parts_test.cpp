#include "render/worker/structure/png_parts.h"

#include <string>

#include <gtest/gtest.h>

#include "render/worker/structure/png_chunk.h"

namespace rucola::render::worker {
namespace {

const std::string signature = "\x89PNG\r\n\x1a\n";

std::string chunk(std::string_view type, std::string_view content) {
  std::string bytes;
  append_png_chunk(bytes, type, content);
  return bytes;
}

TEST(PngParts, AreWhatIsBeforeThePixelsTheyAndWhatIsBehind) {
  const std::string before = signature + chunk("IHDR", "sizes") + chunk("tEXt", "a");
  const std::string behind = chunk("tEXt", "b") + chunk("IEND", "") + "garbage";
  const std::string png = before + chunk("IDAT", "one") + chunk("IDAT", "") + chunk("IDAT", "two") + behind;
  const auto parts = png_parts(png);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->before, before);
  EXPECT_EQ(parts->packed, "onetwo");
  EXPECT_EQ(parts->behind, behind);
}

TEST(PngParts, ThereAreNoneWithoutPixels) {
  EXPECT_FALSE(png_parts(""));
  EXPECT_FALSE(png_parts(signature));
  EXPECT_FALSE(png_parts(signature + chunk("IHDR", "sizes") + chunk("IEND", "")));
}

TEST(PngParts, ThereAreNoneWherePixelsAreApart) {
  EXPECT_FALSE(png_parts(signature + chunk("IDAT", "one") + chunk("tEXt", "b") + chunk("IDAT", "two")));
}

}  // namespace
}  // namespace rucola::render::worker
