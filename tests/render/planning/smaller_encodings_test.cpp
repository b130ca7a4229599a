#include "render/planning/smaller_encodings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::render {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// An encoding in a few words: "webp<=80 at 75", "png palette at 90", "webp lossless".
std::string words(const Encoding& encoding) {
  std::string text(name_of(encoding.format));
  if (encoding.lossless) text += " lossless";
  if (encoding.palette_quality > 0) text += " palette";
  const bool lossy = encoding.format != Format::png && !encoding.lossless;
  if (lossy) text += (encoding.min_score > 0 ? "<=" : "=") + std::to_string(encoding.quality);
  if (encoding.min_score > 0) {
    std::array<char, 24> digits{};
    std::snprintf(digits.data(), digits.size(), " at %g", encoding.min_score);
    text += digits.data();
  }
  return text;
}

std::vector<std::string> smaller(const Options& options, Format requested,
                                 AcceptClass accept = AcceptClass::neither,
                                 RenderFacts facts = {.source = Format::jpg}) {
  std::vector<std::string> texts;
  for (const Encoding& encoding :
       smaller_encodings(options, choose_encoding(options, requested, facts, accept), facts, accept)) {
    EXPECT_TRUE(encoding.thorough);
    texts.push_back(words(encoding));
  }
  return texts;
}

const Options automatic{{"autoformat", true}};

Options with(Options options, const std::string& name, const Value& value) {
  options[name] = value;
  return options;
}

TEST(SmallerEncodings, SearchTheQualityUpToTheUsualOne) {
  EXPECT_THAT(smaller({}, Format::jpg), ElementsAre("jpg<=80 at 75"));
  EXPECT_THAT(smaller({}, Format::avif), ElementsAre("avif<=45 at 75"));
  EXPECT_THAT(smaller({}, Format::heif), ElementsAre("heif<=40 at 75"));
  EXPECT_THAT(smaller({}, Format::jxl), ElementsAre("jxl<=70 at 75"));
  EXPECT_THAT(smaller({}, Format::jp2), ElementsAre("jp2<=40 at 75"));
}

TEST(SmallerEncodings, WhoAsksForAQualityGetsIt) {
  EXPECT_THAT(smaller({{"optim.quality", std::int64_t{0}}}, Format::jpg), ElementsAre("jpg<=95 at 49"));
  EXPECT_THAT(smaller({{"optim.quality", std::int64_t{10}}}, Format::jpg), ElementsAre("jpg<=95 at 88.5"));
}

TEST(SmallerEncodings, AFormatsOwnQualityIsKeptUnlessBothAreGiven) {
  const Options own{{"jpg.quality", std::int64_t{60}}};
  EXPECT_THAT(smaller(own, Format::jpg), ElementsAre("jpg=60"));
  EXPECT_THAT(smaller(with(own, "optim.quality", std::int64_t{5}), Format::jpg),
              ElementsAre("jpg<=95 at 75"));
  EXPECT_THAT(smaller({{"webp.quality", std::int64_t{60}}}, Format::webp), ElementsAre("webp=60"));
}

TEST(SmallerEncodings, SmallPixelsHideMore) {
  EXPECT_THAT(smaller({{"dpr", 2.0}}, Format::jpg), ElementsAre("jpg<=70 at 71"));
  EXPECT_THAT(smaller({{"dpr", 2.0}, {"optim.quality", std::int64_t{5}}}, Format::jpg),
              ElementsAre("jpg<=95 at 75"));
  EXPECT_THAT(smaller({{"dpr", 2.0}}, Format::avif), ElementsAre("avif<=45 at 75"));
}

TEST(SmallerEncodings, LosslessOnesGetAPaletteWhereNobodySeesIt) {
  EXPECT_THAT(smaller({}, Format::png), ElementsAre("png", "png palette at 90"));
  EXPECT_THAT(smaller({{"pngquant.quality", std::int64_t{100}}}, Format::png), ElementsAre("png"));
  EXPECT_THAT(smaller({{"pngquant.quality", std::int64_t{50}}}, Format::png), ElementsAre("png palette"));
  EXPECT_THAT(smaller({{"pngquant.quality", std::int64_t{98}}}, Format::png),
              ElementsAre("png", "png palette at 90"))
      << "the default";
  EXPECT_THAT(smaller({{"webp.quality", std::int64_t{100}}}, Format::webp), ElementsAre("webp lossless"))
      << "exactly what was asked for";
}

TEST(SmallerEncodings, AWebpMayHoldEither) {
  EXPECT_THAT(smaller({}, Format::webp),
              ElementsAre("webp<=80 at 75", "webp lossless", "webp lossless palette at 90"));
}

TEST(SmallerEncodings, AutoformatExchangesLossyAndLossless) {
  EXPECT_THAT(smaller(automatic, Format::jpg), ElementsAre("jpg<=80 at 75", "png", "png palette at 90"));
  EXPECT_THAT(smaller(automatic, Format::jpg, AcceptClass::avif_and_webp),
              ElementsAre("avif<=45 at 75", "webp lossless", "webp lossless palette at 90"));
  EXPECT_THAT(smaller(automatic, Format::png), ElementsAre("png", "png palette at 90", "jpg<=80 at 75"));
  EXPECT_THAT(smaller(automatic, Format::png, AcceptClass::webp),
              ElementsAre("webp lossless", "webp lossless palette at 90", "webp<=80 at 75"));
  EXPECT_THAT(smaller(automatic, Format::png, AcceptClass::avif_and_webp),
              ElementsAre("webp lossless", "webp lossless palette at 90", "avif<=45 at 75"));
}

TEST(SmallerEncodings, ALosslessJpegXlHasNoPalette) {
  EXPECT_THAT(smaller(automatic, Format::png, AcceptClass::jxl),
              ElementsAre("jxl lossless", "jxl<=70 at 75"));
  EXPECT_THAT(smaller({{"jxl.quality", std::int64_t{100}}}, Format::jxl), ElementsAre("jxl lossless"));
}

TEST(SmallerEncodings, UnlessItIsExcluded) {
  const auto without = [](const char* what) {
    return with(automatic, "autoformat.exclude", std::string(what));
  };
  EXPECT_THAT(smaller(without("lossy_to_lossless"), Format::jpg), ElementsAre("jpg<=80 at 75"));
  EXPECT_THAT(smaller(without("lossless_to_lossy"), Format::png), ElementsAre("png", "png palette at 90"));
  EXPECT_THAT(smaller(without("webp"), Format::jpg, AcceptClass::avif_and_webp),
              ElementsAre("avif<=45 at 75", "png", "png palette at 90"));
}

TEST(SmallerEncodings, ALosslessOneMayBeLargerUnlessThatIsExcluded) {
  const auto weight = [](const Options& options) {
    const Encoding first =
        choose_encoding(options, Format::jpg, {.source = Format::jpg}, AcceptClass::neither);
    return smaller_encodings(options, first, {.source = Format::jpg}, AcceptClass::neither).at(1).size_counts;
  };
  EXPECT_EQ(weight(automatic), 0.8);
  EXPECT_EQ(weight(with(automatic, "autoformat.exclude", std::string("lossy_to_lossless_if_bigger"))), 1);
}

TEST(SmallerEncodings, AJpegMayBecomeProgressiveUnlessTheOptionSaysOtherwise) {
  const auto may_be = [](const Options& options) {
    return smaller_encoding(options, {.format = Format::jpg}).may_be_interlaced;
  };
  EXPECT_TRUE(may_be({}));
  EXPECT_FALSE(may_be({{"interlacing.mode", std::string("none")}}));
}

TEST(SmallerEncodings, ALosslessOneInsteadOfAJpegHasItsColourForTransparency) {
  const Options options = with(automatic, "jpg.transparency.color", std::string("0A141E"));
  const RenderFacts clear{.source = Format::png, .see_through = true};
  const auto of = [&](Format requested) {
    const Encoding first = choose_encoding(options, requested, clear, AcceptClass::neither);
    return smaller_encodings(options, first, clear, AcceptClass::neither);
  };
  const Encoding png = of(Format::jpg).at(1);
  EXPECT_EQ(png.format, Format::png);
  EXPECT_TRUE(png.flatten_always);
  EXPECT_EQ(png.flatten_onto, (Color{10, 20, 30}));
  EXPECT_FALSE(of(Format::png).at(0).flatten_always);
}

TEST(SmallerEncodings, AnimationsArePackedBetter) {
  const RenderFacts animation{.source = Format::gif, .animated = true};
  EXPECT_THAT(smaller({}, Format::gif, AcceptClass::neither, animation), ElementsAre("gif=70"));
  EXPECT_THAT(smaller({}, Format::webp, AcceptClass::neither, animation), ElementsAre("webp=80"));
  for (const Format format : {Format::avif, Format::jxl, Format::mp4})
    EXPECT_THAT(smaller({}, format, AcceptClass::neither, animation), IsEmpty()) << name_of(format);
}

TEST(SmallerEncodings, ADrawingLosesWhatNobodySees) {
  const RenderFacts drawing{.source = Format::svg, .as_it_is = true};
  const auto found =
      smaller_encodings({}, {.format = Format::svg, .as_it_is = true}, drawing, AcceptClass::neither);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found.front().as_it_is && found.front().thorough);
}

TEST(SmallerEncodings, NoneWhereNothingIsGainedOrAllowed) {
  for (const Format format : {Format::gif, Format::tiff, Format::svg, Format::blur})
    EXPECT_THAT(smaller({}, format), IsEmpty()) << name_of(format);
  EXPECT_THAT(smaller({{"optim.disable_all", true}}, Format::jpg), IsEmpty());
}

TEST(SmallerEncodings, AllOfThemHaveAsFewBytesAsTheFirstHasTo) {
  const Options options = with(automatic, "max_bytes", std::int64_t{30'000});
  const RenderFacts facts{.source = Format::jpg};
  for (const Format requested : {Format::jpg, Format::png, Format::webp}) {
    for (const AcceptClass accept : {AcceptClass::neither, AcceptClass::webp, AcceptClass::avif_and_webp}) {
      const Encoding first = choose_encoding(options, requested, facts, accept);
      for (const Encoding& encoding : smaller_encodings(options, first, facts, accept))
        EXPECT_EQ(encoding.max_bytes, 30'000) << words(encoding);
    }
  }
  const Encoding jpg = choose_encoding(options, Format::jpg, facts, AcceptClass::neither);
  EXPECT_EQ(smaller_encodings(options, jpg, facts, AcceptClass::neither).at(1).quality, 100)
      << "a lossless one instead of a lossy one needs no losses of its own";
}

TEST(SmallerEncodings, NothingIsGivenUpForAQuickAnswer) {
  const Options options{{"max_bytes", std::int64_t{30'000}}};
  EXPECT_FALSE(quick_encoding(options, {.format = Format::png, .max_bytes = 30'000}).quick);
  EXPECT_FALSE(quick_encoding(options, {.format = Format::webp, .lossless = true, .max_bytes = 1}).quick);
  EXPECT_TRUE(quick_encoding(options, {.format = Format::webp, .max_bytes = 30'000}).quick);
}

}  // namespace
}  // namespace rucola::render
