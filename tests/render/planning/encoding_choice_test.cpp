#include "render/planning/encoding_choice.h"

#include <string>

#include <gtest/gtest.h>

#include "render/plan/plan.h"

namespace rucola::render {
namespace {

constexpr AcceptClass none = AcceptClass::neither;
constexpr AcceptClass webp = AcceptClass::webp;
constexpr AcceptClass both = AcceptClass::avif_and_webp;
constexpr AcceptClass avif = AcceptClass::avif;
constexpr AcceptClass jxl = AcceptClass::jxl;
constexpr AcceptClass jxl_and_webp = AcceptClass::jxl_and_webp;

Options with_autoformat(Options options = {}) {
  options["autoformat"] = true;
  return options;
}

Format format(const Options& options, Format requested, AcceptClass accept, bool animated = false) {
  return choose_encoding(options, requested, {.animated = animated}, accept).format;
}

std::int32_t quality(const Options& options, Format requested) {
  return choose_encoding(options, requested, {}, none).quality;
}

TEST(EncodingChoiceTest, WithoutAutoformatTheRequestDecides) {
  for (const Format requested : {Format::jpg, Format::png, Format::webp, Format::avif, Format::gif}) {
    EXPECT_EQ(format({}, requested, both), requested);
    EXPECT_EQ(format({{"autoformat", false}}, requested, both), requested);
    EXPECT_FALSE(varies_on_accept({}, requested, {}));
  }
}

TEST(EncodingChoiceTest, AutoformatTurnsJpegIntoAvifThenWebp) {
  EXPECT_EQ(format(with_autoformat(), Format::jpg, both), Format::avif);
  EXPECT_EQ(format(with_autoformat(), Format::jpg, webp), Format::webp);
  EXPECT_EQ(format(with_autoformat(), Format::jpg, none), Format::jpg);
  EXPECT_FALSE(choose_encoding(with_autoformat(), Format::jpg, {}, webp).lossless);
}

TEST(EncodingChoiceTest, AutoformatTurnsPngIntoLosslessWebp) {
  for (const AcceptClass accept : {webp, both}) {
    const Encoding encoding = choose_encoding(with_autoformat(), Format::png, {}, accept);
    EXPECT_EQ(encoding.format, Format::webp);
    EXPECT_TRUE(encoding.lossless);
  }
  EXPECT_EQ(format(with_autoformat(), Format::png, none), Format::png);
}

TEST(EncodingChoiceTest, AvifAloneGetsNoWebp) {
  EXPECT_EQ(format(with_autoformat(), Format::jpg, avif), Format::avif);
  EXPECT_EQ(format(with_autoformat(), Format::png, avif), Format::png);
  EXPECT_EQ(format(with_autoformat(), Format::gif, avif), Format::gif);
  EXPECT_EQ(format(with_autoformat(), Format::jpg, avif, true), Format::jpg);
}

TEST(EncodingChoiceTest, AutoformatTurnsJpegIntoJpegXlWhereAvifIsNotTaken) {
  for (const AcceptClass accept : {jxl, jxl_and_webp}) {
    EXPECT_EQ(format(with_autoformat(), Format::jpg, accept), Format::jxl);
    EXPECT_FALSE(choose_encoding(with_autoformat(), Format::jpg, {}, accept).lossless);
  }
  const auto without = with_autoformat({{"autoformat.exclude", "jxl"}});
  EXPECT_EQ(format(without, Format::jpg, jxl), Format::jpg);
  EXPECT_EQ(format(without, Format::jpg, jxl_and_webp), Format::webp);
  EXPECT_EQ(format(without, Format::png, jxl), Format::png);
  EXPECT_EQ(format(with_autoformat(), Format::jpg, jxl_and_webp, true), Format::webp);
}

TEST(EncodingChoiceTest, AutoformatTurnsPngIntoLosslessJpegXlWhereWebpIsNotTaken) {
  const Encoding encoding = choose_encoding(with_autoformat(), Format::png, {}, jxl);
  EXPECT_EQ(encoding.format, Format::jxl);
  EXPECT_TRUE(encoding.lossless);
  EXPECT_EQ(format(with_autoformat(), Format::png, jxl_and_webp), Format::webp);
  const auto lossy = with_autoformat({{"jxl.quality", std::int64_t{60}}});
  EXPECT_EQ(choose_encoding(lossy, Format::png, {}, jxl).quality, 60);
}

TEST(EncodingChoiceTest, AnExplicitQualityMakesThePngLossy) {
  const auto options = with_autoformat({{"webp.quality", std::int64_t{60}}});
  const Encoding encoding = choose_encoding(options, Format::png, {}, both);
  EXPECT_EQ(encoding.format, Format::webp);
  EXPECT_FALSE(encoding.lossless);
  EXPECT_EQ(encoding.quality, 60);
}

TEST(EncodingChoiceTest, AutoformatTurnsGifIntoWebp) {
  for (const bool animated : {false, true}) {
    EXPECT_EQ(format(with_autoformat(), Format::gif, both, animated), Format::webp);
    EXPECT_EQ(format(with_autoformat(), Format::gif, none, animated), Format::gif);
  }
}

TEST(EncodingChoiceTest, AnimationsBecomeWebpAndNeverAvif) {
  EXPECT_EQ(format(with_autoformat(), Format::jpg, both, true), Format::webp);
  EXPECT_EQ(format(with_autoformat(), Format::jpg, none, true), Format::jpg);
}

TEST(EncodingChoiceTest, WhatIsAskedForAsWebpOrAvifStaysThat) {
  for (const Format requested : {Format::webp, Format::avif}) {
    EXPECT_EQ(format(with_autoformat(), requested, both), requested);
    EXPECT_FALSE(varies_on_accept(with_autoformat(), requested, {}));
  }
}

TEST(EncodingChoiceTest, RespectsExclusions) {
  const auto excluding = [](const char* list) { return with_autoformat({{"autoformat.exclude", list}}); };
  EXPECT_EQ(format(excluding("avif"), Format::jpg, both), Format::webp);
  EXPECT_EQ(format(excluding("webp"), Format::jpg, both), Format::avif);
  EXPECT_EQ(format(excluding("webp"), Format::jpg, webp), Format::jpg);
  EXPECT_EQ(format(excluding("avif,webp"), Format::jpg, both), Format::jpg);
  EXPECT_EQ(format(excluding("lossless_to_lossy,webp"), Format::png, both), Format::png);
  EXPECT_EQ(format(excluding("jxl,svg"), Format::jpg, both), Format::avif);
}

TEST(EncodingChoiceTest, VariesOnlyWhereTheAnswerCouldDiffer) {
  const auto excluding = [](const char* list) { return with_autoformat({{"autoformat.exclude", list}}); };
  EXPECT_TRUE(varies_on_accept(with_autoformat(), Format::jpg, {}));
  EXPECT_TRUE(varies_on_accept(with_autoformat(), Format::png, {}));
  EXPECT_TRUE(varies_on_accept(excluding("webp"), Format::jpg, {}));
  EXPECT_FALSE(varies_on_accept(excluding("webp"), Format::jpg, {.animated = true}));
  EXPECT_TRUE(varies_on_accept(excluding("webp"), Format::png, {})) << "JPEG XL";
  EXPECT_FALSE(varies_on_accept(excluding("webp,jxl"), Format::png, {}));
  EXPECT_FALSE(varies_on_accept(excluding("webp"), Format::gif, {.animated = true}));
  EXPECT_FALSE(varies_on_accept(excluding("webp,avif,jxl"), Format::jpg, {}));
}

TEST(EncodingChoiceTest, HasTheDefaultQualities) {
  EXPECT_EQ(quality({}, Format::jpg), 80);
  EXPECT_EQ(quality({}, Format::webp), 80);
  EXPECT_EQ(quality({}, Format::avif), 45);
  EXPECT_EQ(quality({}, Format::gif), 70);
  EXPECT_EQ(choose_encoding({}, Format::png, {}, none).png_compression_level, 7);
}

TEST(EncodingChoiceTest, HighRatiosLowerTheDefaultsOfJpegAndWebpOnly) {
  for (const double dpr : {1.0, 1.5})
    EXPECT_EQ(quality({{"dpr", dpr}}, Format::jpg), 80) << dpr;
  for (const double dpr : {1.51, 2.0, 10.0}) {
    EXPECT_EQ(quality({{"dpr", dpr}}, Format::jpg), 70) << dpr;
    EXPECT_EQ(quality({{"dpr", dpr}}, Format::webp), 70) << dpr;
    EXPECT_EQ(quality({{"dpr", dpr}}, Format::avif), 45) << dpr;
    EXPECT_EQ(quality({{"dpr", dpr}}, Format::heif), 40) << dpr;
    EXPECT_EQ(quality({{"dpr", dpr}}, Format::jxl), 70) << dpr;
    EXPECT_EQ(quality({{"dpr", dpr}}, Format::jp2), 40) << dpr;
  }
  EXPECT_EQ(quality({{"dpr", 2.0}, {"jpg.quality", std::int64_t{80}}}, Format::jpg), 80);
  EXPECT_EQ(quality({{"dpr", 2.0}, {"webp.quality", std::int64_t{55}}}, Format::webp), 55);
  EXPECT_EQ(quality({{"dpr", 2.0}, {"webp.quality", std::int64_t{55}}}, Format::jpg), 70);
}

TEST(EncodingChoiceTest, AWebpQualityOf100IsLossless) {
  EXPECT_TRUE(choose_encoding({{"webp.quality", std::int64_t{100}}}, Format::webp, {}, none).lossless);
  EXPECT_FALSE(choose_encoding({{"webp.quality", std::int64_t{99}}}, Format::webp, {}, none).lossless);
  EXPECT_FALSE(choose_encoding({{"jpg.quality", std::int64_t{100}}}, Format::jpg, {}, none).lossless);
}

constexpr RenderFacts see_through{.see_through = true};

TEST(EncodingChoiceTest, FlattensWhereTheFormatHasNoTransparency) {
  const Options red{{"jpg.transparency.color", "FF0000"}};
  for (const Format requested : {Format::jpg, Format::blur}) {
    EXPECT_EQ(choose_encoding({}, requested, see_through, none).flatten_onto, (Color{255, 255, 255}));
    EXPECT_EQ(choose_encoding(red, requested, see_through, none).flatten_onto, (Color{255, 0, 0}));
    EXPECT_FALSE(choose_encoding(red, requested, see_through, none).flatten_always);
  }
  EXPECT_EQ(choose_encoding(red, Format::png, see_through, none).flatten_onto, Color{});
  EXPECT_EQ(choose_encoding(red, Format::jpg, {}, none).flatten_onto, Color{}) << "nothing to flatten";
}

TEST(EncodingChoiceTest, TransparencyColorFlattensEverywhere) {
  const Options options{{"transparency.color", "0000FF"}, {"jpg.transparency.color", "FF0000"}};
  for (const Format requested : {Format::jpg, Format::png, Format::webp, Format::tiff, Format::svg}) {
    const Encoding encoding = choose_encoding(options, requested, see_through, none);
    EXPECT_TRUE(encoding.flatten_always);
    EXPECT_EQ(encoding.flatten_onto, (Color{0, 0, 255}));
    EXPECT_FALSE(choose_encoding(options, requested, {}, none).flatten_always);
  }
}

constexpr RenderFacts drawing{.source = Format::svg, .see_through = true, .as_it_is = true};

TEST(EncodingChoiceTest, ADrawingThatNothingIsDoneToStaysOne) {
  EXPECT_TRUE(choose_encoding({}, Format::svg, drawing, none).as_it_is);
  EXPECT_FALSE(choose_encoding({}, Format::svg, {.source = Format::svg}, none).as_it_is);
  EXPECT_FALSE(choose_encoding({}, Format::svg, {.source = Format::pdf, .as_it_is = true}, none).as_it_is);
  EXPECT_FALSE(choose_encoding({{"transparency.color", "0000FF"}}, Format::svg, drawing, none).as_it_is);
  EXPECT_EQ(choose_encoding({}, Format::png, drawing, both).format, Format::png);
}

TEST(EncodingChoiceTest, AutoformatKeepsDrawingsForBrowsers) {
  const auto excluding = [](const char* list) { return with_autoformat({{"autoformat.exclude", list}}); };
  for (const Format requested : {Format::jpg, Format::png, Format::webp, Format::gif, Format::svg}) {
    EXPECT_TRUE(choose_encoding(with_autoformat(), requested, drawing, none).as_it_is);
    EXPECT_FALSE(varies_on_accept(with_autoformat(), requested, drawing));
  }
  EXPECT_EQ(choose_encoding(excluding("svg"), Format::png, drawing, none).format, Format::png);
  EXPECT_EQ(choose_encoding(excluding("svg"), Format::svg, drawing, none).format, Format::svg);
  for (const Format requested : {Format::tiff, Format::blur, Format::jp2})
    EXPECT_EQ(choose_encoding(with_autoformat(), requested, drawing, none).format, requested);
}

TEST(EncodingChoiceTest, CopyrightIsKeptWhereThereIsAPlaceForIt) {
  const Options keeping{{"keep.copyright", true}};
  for (const Format requested : {Format::jpg, Format::png, Format::webp, Format::avif, Format::heif,
                                 Format::jxl, Format::jp2, Format::tiff, Format::gif}) {
    EXPECT_TRUE(choose_encoding(keeping, requested, {}, none).keep_copyright) << name_of(requested);
    EXPECT_FALSE(choose_encoding({}, requested, {}, none).keep_copyright) << name_of(requested);
  }
  for (const Format requested : {Format::svg, Format::blur, Format::thumbhash, Format::mp4, Format::webm})
    EXPECT_FALSE(choose_encoding(keeping, requested, {}, none).keep_copyright) << name_of(requested);
  EXPECT_TRUE(choose_encoding(with_autoformat(keeping), Format::jpg, {}, both).keep_copyright);
}

TEST(EncodingChoiceTest, ABitmapInAnSvgIsAsLosslessAsItsSource) {
  for (const Format source : {Format::png, Format::gif, Format::tiff, Format::bmp, Format::ico, Format::psd,
                              Format::eps, Format::svg, Format::pdf})
    EXPECT_EQ(choose_encoding({}, Format::svg, {.source = source}, none).inside, Format::png);
  for (const Format source : {Format::jpg, Format::webp, Format::avif, Format::heif, Format::jxl}) {
    const Encoding encoding =
        choose_encoding({{"jpg.quality", std::int64_t{33}}}, Format::svg, {.source = source}, none);
    EXPECT_EQ(encoding.inside, Format::jpg);
    EXPECT_EQ(encoding.quality, 33);
  }
}

TEST(EncodingChoiceTest, AutoformatTurnsABitmapInAnSvgIntoABitmap) {
  EXPECT_EQ(format(with_autoformat(), Format::svg, none), Format::png);
  EXPECT_EQ(format(with_autoformat(), Format::svg, both), Format::webp);
  EXPECT_TRUE(choose_encoding(with_autoformat(), Format::svg, {}, webp).lossless);
  EXPECT_TRUE(varies_on_accept(with_autoformat(), Format::svg, {}));
  const auto excluding = with_autoformat({{"autoformat.exclude", "svg_to_png"}});
  EXPECT_EQ(format(excluding, Format::svg, both), Format::svg);
  EXPECT_FALSE(varies_on_accept(excluding, Format::svg, {}));
}

constexpr AcceptClass named_only = AcceptClass::neither_nor_wildcard;

std::optional<Format> instead_of_jpg(const char* wanted, AcceptClass accept, Options options = {}) {
  options["jpg.transparency.autoformat"] = std::string(wanted);
  const auto other = choose_if_transparent(options, Format::jpg, see_through, accept);
  return other ? std::optional(other->format) : std::nullopt;
}

TEST(EncodingChoiceTest, TransparencyMakesJpegSomethingElse) {
  for (const AcceptClass accept : {named_only, none, webp, both})
    EXPECT_EQ(instead_of_jpg("false", accept), std::nullopt);
  for (const AcceptClass accept : {webp, both}) {
    EXPECT_EQ(instead_of_jpg("true", accept), Format::webp);
    EXPECT_EQ(instead_of_jpg("png", accept), Format::webp);
  }
  EXPECT_EQ(instead_of_jpg("true", none), Format::svg);
  EXPECT_EQ(instead_of_jpg("png", none), Format::png);
  EXPECT_EQ(instead_of_jpg("true", named_only), Format::png);
  EXPECT_EQ(instead_of_jpg("webp", named_only), Format::webp);
  EXPECT_EQ(instead_of_jpg("true", webp, {{"autoformat.exclude", "webp"}}), Format::svg);
}

TEST(EncodingChoiceTest, TransparencyThatIsReplacedChangesNothing) {
  EXPECT_EQ(instead_of_jpg("true", both, {{"jpg.transparency.convert", true}}), std::nullopt);
  EXPECT_EQ(instead_of_jpg("true", both, {{"transparency.color", "FF0000"}}), std::nullopt);
  const Options options{{"jpg.transparency.autoformat", "true"}};
  EXPECT_FALSE(choose_if_transparent(options, Format::jpg, {}, both)) << "an opaque source";
  EXPECT_FALSE(choose_if_transparent(options, Format::png, see_through, both));
  EXPECT_FALSE(choose_if_transparent(with_autoformat(options), Format::jpg, see_through, both))
      << "AVIF keeps it";
}

TEST(EncodingChoiceTest, TheSvgInsteadOfAJpegHoldsAJpeg) {
  const Options options{{"jpg.transparency.autoformat", "true"}, {"jpg.quality", std::int64_t{61}}};
  const auto other = choose_if_transparent(options, Format::jpg, see_through, none);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->inside, Format::jpg);
  EXPECT_EQ(other->quality, 61);
}

TEST(EncodingChoiceTest, VariesWhereTransparencyCouldMakeADifference) {
  const Options options{{"jpg.transparency.autoformat", "true"}};
  EXPECT_TRUE(varies_on_accept(options, Format::jpg, see_through));
  EXPECT_FALSE(varies_on_accept(options, Format::jpg, {}));
  EXPECT_FALSE(varies_on_accept(options, Format::png, see_through));
  EXPECT_FALSE(varies_on_accept({{"jpg.transparency.autoformat", "webp"}}, Format::jpg, see_through));
}

TEST(EncodingChoiceTest, InterlacesAndNotesTheResolutionWhereTheFormatCan) {
  const Options options{{"interlacing.mode", "plane"}, {"dpi", std::int64_t{300}}};
  for (const Format requested : {Format::jpg, Format::png}) {
    EXPECT_TRUE(choose_encoding(options, requested, {}, none).interlaced);
    EXPECT_EQ(choose_encoding(options, requested, {}, none).dpi, 300);
    EXPECT_FALSE(choose_encoding({}, requested, {}, none).interlaced);
    EXPECT_EQ(choose_encoding({}, requested, {}, none).dpi, 0);
  }
  EXPECT_FALSE(choose_encoding(options, Format::tiff, {}, none).interlaced);
  EXPECT_EQ(choose_encoding(options, Format::tiff, {}, none).dpi, 300);
  EXPECT_EQ(choose_encoding(options, Format::webp, {}, none).dpi, 0);
}

TEST(EncodingChoiceTest, APaletteIsMadeOnlyWhereAskedFor) {
  const Options asked{{"pngquant.quality", std::int64_t{80}}};
  const Options not_really{{"pngquant.quality", std::int64_t{100}}};
  EXPECT_EQ(choose_encoding({}, Format::png, {}, none).palette_quality, 0);
  EXPECT_EQ(choose_encoding(not_really, Format::png, {}, none).palette_quality, 0);
  EXPECT_EQ(choose_encoding(asked, Format::png, {}, none).palette_quality, 80);
  EXPECT_EQ(choose_encoding(asked, Format::webp, {}, none).palette_quality, 0) << "lossy";
  EXPECT_EQ(choose_encoding(with_autoformat(asked), Format::png, {}, webp).palette_quality, 80);
}

TEST(EncodingChoiceTest, TheDefaultOfThePaletteIsTheSameRenderWrittenOut) {
  for (const Format requested : {Format::png, Format::jpg}) {
    for (const AcceptClass accept : {none, webp}) {
      Plan usual;
      usual.encoding = choose_encoding(with_autoformat(), requested, {}, accept);
      Plan written = usual;
      const auto options = with_autoformat({{"pngquant.quality", std::int64_t{98}}});
      written.encoding = choose_encoding(options, requested, {}, accept);
      EXPECT_EQ(serialise(usual), serialise(written));
    }
  }
  EXPECT_EQ(choose_encoding({{"pngquant.quality", std::int64_t{97}}}, Format::png, {}, none).palette_quality,
            97);
  EXPECT_EQ(choose_encoding({{"pngquant.quality", std::int64_t{99}}}, Format::png, {}, none).palette_quality,
            0);
}

TEST(EncodingChoiceTest, TheNewerFormatsHaveTheirQualities) {
  EXPECT_EQ(quality({}, Format::heif), 40);
  EXPECT_EQ(quality({}, Format::jxl), 70);
  EXPECT_EQ(quality({}, Format::jp2), 40);
  EXPECT_TRUE(choose_encoding({{"jxl.quality", std::int64_t{100}}}, Format::jxl, {}, none).lossless);
  EXPECT_TRUE(choose_encoding({{"jp2.quality", std::int64_t{100}}}, Format::jp2, {}, none).lossless);
  EXPECT_EQ(quality({{"jpg.quality", std::int64_t{1}}}, Format::tiff), Encoding{}.quality);
}

TEST(EncodingChoiceTest, AMostOfBytesIsThatOfAnyFormat) {
  const Options options = with_autoformat({{"max_bytes", std::int64_t{30'000}}});
  for (const AcceptClass accept : {none, webp, both, jxl}) {
    for (const Format requested : {Format::jpg, Format::png, Format::gif})
      EXPECT_EQ(choose_encoding(options, requested, {}, accept).max_bytes, 30'000);
  }
  const RenderFacts clear{.source = Format::png, .see_through = true};
  const Options either{{"max_bytes", std::int64_t{30'000}}, {"jpg.transparency.autoformat", "png"}};
  EXPECT_EQ(choose_if_transparent(either, Format::jpg, clear, none)->max_bytes, 30'000);
  EXPECT_EQ(choose_encoding({{"max_bytes", std::int64_t{0}}}, Format::jpg, {}, none).max_bytes, 0);
}

TEST(EncodingChoiceTest, AMostOfBytesSaysHowFarWhatIsLosslessMayGo) {
  const auto highest = [](Options options, Format requested, AcceptClass accept) {
    options["max_bytes"] = std::int64_t{30'000};
    return choose_encoding(options, requested, {}, accept).quality;
  };
  EXPECT_EQ(highest({}, Format::png, none), 98) << "of the palette";
  EXPECT_EQ(highest({{"pngquant.quality", std::int64_t{100}}}, Format::png, none), 100) << "none";
  EXPECT_EQ(highest(with_autoformat(), Format::png, webp), 80);
  EXPECT_EQ(highest(with_autoformat({{"autoformat.exclude", "lossless_to_lossy"}}), Format::png, webp), 100);
  EXPECT_EQ(highest({{"webp.quality", std::int64_t{100}}}, Format::webp, none), 99);
  EXPECT_EQ(highest({{"jpg.quality", std::int64_t{33}}}, Format::jpg, none), 33);
}

TEST(EncodingChoiceTest, AMostOfBytesGetsNoDrawingUnlessThatIsAskedFor) {
  const RenderFacts drawing{.source = Format::svg, .see_through = true, .as_it_is = true};
  const Options options = with_autoformat({{"max_bytes", std::int64_t{30'000}}});
  EXPECT_EQ(choose_encoding(options, Format::jpg, drawing, none).format, Format::jpg);
  EXPECT_TRUE(choose_encoding(options, Format::svg, drawing, none).as_it_is);
}

}  // namespace
}  // namespace rucola::render
