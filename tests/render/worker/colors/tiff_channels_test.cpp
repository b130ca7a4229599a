#include "render/worker/colors/tiff_channels.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/sample_images.h"

namespace rucola::render::worker {
namespace {

using samples::VImage;
using testing::ElementsAre;
using testing::IsEmpty;

std::string little(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i, value >>= 8U)
    text += static_cast<char>(value);
  return text;
}

std::string entry(std::uint64_t tag, std::uint64_t type, std::uint64_t count, const std::string& value) {
  return little(tag, 2) + little(type, 2) + little(count, 4) + value;
}

/// Directories of one entry, one after the other.
std::string tiff(const std::vector<std::string>& entries, const std::string& after = "") {
  constexpr std::size_t header = 8;
  constexpr std::size_t directory = 2 + 12 + 4;
  std::string file = "II*" + std::string(1, '\0') + little(header, 4);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::size_t next = i + 1 < entries.size() ? header + directory * (i + 1) : 0;
    file += little(1, 2) + entries[i] + little(next, 4);
  }
  return file + after;
}

TEST(TiffChannels, ValuesThatFitLieInTheEntry) {
  const std::string file = tiff({entry(338, 3, 2, little(2, 2) + little(0, 2))});
  EXPECT_THAT(tiff_extra_samples(file, 1),
              ElementsAre(ExtraSample::unassociated_alpha, ExtraSample::unspecified));
}

/// libtiff takes whole numbers of any size.
TEST(TiffChannels, TheyMayBeWrittenAsBytes) {
  const std::string file = tiff({entry(338, 1, 2, little(0, 1) + little(1, 1) + little(0, 2))});
  EXPECT_THAT(tiff_extra_samples(file, 1),
              ElementsAre(ExtraSample::unspecified, ExtraSample::associated_alpha));
}

TEST(TiffChannels, MoreOfThemLieElsewhere) {
  const std::string file =
      tiff({entry(338, 3, 3, little(26, 4))}, little(0, 2) + little(1, 2) + little(999, 2));
  EXPECT_THAT(
      tiff_extra_samples(file, 1),
      ElementsAre(ExtraSample::unspecified, ExtraSample::associated_alpha, ExtraSample::unassociated_alpha));
}

TEST(TiffChannels, EachPageHasItsOwn) {
  const std::string file = tiff({entry(338, 3, 1, little(1, 4)), entry(338, 3, 1, little(2, 4))});
  EXPECT_THAT(tiff_extra_samples(file, 1), ElementsAre(ExtraSample::associated_alpha));
  EXPECT_THAT(tiff_extra_samples(file, 2), ElementsAre(ExtraSample::unassociated_alpha));
  EXPECT_THAT(tiff_extra_samples(file, 3), IsEmpty());
}

TEST(TiffChannels, WhatLiesOutsideOfTheFileIsNotRead) {
  EXPECT_THAT(tiff_extra_samples(tiff({entry(338, 3, 3, little(26, 4))}), 1), IsEmpty());
  EXPECT_THAT(tiff_extra_samples(tiff({entry(338, 3, 0xffffffff, little(8, 4))}), 1), IsEmpty());
  const std::string bigtiff = "II" + little(43, 2) + little(8, 2) + little(0, 2) + little(~0ULL, 8);
  EXPECT_THAT(tiff_extra_samples(bigtiff, 1), IsEmpty());
  const std::string endless =
      "II" + little(43, 2) + little(8, 2) + little(0, 2) + little(16, 8) + little(~0ULL, 8);
  EXPECT_THAT(tiff_extra_samples(endless, 1), IsEmpty());
  EXPECT_THAT(tiff_extra_samples(endless, 2), IsEmpty());
  const std::string whole = tiff({entry(338, 3, 1, little(2, 4))});
  for (std::size_t length = 0; length < whole.size(); ++length)
    static_cast<void>(tiff_extra_samples(whole.substr(0, length), 1));
}

TEST(TiffChannels, TheFirstThatIsOpacityIsKept) {
  const VImage image = samples::uniform(4, 4, {1, 2, 3})
                           .bandjoin_const({7, 8, 9})
                           .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
  using enum ExtraSample;
  EXPECT_THAT(
      without_other_channels(image, {unspecified, unassociated_alpha, associated_alpha}).getpoint(0, 0),
      ElementsAre(1, 2, 3, 8));
  EXPECT_THAT(without_other_channels(image, {unspecified, unspecified, unspecified}).getpoint(0, 0),
              ElementsAre(1, 2, 3));
  EXPECT_THAT(without_other_channels(image, {}).getpoint(0, 0), ElementsAre(1, 2, 3));
  EXPECT_THAT(without_other_channels(image, {unspecified, unspecified, unspecified, unassociated_alpha})
                  .getpoint(0, 0),
              ElementsAre(1, 2, 3))
      << "of a channel that the picture has not";
}

}  // namespace
}  // namespace rucola::render::worker
