#include "render/worker/colors/icc_profile.h"

#include <string>

#include <gtest/gtest.h>

#include "render/sample_images.h"
#include "render/worker/colors/srgb_profile.h"

namespace rucola::render::worker {
namespace {

std::string header(std::string_view device_class, std::string_view space) {
  std::string profile(132, '\0');
  profile.replace(12, 4, device_class);
  profile.replace(16, 4, space);
  profile.replace(36, 4, "acsp");
  return profile;
}

std::string with_cicp(std::uint32_t offset) {
  std::string profile = header("mntr", "RGB ");
  profile[131] = 1;
  profile += "cicp";
  for (int shift = 24; shift >= 0; shift -= 8)
    profile += static_cast<char>(offset >> shift);
  profile += std::string("\0\0\0\x0c", 4);
  return profile + std::string("cicp\0\0\0\0\x09\x10\0\x01", 12);
}

TEST(IccProfile, TheHeaderSaysForWhichSamples) {
  EXPECT_EQ(space_of_profile(header("mntr", "RGB ")), ProfileSpace::rgb);
  EXPECT_EQ(space_of_profile(header("scnr", "GRAY")), ProfileSpace::grey);
  EXPECT_EQ(space_of_profile(header("prtr", "CMYK")), ProfileSpace::cmyk);
  EXPECT_EQ(space_of_profile(header("spac", "Lab ")), ProfileSpace::other);
  EXPECT_EQ(space_of_profile(samples::linear_grey_profile()), ProfileSpace::grey);
}

TEST(IccProfile, WhatIsForNoImageIsNone) {
  EXPECT_FALSE(space_of_profile(header("link", "RGB ")));
  EXPECT_FALSE(space_of_profile(header("nmcl", "RGB ")));
  EXPECT_FALSE(space_of_profile(""));
  EXPECT_FALSE(space_of_profile(header("mntr", "RGB ").substr(0, 127)));
  EXPECT_FALSE(space_of_profile(std::string(500, 'x')));
}

TEST(IccProfile, CodePointsAreRead) {
  const auto cicp = cicp_of_profile(with_cicp(144));
  ASSERT_TRUE(cicp);
  EXPECT_EQ(cicp->primaries, 9);
  EXPECT_EQ(cicp->transfer, 16);
}

TEST(IccProfile, CodePointsOutsideOfTheFileAreNone) {
  for (const std::uint32_t offset : {145U, 1000U, 0xffffffffU})
    EXPECT_FALSE(cicp_of_profile(with_cicp(offset))) << offset;
  std::string many = with_cicp(144);
  many.replace(128, 4, "\xff\xff\xff\xff");
  many.replace(132, 4, "none");
  EXPECT_FALSE(cicp_of_profile(many));
  EXPECT_FALSE(cicp_of_profile(""));
}

TEST(IccProfile, OneOfSrgbChangesNothing) {
  const auto profile = icc_profile({}, ProfileSpace::rgb);
  ASSERT_TRUE(profile);
  EXPECT_EQ(space_of_profile(*profile), ProfileSpace::rgb);
  EXPECT_TRUE(is_srgb_profile(*profile));
}

TEST(IccProfile, TheSameColorsHaveTheSameBytes) {
  const ColorEncoding wide{.primaries = bt2020_primaries, .transfer = Transfer::power, .exponent = 2.2};
  const auto profile = icc_profile(wide, ProfileSpace::rgb);
  ASSERT_TRUE(profile);
  EXPECT_FALSE(is_srgb_profile(*profile));
  EXPECT_EQ(profile->substr(24, 12), std::string(12, '\0')) << "no date";
  EXPECT_EQ(profile, icc_profile(wide, ProfileSpace::rgb));
}

TEST(IccProfile, GreyHasOnlyACurve) {
  const auto profile = icc_profile({.primaries = {}, .transfer = Transfer::power}, ProfileSpace::grey);
  ASSERT_TRUE(profile);
  EXPECT_EQ(space_of_profile(*profile), ProfileSpace::grey);
}

TEST(IccProfile, PrimariesThatSpanNothingHaveNone) {
  EXPECT_FALSE(icc_profile({.primaries = {}}, ProfileSpace::rgb));
  EXPECT_FALSE(
      icc_profile({.primaries = {.red = d65, .green = d65, .blue = d65, .white = d65}}, ProfileSpace::rgb));
}

}  // namespace
}  // namespace rucola::render::worker
