#include "render/plan/format.h"

#include <span>

#include <gtest/gtest.h>

namespace rucola::render {
namespace {

const std::span<const Format> all = all_formats();

TEST(FormatTest, EveryNameIsReadBack) {
  for (const Format format : all)
    EXPECT_EQ(parse_format(name_of(format)), format) << name_of(format);
}

TEST(FormatTest, KnowsWhoseAMimetypeIs) {
  EXPECT_EQ(formats_of("image/jpeg"), std::vector{Format::jpg});
  EXPECT_EQ(formats_of("text/plain"), (std::vector{Format::blur, Format::thumbhash, Format::txt}));
  EXPECT_TRUE(formats_of("image/jpg").empty());
}

TEST(FormatTest, UnderstandsSynonyms) {
  EXPECT_EQ(parse_format("jpeg"), Format::jpg);
  EXPECT_EQ(parse_format("heic"), Format::heif);
  EXPECT_EQ(parse_format("tif"), Format::tiff);
  EXPECT_EQ(parse_format("blurhash"), Format::blur);
}

TEST(FormatTest, RefusesWhatIsNoFormat) {
  for (const char* text : {"", "JPG", "jpgx", "exe", "blurry", " jpg"})
    EXPECT_FALSE(parse_format(text)) << text;
}

TEST(FormatTest, ListsWhatThisBuildWrites) {
  EXPECT_EQ(output_format_names(),
            "jpg, png, webp, avif, gif, heif, jxl, jp2, tiff, svg, blur, thumbhash, mp4, webm");
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
    const bool moves = format == Format::gif || format == Format::webp || format == Format::avif ||
                       format == Format::jxl || format == Format::mp4 || format == Format::webm;
    EXPECT_EQ(keeps_animation(format), moves) << name_of(format);
  }
}

TEST(FormatTest, KnowsDrawings) {
  for (const Format format : all)
    EXPECT_EQ(is_drawing(format), format == Format::svg || format == Format::pdf) << name_of(format);
}

TEST(FormatTest, KnowsVideos) {
  for (const Format format : all) {
    EXPECT_EQ(is_video(format), format == Format::mp4 || format == Format::mov || format == Format::webm)
        << name_of(format);
  }
}

TEST(FormatTest, KnowsCameraRaw) {
  std::string names;
  for (const Format format : all) {
    if (!is_camera_raw(format)) continue;
    names += std::string(name_of(format)) + " ";
    EXPECT_FALSE(is_output_format(format) || keeps_transparency(format) || keeps_animation(format))
        << name_of(format);
  }
  EXPECT_EQ(names, "cr2 cr3 nef arw dng orf rw2 pef srw raf ");
}

TEST(FormatTest, TellsFilesFromPicturesAndFonts) {
  EXPECT_EQ(mere_files().front(), Format::txt);
  EXPECT_EQ(mere_files().back(), Format::zip);
  for (const Format format : mere_files()) {
    EXPECT_TRUE(is_mere_file(format)) << name_of(format);
    EXPECT_FALSE(is_output_format(format) || is_font(format) || is_drawing(format)) << name_of(format);
  }
  for (const Format format : {Format::jpg, Format::pdf, Format::svg, Format::webm, Format::ttf, Format::otf})
    EXPECT_FALSE(is_mere_file(format)) << name_of(format);
}

TEST(FormatTest, HasMimetypes) {
  EXPECT_EQ(mimetype_of(Format::jpg), "image/jpeg");
  EXPECT_EQ(mimetype_of(Format::svg), "image/svg+xml");
  EXPECT_EQ(mimetype_of(Format::ico), "image/vnd.microsoft.icon");
  for (const Format format : all)
    EXPECT_FALSE(mimetype_of(format).empty());
}

}  // namespace
}  // namespace rucola::render
