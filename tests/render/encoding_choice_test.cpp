#include "render/encoding_choice.h"

#include <string>

#include <gtest/gtest.h>

namespace rucola::render {
namespace {

constexpr AcceptClass none = AcceptClass::neither;
constexpr AcceptClass webp = AcceptClass::webp;
constexpr AcceptClass both = AcceptClass::avif_and_webp;

Options with_autoformat(Options options = {}) {
  options["autoformat"] = true;
  return options;
}

Format format(const Options& options, Format requested, AcceptClass accept, bool animated = false) {
  return choose_encoding(options, requested, animated, accept).format;
}

std::int32_t quality(const Options& options, Format requested) {
  return choose_encoding(options, requested, false, none).quality;
}

TEST(EncodingChoiceTest, WithoutAutoformatTheRequestDecides) {
  for (const Format requested : {Format::jpg, Format::png, Format::webp, Format::avif, Format::gif}) {
    EXPECT_EQ(format({}, requested, both), requested);
    EXPECT_EQ(format({{"autoformat", false}}, requested, both), requested);
    EXPECT_FALSE(varies_on_accept({}, requested, false));
  }
}

TEST(EncodingChoiceTest, AutoformatTurnsJpegIntoAvifThenWebp) {
  EXPECT_EQ(format(with_autoformat(), Format::jpg, both), Format::avif);
  EXPECT_EQ(format(with_autoformat(), Format::jpg, webp), Format::webp);
  EXPECT_EQ(format(with_autoformat(), Format::jpg, none), Format::jpg);
  EXPECT_FALSE(choose_encoding(with_autoformat(), Format::jpg, false, webp).lossless);
}

TEST(EncodingChoiceTest, AutoformatTurnsPngIntoLosslessWebp) {
  for (const AcceptClass accept : {webp, both}) {
    const Encoding encoding = choose_encoding(with_autoformat(), Format::png, false, accept);
    EXPECT_EQ(encoding.format, Format::webp);
    EXPECT_TRUE(encoding.lossless);
  }
  EXPECT_EQ(format(with_autoformat(), Format::png, none), Format::png);
}

TEST(EncodingChoiceTest, AnExplicitQualityMakesThePngLossy) {
  const auto options = with_autoformat({{"webp.quality", std::int64_t{60}}});
  const Encoding encoding = choose_encoding(options, Format::png, false, both);
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
    EXPECT_FALSE(varies_on_accept(with_autoformat(), requested, false));
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
  EXPECT_TRUE(varies_on_accept(with_autoformat(), Format::jpg, false));
  EXPECT_TRUE(varies_on_accept(with_autoformat(), Format::png, false));
  EXPECT_TRUE(varies_on_accept(excluding("webp"), Format::jpg, false));
  EXPECT_FALSE(varies_on_accept(excluding("webp"), Format::jpg, true));
  EXPECT_FALSE(varies_on_accept(excluding("webp"), Format::png, false));
  EXPECT_FALSE(varies_on_accept(excluding("webp"), Format::gif, true));
  EXPECT_FALSE(varies_on_accept(excluding("webp,avif"), Format::jpg, false));
}

TEST(EncodingChoiceTest, HasTheDefaultQualities) {
  EXPECT_EQ(quality({}, Format::jpg), 80);
  EXPECT_EQ(quality({}, Format::webp), 80);
  EXPECT_EQ(quality({}, Format::avif), 45);
  EXPECT_EQ(quality({}, Format::gif), 70);
  EXPECT_EQ(choose_encoding({}, Format::png, false, none).png_compression_level, 7);
}

TEST(EncodingChoiceTest, HighRatiosLowerTheDefaultsOfJpegAndWebp) {
  for (const double dpr : {1.0, 1.5})
    EXPECT_EQ(quality({{"dpr", dpr}}, Format::jpg), 80) << dpr;
  for (const double dpr : {1.51, 2.0, 10.0}) {
    EXPECT_EQ(quality({{"dpr", dpr}}, Format::jpg), 70) << dpr;
    EXPECT_EQ(quality({{"dpr", dpr}}, Format::webp), 70) << dpr;
    EXPECT_EQ(quality({{"dpr", dpr}}, Format::avif), 35) << dpr;
  }
  EXPECT_EQ(quality({{"dpr", 2.0}, {"jpg.quality", std::int64_t{80}}}, Format::jpg), 80);
  EXPECT_EQ(quality({{"dpr", 2.0}, {"webp.quality", std::int64_t{55}}}, Format::webp), 55);
  EXPECT_EQ(quality({{"dpr", 2.0}, {"webp.quality", std::int64_t{55}}}, Format::jpg), 70);
}

TEST(EncodingChoiceTest, AWebpQualityOf100IsLossless) {
  EXPECT_TRUE(choose_encoding({{"webp.quality", std::int64_t{100}}}, Format::webp, false, none).lossless);
  EXPECT_FALSE(choose_encoding({{"webp.quality", std::int64_t{99}}}, Format::webp, false, none).lossless);
  EXPECT_FALSE(choose_encoding({{"jpg.quality", std::int64_t{100}}}, Format::jpg, false, none).lossless);
}

TEST(EncodingChoiceTest, FlattensWhereTheFormatHasNoTransparency) {
  const Options red{{"jpg.transparency.color", "FF0000"}};
  EXPECT_EQ(choose_encoding({}, Format::jpg, false, none).flatten_onto, (Color{255, 255, 255}));
  EXPECT_EQ(choose_encoding(red, Format::jpg, false, none).flatten_onto, (Color{255, 0, 0}));
  EXPECT_FALSE(choose_encoding(red, Format::jpg, false, none).flatten_always);
  EXPECT_EQ(choose_encoding(red, Format::png, false, none).flatten_onto, Color{});
}

TEST(EncodingChoiceTest, TransparencyColorFlattensEverywhere) {
  const Options options{{"transparency.color", "0000FF"}, {"jpg.transparency.color", "FF0000"}};
  for (const Format requested : {Format::jpg, Format::png, Format::webp}) {
    const Encoding encoding = choose_encoding(options, requested, false, none);
    EXPECT_TRUE(encoding.flatten_always);
    EXPECT_EQ(encoding.flatten_onto, (Color{0, 0, 255}));
  }
}

}  // namespace
}  // namespace rucola::render
