#include "render/worker/encoding/within_bytes.h"

#include <gtest/gtest.h>

#include "render/plan/no_file_fits.h"
#include "render/worker/encoding/encode.h"
#include "render/worker/encoding/photo.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

Encoding within(Encoding encoding, std::size_t most_bytes) {
  encoding.max_bytes = static_cast<std::int32_t>(most_bytes);
  return encoding;
}

bool is_palette(const std::string& png) {
  return png.at(25) == 3;  // the colour type in IHDR
}

bool is_lossless_webp(const std::string& webp) {
  return webp.find("VP8L") != std::string::npos;
}

/// Of six files at most, where sizes hardly go with the quality, the last may be a little short of it.
TEST(WithinBytes, ItIsTheFileOfTheHighestQualityThatFits) {
  constexpr std::int32_t most_steps_short = 10;
  const VImage image = photo(160, 120);
  for (const Format format : {Format::jpg, Format::webp, Format::avif}) {
    const Encoding asked{.format = format, .quality = 70};
    const std::size_t all = encode(image, asked).size();
    for (const std::size_t percent : {80, 55, 35}) {
      const std::size_t most = all * percent / 100;
      const auto found = encode_within_bytes(image, within(asked, most));
      ASSERT_TRUE(found) << name_of(format);
      EXPECT_LE(found->size(), most);
      Encoding lower = asked;
      while (encode(image, lower).size() > most)
        --lower.quality;
      std::int32_t short_of = 0;
      for (; encode(image, lower) != *found && short_of <= most_steps_short; ++short_of)
        --lower.quality;
      EXPECT_LE(short_of, format == Format::jpg ? 0 : most_steps_short)
          << name_of(format) << " " << percent << " %";
    }
  }
}

TEST(WithinBytes, WhatFitsIsAsItIsWithoutTheBound) {
  const VImage image = photo(160, 120);
  for (const Format format : {Format::jpg, Format::png, Format::webp, Format::gif, Format::tiff}) {
    const Encoding asked{.format = format, .quality = 70};
    const std::string unbounded = encode(image, asked);
    EXPECT_EQ(encode_within_bytes(image, within(asked, unbounded.size())), unbounded) << name_of(format);
    EXPECT_EQ(encode_within_bytes(image, asked), unbounded);
  }
}

TEST(WithinBytes, APngIsPackedBetterThenGetsAPaletteThenIsRefused) {
  const VImage image = photo(160, 120);
  const Encoding asked{.format = Format::png, .quality = 98};
  Encoding thorough = asked;
  thorough.thorough = true;
  const std::string packed = encode(image, thorough);
  ASSERT_LT(packed.size(), encode(image, asked).size());
  EXPECT_EQ(encode_within_bytes(image, within(asked, packed.size())), packed);
  const auto with_palette = encode_within_bytes(image, within(asked, packed.size() - 1));
  ASSERT_TRUE(with_palette);
  EXPECT_TRUE(is_palette(*with_palette));
  EXPECT_LT(with_palette->size(), packed.size());
  EXPECT_FALSE(encode_within_bytes(image, within(asked, 200)));
}

TEST(WithinBytes, WhereNoPaletteIsAllowedAPngIsAllColoursOrNone) {
  const VImage image = photo(160, 120);
  const Encoding asked{.format = Format::png, .quality = 100};
  const auto none = encode_within_bytes(image, within(asked, 10'000));
  ASSERT_FALSE(none);
  EXPECT_GT(none.error().bytes, 10'000U);
  EXPECT_NE(too_large_error(none.error()).message.text.find("nothing of it is lowered"), std::string::npos);
}

TEST(WithinBytes, ALosslessWebpBecomesLossyWhereItMay) {
  const VImage image = photo(160, 120);
  const Encoding asked{.format = Format::webp, .quality = 80, .lossless = true};
  const std::size_t all = encode(image, asked).size();
  const auto exact = encode_within_bytes(image, within(asked, all));
  const auto lossy = encode_within_bytes(image, within(asked, all / 2));
  ASSERT_TRUE(exact && lossy);
  EXPECT_TRUE(is_lossless_webp(*exact));
  EXPECT_FALSE(is_lossless_webp(*lossy));
  EXPECT_LE(lossy->size(), all / 2);
  Encoding strict = asked;
  strict.quality = 100;
  EXPECT_FALSE(encode_within_bytes(image, within(strict, all / 2)));
}

TEST(WithinBytes, AJpgInsideAnSvgIsLowered) {
  const VImage image = photo(160, 120).bandjoin(100).copy_memory();
  const Encoding asked{.format = Format::svg, .quality = 80, .inside = Format::jpg};
  const std::size_t all = encode(image, asked).size();
  const auto found = encode_within_bytes(image, within(asked, all * 2 / 3));
  ASSERT_TRUE(found);
  EXPECT_LE(found->size(), all * 2 / 3);
}

TEST(WithinBytes, WhatHasNoQualityFitsOrIsRefused) {
  const VImage image = photo(160, 120);
  for (const Format format : {Format::gif, Format::tiff}) {
    const std::size_t all = encode(image, {.format = format}).size();
    const auto none = encode_within_bytes(image, within({.format = format}, all - 1));
    ASSERT_FALSE(none) << name_of(format);
    EXPECT_EQ(none.error().bytes, all);
  }
}

TEST(WithinBytes, AnAnimationKeepsItsFrames) {
  std::vector<VImage> frames;
  frames.reserve(3);
  for (int seed = 0; seed < 3; ++seed) {
    const VImage noise = VImage::gaussnoise(90, 60, VImage::option()->set("sigma", 3)->set("seed", seed));
    frames.push_back((photo(90, 60) + noise).cast(VIPS_FORMAT_UCHAR));
  }
  VImage joined = VImage::arrayjoin(frames, VImage::option()->set("across", 1)).copy_memory();
  joined.set("page-height", 60);
  const Encoding asked{.format = Format::webp, .quality = 80};
  const std::size_t all = encode(joined, asked).size();
  const auto found = encode_within_bytes(joined, within(asked, all / 2));
  ASSERT_TRUE(found);
  EXPECT_LE(found->size(), all / 2);
  const VImage read =
      VImage::new_from_buffer(found->data(), found->size(), "", VImage::option()->set("n", -1));
  EXPECT_EQ(read.height(), 180);
}

TEST(WithinBytes, TheErrorNamesTheLowestThatWasTried) {
  const VImage image = photo(160, 120);
  const auto none = encode_within_bytes(image, within({.format = Format::jpg, .quality = 80}, 300));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().bytes, encode(image, {.format = Format::jpg, .quality = 1}).size());
  const Error error = too_large_error(none.error());
  EXPECT_EQ(error.code, ErrorCode::unprocessable);
  EXPECT_TRUE(is_no_file_fits(error)) << "the server remembers it by that";
  EXPECT_NE(error.message.text.find("300 of the stack option \"max_bytes\""), std::string::npos)
      << error.message.text;
}

/// The palette of two colours is larger than the file that has none.
TEST(WithinBytes, TheErrorNamesTheSmallestOfAllThatWereTried) {
  const VImage image = VImage::black(8, 8, VImage::option()->set("bands", 3))
                           .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB))
                           .linear(1, 9, VImage::option()->set("uchar", true))
                           .copy_memory();
  const Encoding exact{.format = Format::png, .quality = 98};
  Encoding palette = exact;
  palette.palette_quality = 10;
  ASSERT_GT(encode(image, palette).size(), encode(image, exact).size());
  const auto none = encode_within_bytes(image, within(exact, 20));
  ASSERT_FALSE(none);
  Encoding thorough = exact;
  thorough.thorough = true;
  EXPECT_EQ(none.error().bytes, std::min(encode(image, exact).size(), encode(image, thorough).size()));
}

TEST(WithinBytes, TheErrorAdvisesWhatHelps) {
  const auto advice_for = [](Format format) {
    Encoding encoding{.format = format};
    encoding.max_bytes = 10;
    return too_large_error({.bytes = 20, .encoding = encoding}).message.text;
  };
  EXPECT_NE(advice_for(Format::gif).find("ask for a format with a quality"), std::string::npos);
  EXPECT_NE(advice_for(Format::mp4).find("set a lower \"mp4.quality\""), std::string::npos);
  for (const Format hash : {Format::blur, Format::thumbhash}) {
    EXPECT_EQ(advice_for(hash).find("resize"), std::string::npos);
    EXPECT_NE(advice_for(hash).find("Allow more bytes."), std::string::npos);
  }
}

/// To libwebp it was an effort, and took thirty times as long.
TEST(WithinBytes, NoLossesAreNoEffort) {
  const VImage image = photo(160, 120);
  const Encoding usual{.format = Format::webp, .quality = 80, .lossless = true};
  Encoding strict = usual;
  strict.quality = 100;
  EXPECT_EQ(encode(image, strict), encode(image, usual));
}

}  // namespace
}  // namespace rucola::render::worker
