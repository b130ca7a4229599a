#include "render/format.h"

#include <gtest/gtest.h>

namespace rucola::render {
namespace {

constexpr Format all[] = {Format::jpg, Format::png, Format::webp, Format::avif, Format::gif, Format::heif,
                          Format::jxl, Format::jp2, Format::tiff, Format::svg,  Format::pdf};

TEST(FormatTest, EveryNameIsReadBack) {
  for (const Format format : all)
    EXPECT_EQ(parse_format(name_of(format)), format) << name_of(format);
}

TEST(FormatTest, UnderstandsSynonyms) {
  EXPECT_EQ(parse_format("jpeg"), Format::jpg);
  EXPECT_EQ(parse_format("heic"), Format::heif);
  EXPECT_EQ(parse_format("tif"), Format::tiff);
}

TEST(FormatTest, RefusesWhatIsNoFormat) {
  for (const char* text : {"", "JPG", "jpgx", "exe", "blur", " jpg"})
    EXPECT_FALSE(parse_format(text)) << text;
}

TEST(FormatTest, ThisBuildWritesFive) {
  EXPECT_EQ(output_format_names(), "jpg, png, webp, avif, gif");
  for (const Format format : all) {
    const bool named = output_format_names().find(name_of(format)) != std::string_view::npos;
    EXPECT_EQ(is_output_format(format), named) << name_of(format);
  }
}

TEST(FormatTest, KnowsWhatFormatsKeep) {
  EXPECT_FALSE(keeps_transparency(Format::jpg));
  EXPECT_TRUE(keeps_transparency(Format::png));
  EXPECT_TRUE(keeps_transparency(Format::avif));
  for (const Format format : all) {
    EXPECT_EQ(keeps_animation(format), format == Format::gif || format == Format::webp) << name_of(format);
  }
}

TEST(FormatTest, HasMimetypes) {
  EXPECT_EQ(mimetype_of(Format::jpg), "image/jpeg");
  EXPECT_EQ(mimetype_of(Format::svg), "image/svg+xml");
  for (const Format format : all)
    EXPECT_FALSE(mimetype_of(format).empty());
}

}  // namespace
}  // namespace rucola::render
