#include "render/worker/inspection/inspect.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/sample_images.h"
#include "render/worker/self_test_images.h"

namespace rucola::render::worker {
namespace {

using samples::VImage;
using testing::HasSubstr;

constexpr protocol::Limits limits{.source_pixels = 225'000'000,
                                  .source_frames = 1'000,
                                  .output_pixels = 100'000'000,
                                  .output_side = 16'383,
                                  .cpu_seconds = 60};

/// As a worker does it: whatever libvips throws is a refusal.
Result<Inspection> inspect(std::string_view bytes, const protocol::Limits& with = limits) {
  try {
    return inspect_source({bytes}, with);
  } catch (const vips::VError& error) {
    return fail(ErrorCode::unprocessable, "libvips refused", error.what());
  }
}

struct Sample {
  std::string suffix;
  Format format;
};

class EveryFormat : public testing::TestWithParam<Sample> {};

INSTANTIATE_TEST_SUITE_P(Formats, EveryFormat,
                         testing::Values(Sample{".jpg", Format::jpg}, Sample{".jpg[interlace]", Format::jpg},
                                         Sample{".png", Format::png}, Sample{".png[interlace]", Format::png},
                                         Sample{".webp", Format::webp},
                                         Sample{".webp[lossless]", Format::webp},
                                         Sample{".avif", Format::avif}, Sample{".gif", Format::gif},
                                         Sample{".tif", Format::tiff},
                                         Sample{".tif[compression=deflate,tile]", Format::tiff}));

TEST_P(EveryFormat, IsRecognisedByItsBytes) {
  const auto inspection = inspect(samples::file(samples::photo(90, 60), GetParam().suffix));
  ASSERT_TRUE(inspection) << inspection.error().message.text << inspection.error().detail.text;
  EXPECT_EQ(inspection->format, GetParam().format);
  EXPECT_EQ(inspection->size, (Size{90, 60}));
  EXPECT_EQ(inspection->frames, 1);
  EXPECT_TRUE(inspection->opaque);
}

/// What may have no more to it than that the file ends there.
bool lacks_only_its_end(Format format, std::size_t bytes) {
  if (format == Format::jpg) return bytes <= 2;
  if (format == Format::png) return bytes <= 16;
  return format == Format::gif && bytes <= 1;
}

TEST_P(EveryFormat, IsAcceptedWithoutItsLastByteWhereThatIsNoPartOfThePicture) {
  const std::string whole = samples::file(samples::noise(150, 120), GetParam().suffix);
  if (!lacks_only_its_end(GetParam().format, 1)) return;
  EXPECT_TRUE(inspect(std::string_view(whole).substr(0, whole.size() - 1)));
}

TEST_P(EveryFormat, IsRefusedWhereverItIsCutOff) {
  const std::string whole = samples::file(samples::noise(150, 120), GetParam().suffix);
  ASSERT_TRUE(inspect(whole));
  std::vector<std::size_t> lengths{whole.size() - 1, whole.size() - 2, whole.size() - 9};
  for (const std::size_t permille : {5U, 50U, 200U, 500U, 700U, 900U, 950U, 990U, 998U}) {
    lengths.push_back(whole.size() * permille / 1000);
  }
  for (const std::size_t length : lengths) {
    const auto inspection = inspect(std::string_view(whole).substr(0, length));
    if (lacks_only_its_end(GetParam().format, whole.size() - length)) continue;
    EXPECT_FALSE(inspection) << "cut to " << length << " of " << whole.size();
    if (inspection) continue;
    EXPECT_EQ(inspection.error().code, ErrorCode::unprocessable) << inspection.error().message.text;
  }
}

// Not written here: x265 leaks, which the sanitizers' builds do not forgive.
TEST(Inspect, HeicIsRecognisedByItsBytes) {
  const auto inspection = inspect(white_heic());
  ASSERT_TRUE(inspection) << inspection.error().detail.text;
  EXPECT_EQ(inspection->format, Format::heif);
  EXPECT_EQ(inspection->size, (Size{16, 16}));
}

TEST(Inspect, HeicIsRefusedWhereverItIsCutOff) {
  for (std::size_t length = 0; length < white_heic().size(); ++length) {
    EXPECT_FALSE(inspect(white_heic().substr(0, length))) << length;
  }
}

TEST(Inspect, ABigTiffIsATiff) {
  const auto inspection = inspect(samples::file(samples::photo(90, 60), ".tif[bigtiff]"));
  ASSERT_TRUE(inspection);
  EXPECT_EQ(inspection->format, Format::tiff);
}

TEST(Inspect, SizeIsThatOfTheUprightImage) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    VImage image = samples::photo(90, 60);
    image.set("orientation", orientation);
    const auto inspection = inspect(samples::file(image, ".jpg"));
    ASSERT_TRUE(inspection);
    EXPECT_EQ(inspection->size, (orientation < 5 ? Size{90, 60} : Size{60, 90})) << orientation;
  }
}

TEST(Inspect, OpaqueMeansEveryPixelIs) {
  EXPECT_FALSE(inspect(samples::file(samples::translucent(50, 40), ".png"))->opaque);
  EXPECT_FALSE(inspect(samples::file(samples::translucent(50, 40), ".webp"))->opaque);
  const VImage with_useless_alpha = samples::photo(50, 40).bandjoin_const({255});
  EXPECT_TRUE(inspect(samples::file(with_useless_alpha, ".png"))->opaque);
  const VImage deep = samples::photo(50, 40).bandjoin_const({255}).colourspace(VIPS_INTERPRETATION_RGB16);
  EXPECT_TRUE(inspect(samples::file(deep, ".png"))->opaque);
  VImage one_hole = with_useless_alpha.copy_memory();
  one_hole.draw_rect({0, 0, 0, 254}, 49, 39, 1, 1);
  EXPECT_FALSE(inspect(samples::file(one_hole, ".png"))->opaque);
}

TEST(Inspect, CountsFrames) {
  for (const char* suffix : {".gif", ".webp", ".jxl"}) {
    const auto inspection = inspect(samples::animated({}, suffix));
    ASSERT_TRUE(inspection);
    EXPECT_EQ(inspection->frames, 3);
    EXPECT_EQ(inspection->size, (Size{40, 30}));
  }
}

TEST(Inspect, AJxlThatMovesIsRefusedWhereverItIsCutOff) {
  constexpr std::size_t signature = 2;
  const std::string whole = samples::animated({}, ".jxl");
  for (std::size_t length = signature; length < whole.size(); ++length) {
    const auto inspection = inspect(std::string_view(whole).substr(0, length));
    ASSERT_FALSE(inspection) << "cut to " << length << " of " << whole.size();
    EXPECT_EQ(inspection.error().code, ErrorCode::unprocessable);
  }
}

TEST(Inspect, KeepsWhatTheFileSaysOfItself) {
  const std::string colors = R"("image_colors":{"dominant":"ff0000","palette":["ff0000"],"shares":[100]})";
  EXPECT_EQ(
      inspect(samples::file(samples::uniform(30, 20, {255, 0, 0}), ".png[strip]"))->static_metadata_json,
      "{" + colors + "}");
  VImage image = samples::photo(30, 20);
  image.set("orientation", 6);
  image.set("exif-ifd0-Make", "Rollei (R, ASCII, 6 components, 6 bytes)");
  const auto inspection = inspect(samples::file(image, ".jpg"));
  ASSERT_TRUE(inspection);
  EXPECT_THAT(inspection->static_metadata_json, HasSubstr(R"("make":"Rollei")"));
  EXPECT_THAT(inspection->static_metadata_json, HasSubstr(R"("orientation":6)"));
  EXPECT_THAT(inspection->static_metadata_json, HasSubstr("image_colors"));
}

TEST(Inspect, AnOrientationAloneIsKeptToo) {
  VImage image = samples::photo(30, 20);
  image.set("orientation", 6);
  EXPECT_THAT(inspect(samples::file(image, ".tif"))->static_metadata_json,
              HasSubstr(R"({"exif":{"orientation":6})"));
}

TEST(Inspect, ColoursThatCannotBeRenderedAreRefused) {
  // A TIFF of 1 x 1 whose four channels are of a photometric interpretation that does not exist.
  std::string tiff("II*\0\x08\0\0\0\x09\0", 10);
  const auto entry = [&](int tag, int type, int value) {
    for (const int part : {tag, type})
      tiff += {static_cast<char>(part & 0xff), static_cast<char>(part >> 8)};
    tiff += {1, 0, 0, 0, static_cast<char>(value & 0xff), static_cast<char>(value >> 8), 0, 0};
  };
  constexpr int is_short = 3;
  const int photometric = 182;
  const int end = 10 + 9 * 12 + 4;
  for (const auto& [tag, value] : std::vector<std::pair<int, int>>{{256, 1},
                                                                   {257, 1},
                                                                   {258, 8},
                                                                   {259, 1},
                                                                   {262, photometric},
                                                                   {273, end},
                                                                   {277, 4},
                                                                   {278, 1},
                                                                   {279, 4}}) {
    entry(tag, is_short, value);
  }
  tiff += std::string(4, '\0') + "abcd";
  const auto refused = inspect_source({tiff}, limits);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unprocessable);
  EXPECT_THAT(refused.error().message.text, HasSubstr("colours"));
}

TEST(Inspect, WhatMayTakeLongIsNotBegunUnlessItMay) {
  const auto is_begun = [](std::string_view bytes) {
    const auto inspection = inspect_source_unless_heavy({bytes}, limits);
    return inspection.has_value() && inspection->has_value();
  };
  EXPECT_TRUE(is_begun(samples::file(samples::photo(90, 60), ".png")));
  EXPECT_TRUE(is_begun(samples::file(samples::photo(90, 60), ".tif")));
  EXPECT_TRUE(is_begun(samples::animated({}, ".gif")));
  EXPECT_FALSE(is_begun("<svg xmlns='http://www.w3.org/2000/svg'/>"));
  EXPECT_FALSE(is_begun("%PDF-1.7"));
  EXPECT_FALSE(is_begun(samples::png_claiming(14'000, 14'000))) << "nothing of it was decoded";
  // Pages of a hundred bytes each would be counted before the first is looked at.
  EXPECT_FALSE(is_begun("II*" + std::string(1, '\0') + std::string(std::size_t{26} << 20, 'x')));
}

TEST(Inspect, WhatIsTooLargeIsRefusedWithoutALongLook) {
  const auto refused = inspect_source_unless_heavy({samples::png_claiming(30'000, 30'000)}, limits);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::payload_too_large);
}

TEST(Inspect, ATextFileHasNoSize) {
  const auto inspection = inspect("Dear Sir or Madam\n");
  ASSERT_TRUE(inspection);
  EXPECT_EQ(inspection->format, Format::txt);
  EXPECT_EQ(inspection->size, Size());
  EXPECT_EQ(inspection->static_metadata_json, "{}");
}

TEST(Inspect, APageIsNeitherImageNorFile) {
  const auto inspection = inspect("<html><body>Dear Sir or Madam</body></html>\n");
  ASSERT_FALSE(inspection);
  EXPECT_EQ(inspection.error().code, ErrorCode::unprocessable);
  EXPECT_THAT(inspection.error().message.text, HasSubstr("not an image"));
}

TEST(Inspect, APngBombIsRefusedByItsHeader) {
  const auto inspection = inspect(samples::png_claiming(30'000, 30'000));
  ASSERT_FALSE(inspection);
  EXPECT_EQ(inspection.error().code, ErrorCode::payload_too_large);
  EXPECT_THAT(inspection.error().message.text, HasSubstr("render.max_source_pixels"));
  EXPECT_THAT(inspection.error().message.text, HasSubstr("225000000"));
}

TEST(Inspect, AnInterlacedPngMayBeLess) {
  const auto inspection = inspect(samples::png_claiming(10'000, 10'000, true));
  ASSERT_FALSE(inspection);
  EXPECT_EQ(inspection.error().code, ErrorCode::payload_too_large);
  EXPECT_THAT(inspection.error().message.text, HasSubstr("interlaced"));
}

TEST(Inspect, AGifOfTooManyFramesIsRefused) {
  const auto inspection = inspect(samples::gif_with_frames(100'000));
  ASSERT_FALSE(inspection);
  EXPECT_EQ(inspection.error().code, ErrorCode::payload_too_large);
  EXPECT_THAT(inspection.error().message.text, HasSubstr("render.max_source_frames"));
  EXPECT_EQ(inspect(samples::gif_with_frames(1'000))->frames, 1'000);
}

TEST(Inspect, FramesTimesPixelsAreLimited) {
  protocol::Limits few = limits;
  few.source_pixels = 40 * 30 * 3;
  const std::string animation = samples::animated({}, ".webp");
  EXPECT_TRUE(inspect(animation, few));
  --few.source_pixels;
  ASSERT_FALSE(inspect(animation, few));
  EXPECT_EQ(inspect(animation, few).error().code, ErrorCode::payload_too_large);
}

TEST(Inspect, AnSvgHasTheSizeItDeclares) {
  const auto inspection = inspect(
      "<svg xmlns='http://www.w3.org/2000/svg' width='120' height='80'><rect width='9' height='9'/></svg>");
  ASSERT_TRUE(inspection) << inspection.error().detail.text;
  EXPECT_EQ(inspection->format, Format::svg);
  EXPECT_EQ(inspection->size, (Size{120, 80}));
  EXPECT_FALSE(inspection->opaque);
  EXPECT_THAT(inspection->static_metadata_json, HasSubstr(R"("svg":{"width":1.2E2,"height":8E1})"));
}

TEST(Inspect, AnSvgMayNotDeclareAnySize) {
  const auto inspection = inspect("<svg xmlns='http://www.w3.org/2000/svg' width='1e5' height='1e5'/>");
  ASSERT_FALSE(inspection);
  EXPECT_EQ(inspection.error().code, ErrorCode::payload_too_large);
}

TEST(Inspect, AnSvgMayNotReachOutside) {
  const auto inspection = inspect(
      "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><image "
      "href='file:///etc/passwd'/></svg>");
  ASSERT_FALSE(inspection);
  EXPECT_EQ(inspection.error().code, ErrorCode::unprocessable);
  EXPECT_THAT(inspection.error().message.text, HasSubstr("file:///etc/passwd"));
}

TEST(Inspect, ABrokenSvgIsRefused) {
  EXPECT_FALSE(inspect("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect></svg>"));
  EXPECT_FALSE(inspect("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect x='1'"));
}

}  // namespace
}  // namespace rucola::render::worker
