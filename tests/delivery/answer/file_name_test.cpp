#include "delivery/answer/file_name.h"

#include <gtest/gtest.h>

namespace rucola::delivery {
namespace {

using render::Format;

catalog::SourceImage named(const std::string& name) {
  catalog::SourceImage image;
  image.name = name;
  image.hash = "0123456789";
  return image;
}

TEST(FileName, IsThatOfTheOriginalWithTheAnswersExtension) {
  EXPECT_EQ(file_name("", named("beach.jpeg"), "webp"), "beach.webp");
  EXPECT_EQ(file_name("", named("beach.final.png"), "png"), "beach.final.png");
  EXPECT_EQ(file_name("", named("beach"), "avif"), "beach.avif");
  EXPECT_EQ(file_name("", named(".beach"), "avif"), ".beach.avif");
  EXPECT_EQ(file_name("", named(""), "jpg"), "0123456789.jpg");
}

TEST(FileName, IsTheSlugWhereThereIsOne) {
  EXPECT_EQ(file_name("at-the-sea", named("beach.jpeg"), "webp"), "at-the-sea.webp");
  EXPECT_EQ(file_name("v1.2", named("beach.jpeg"), "jpg"), "v1.2.jpg");
}

TEST(FileName, StaysInItsFolder) {
  EXPECT_EQ(file_name("../a\\b", named(""), "jpg"), ".._a_b.jpg");
}

catalog::SourceImage original(const std::string& name, const std::string& format) {
  catalog::SourceImage image = named(name);
  image.format = format;
  return image;
}

TEST(FileName, AnOriginalKeepsAnExtensionOfItsFormat) {
  EXPECT_EQ(original_file_name("", original("poster.psb", "psd")), "poster.psb");
  EXPECT_EQ(original_file_name("", original("hand.cur", "ico")), "hand.cur");
  EXPECT_EQ(original_file_name("", original("film.m4v", "mp4")), "film.m4v");
  EXPECT_EQ(original_file_name("", original("IMG_1.HEIC", "heif")), "IMG_1.HEIC");
  EXPECT_EQ(original_file_name("", original("sums.xlsm", "xlsx")), "sums.xlsm");
  EXPECT_EQ(original_file_name("", original("DSC_1.NRW", "nef")), "DSC_1.NRW");
  EXPECT_EQ(original_file_name("at-the-sea", original("beach.jpeg", "jpg")), "at-the-sea.jpeg");
}

TEST(FileName, AnOriginalHasNoExtensionOfAnotherFormat) {
  EXPECT_EQ(original_file_name("", original("virus.exe", "jpg")), "virus.jpg");
  EXPECT_EQ(original_file_name("", original("page.html", "txt")), "page.txt");
  EXPECT_EQ(original_file_name("", original("hand.cur", "png")), "hand.png");
  EXPECT_EQ(original_file_name("", original("beach", "jpg")), "beach.jpg");
  EXPECT_EQ(original_file_name("", original(".jpeg", "jpg")), ".jpeg.jpg");
  EXPECT_EQ(original_file_name("", original("", "tiff")), "0123456789.tiff");
}

TEST(FileName, ExtensionsAreThoseOfTheFormats) {
  EXPECT_EQ(extension_of("image/jpeg"), "jpg");
  EXPECT_EQ(extension_of("image/avif"), "avif");
  EXPECT_EQ(extension_of("video/mp4"), "mp4");
  EXPECT_EQ(extension_of("image/unheard-of"), "");
}

TEST(FileName, TheFormatIsKnownBeforehandWhereThereIsOnlyOne) {
  render::PlannedRender render;
  render.plan.encoding.format = Format::webp;
  EXPECT_EQ(only_format_of(render), Format::webp);
  render.smaller.emplace();
  render.smaller->plan = render.plan;
  render.smaller->plan.or_smaller.emplace_back().format = Format::webp;
  EXPECT_EQ(only_format_of(render), Format::webp);
  render.smaller->plan.or_smaller.emplace_back().format = Format::png;
  EXPECT_FALSE(only_format_of(render));
  render.smaller.reset();
  render.plan.if_transparent.emplace().format = Format::png;
  EXPECT_FALSE(only_format_of(render));
}

}  // namespace
}  // namespace rucola::delivery
