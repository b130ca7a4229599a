#include "render/worker/metadata/copyright_in_file.h"

#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/sample_images.h"
#include "render/worker/drawn.h"
#include "render/worker/encoding/encode.h"
#include "render/worker/metadata/metadata_blocks.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;
using samples::VImage;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

CopyrightNotice sample_notice() {
  CopyrightNotice notice;
  notice.exif = {.artist = "Zoë", .copyright = "© Zoë (all)"};
  notice.iptc = {.bylines = {"Zoë"}, .credit = "Agency", .copyright_notice = "© Agency"};
  notice.xmp = {{.prefix = "xmpRights",
                 .name = "WebStatement",
                 .form = XmpProperty::Form::text,
                 .items = {{.label = {}, .text = "https://r.example"}}}};
  return notice;
}

Encoding keeping(Format format, bool lossless = false) {
  Encoding encoding{.format = format, .quality = 80, .lossless = lossless};
  encoding.keep_copyright = true;
  return encoding;
}

VImage open(const std::string& bytes) {
  return VImage::new_from_buffer(bytes.data(), bytes.size(), "").copy_memory();
}

double difference(const VImage& one, const VImage& other) {
  return (one.cast(VIPS_FORMAT_FLOAT) - other.cast(VIPS_FORMAT_FLOAT)).abs().max();
}

struct Case {
  Encoding encoding;
  bool has_alpha;
  bool libvips_reads_exif = true;
  bool libvips_reads_xmp = true;
};

class CopyrightInFile : public testing::TestWithParam<Case> {};

// tests/integration/test_keep_copyright.py asks another program.
TEST_P(CopyrightInFile, ThePixelsStayAsTheyAreAndTheNoticeIsThere) {
  const auto& [encoding, has_alpha, reads_exif, reads_xmp] = GetParam();
  const VImage image = has_alpha ? samples::translucent(41, 30) : samples::photo(41, 30);
  const std::string bare = encode(image, encoding);
  const std::string kept = encode(image, encoding, sample_notice());
  const VImage opened = open(kept);
  EXPECT_EQ(difference(opened, open(bare)), 0);
  EXPECT_EQ(opened.bands(), open(bare).bands());
  const CopyrightNotice found = copyright_in(metadata_blocks_of(opened));
  if (reads_exif) {
    EXPECT_EQ(found.exif.artist, "Zoë");
    EXPECT_EQ(found.exif.copyright, "© Zoë (all)");
  }
  if (reads_xmp) {
    const std::string xmp = xmp_packet(found, {.exif = true, .iptc = true});
    EXPECT_THAT(xmp, HasSubstr("https://r.example"));
    EXPECT_EQ(xmp.contains("Agency"), !places_in(encoding.format).iptc) << xmp;
  }
  EXPECT_THAT(bare, Not(HasSubstr("Zoë")));
}

INSTANTIATE_TEST_SUITE_P(
    Formats, CopyrightInFile,
    testing::Values(Case{keeping(Format::jpg), false}, Case{keeping(Format::png), true},
                    Case{keeping(Format::webp), false}, Case{keeping(Format::webp), true},
                    Case{keeping(Format::webp, true), false}, Case{keeping(Format::webp, true), true},
                    Case{keeping(Format::avif), true}, Case{keeping(Format::heif), false},
                    Case{keeping(Format::jxl), true}, Case{keeping(Format::tiff), true, false, true},
                    Case{keeping(Format::jp2), false, false, false},
                    Case{keeping(Format::gif), true, false, false}),
    [](const auto& test) {
      const Case& what = test.param;
      return std::string(name_of(what.encoding.format)) + (what.encoding.lossless ? "_lossless" : "") +
             (what.has_alpha ? "_with_alpha" : "");
    });

TEST(CopyrightInFiles, IptcLiesInJpegAndTiff) {
  for (const Format format : {Format::jpg, Format::tiff}) {
    const std::string file = encode(samples::photo(41, 30), keeping(format), sample_notice());
    const CopyrightNotice found = copyright_in(metadata_blocks_of(open(file)));
    EXPECT_THAT(found.iptc.bylines, ElementsAre("Zoë")) << name_of(format);
    EXPECT_EQ(found.iptc.credit, "Agency") << name_of(format);
  }
}

TEST(CopyrightInFiles, ATiffsFieldsAreTagsOfIt) {
  const std::string file = encode(samples::photo(41, 30), keeping(Format::tiff), sample_notice());
  EXPECT_EQ(copyright_in_tiff(file, 1).artist, "Zoë");
  EXPECT_EQ(copyright_in_tiff(file, 1).copyright, "© Zoë (all)");
}

TEST(CopyrightInFiles, AnAnimationStaysOne) {
  const VImage two =
      VImage::arrayjoin({samples::photo(30, 20), samples::noise(30, 20)}, VImage::option()->set("across", 1));
  VImage animation = two.copy();
  animation.set(VIPS_META_PAGE_HEIGHT, 20);
  animation.set("delay", std::vector<int>{70, 80});
  for (const Format format : {Format::webp, Format::gif}) {
    const std::string file = encode(animation, keeping(format), sample_notice());
    EXPECT_THAT(file, HasSubstr("https://r.example"));
    const VImage frames =
        VImage::new_from_buffer(file.data(), file.size(), "", VImage::option()->set("n", -1));
    EXPECT_EQ(frames.get_int(VIPS_META_N_PAGES), 2) << name_of(format);
    EXPECT_THAT(frames.get_array_int("delay"), ElementsAre(70, 80)) << name_of(format);
  }
}

TEST(CopyrightInFiles, AResolutionStaysBesideIt) {
  Encoding encoding = keeping(Format::jpg);
  encoding.dpi = 300;
  const std::string file = encode(samples::photo(41, 30), encoding, sample_notice());
  EXPECT_TRUE(file.starts_with("\xff\xd8\xff\xe0\0\x10JFIF"s));
  EXPECT_NEAR(open(file).xres(), 300 / 25.4, 0.01);
  EXPECT_EQ(copyright_in(metadata_blocks_of(open(file))).exif.artist, "Zoë");
}

TEST(CopyrightInFiles, NothingIsAddedWhereNothingIsKept) {
  for (const Format format : {Format::jpg, Format::png, Format::webp, Format::avif, Format::jxl}) {
    Encoding encoding{.format = format};
    const std::string bare = encode(samples::photo(41, 30), encoding, sample_notice());
    encoding.keep_copyright = true;
    EXPECT_EQ(encode(samples::photo(41, 30), encoding, {}), bare) << name_of(format);
  }
}

TEST(CopyrightInFiles, AFileOfSomebodyElseIsAMistakeOfTheProgram) {
  for (const Format format :
       {Format::jpg, Format::png, Format::webp, Format::jxl, Format::jp2, Format::tiff, Format::gif})
    EXPECT_THROW(with_copyright("nonsense", format, {1, 1}, sample_notice()), std::logic_error)
        << name_of(format);
}

}  // namespace
}  // namespace rucola::render::worker
