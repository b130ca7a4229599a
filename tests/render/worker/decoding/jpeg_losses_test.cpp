#include "render/worker/decoding/jpeg_losses.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>
// libjpeg's header needs <cstdio> before it.
#include <jpeglib.h>

#include "render/sample_images.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;

std::string jpeg(const std::string& options = {}) {
  return samples::file(samples::noise(90, 70), ".jpg" + options);
}

std::string without_end(const std::string& file) {
  return file.substr(0, file.size() - 2);
}

class EveryKind : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(OfJpeg, EveryKind,
                         testing::Values("", "[interlace]", "[subsample_mode=off]", "[restart_interval=3]"));

TEST_P(EveryKind, IsWholeWithoutItsEndMarkerToo) {
  EXPECT_TRUE(jpeg_is_whole(jpeg(GetParam())));
  EXPECT_TRUE(jpeg_is_whole(without_end(jpeg(GetParam()))));
  EXPECT_TRUE(jpeg_is_whole(jpeg(GetParam()) + "something else"));
}

TEST_P(EveryKind, IsNotWholeWhereverItIsCutOff) {
  const std::string whole = without_end(jpeg(GetParam()));
  for (const std::size_t permille : {0U, 5U, 50U, 200U, 500U, 700U, 900U, 950U, 990U, 998U}) {
    const std::string cut = whole.substr(0, whole.size() * permille / 1000);
    EXPECT_FALSE(jpeg_is_whole(cut)) << permille;
  }
}

/// libvips warns of none of these where only the last lines are missing.
TEST_P(EveryKind, IsNotWholeWhereAnEndMarkerFollowsTheCut) {
  const std::string whole = without_end(jpeg(GetParam()));
  for (const std::size_t permille : {200U, 500U, 900U, 990U})
    EXPECT_FALSE(jpeg_is_whole(whole.substr(0, whole.size() * permille / 1000) + "\xff\xd9")) << permille;
}

TEST(JpegLosses, BytesTooManyWithinAScanAreLeftOfSomeThatAreMissing) {
  std::string odd = jpeg("[restart_interval=3]");
  ASSERT_TRUE(jpeg_is_whole(odd));
  const std::size_t scan = odd.find("\xff\xda");
  const std::size_t restart = odd.find("\xff\xd2", scan);
  ASSERT_NE(restart, std::string::npos);
  odd.insert(restart, "\x12\x13\x14\x15");
  EXPECT_FALSE(jpeg_is_whole(odd));
}

/// Also where the cut is between two scans, at which nothing is missing of the one before.
TEST(JpegLosses, ScansThatAreMissingAreMissed) {
  const std::string whole = jpeg("[interlace]");
  std::size_t scans = 0;
  for (std::size_t at = whole.find("\xff\xda"); at != std::string::npos;
       at = whole.find("\xff\xda", at + 1)) {
    if (++scans == 1) continue;
    const std::size_t tables = whole.rfind("\xff\xc4", at);
    EXPECT_FALSE(jpeg_is_whole(whole.substr(0, tables))) << scans;
  }
  EXPECT_GT(scans, 2U);
}

/// libvips writes none.
std::string arithmetic_jpeg(bool progressive) {
  constexpr JDIMENSION side = 64;
  jpeg_error_mgr errors{};
  jpeg_compress_struct writing{};
  writing.err = jpeg_std_error(&errors);
  jpeg_create_compress(&writing);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&writing, &bytes, &size);
  writing.image_width = writing.image_height = side;
  writing.input_components = 1;
  writing.in_color_space = JCS_GRAYSCALE;
  jpeg_set_defaults(&writing);
  writing.arith_code = TRUE;
  if (progressive) jpeg_simple_progression(&writing);
  jpeg_start_compress(&writing, TRUE);
  std::array<JSAMPLE, side> row{};
  for (JDIMENSION y = 0; y < side; ++y) {
    for (JDIMENSION x = 0; x < side; ++x)
      row.at(x) = static_cast<JSAMPLE>(x * x * 7 + y * y * 11);
    JSAMPROW rows = row.data();
    jpeg_write_scanlines(&writing, &rows, 1);
  }
  jpeg_finish_compress(&writing);
  std::string file(reinterpret_cast<const char*>(bytes), size);
  jpeg_destroy_compress(&writing);
  std::free(bytes);
  return file;
}

/// libjpeg goes on with zeros, and without a warning: a tenth of a file was taken for a picture.
TEST(JpegLosses, ArithmeticCodesThatAreCutOffAreMissed) {
  for (const bool progressive : {false, true}) {
    const std::string whole = arithmetic_jpeg(progressive);
    EXPECT_TRUE(jpeg_is_whole(whole));
    for (const std::size_t permille : {100U, 300U, 500U, 700U, 900U, 990U})
      EXPECT_FALSE(jpeg_is_whole(whole.substr(0, whole.size() * permille / 1000))) << permille;
  }
}

TEST(JpegLosses, OddHeadersAreNone) {
  const std::string whole = jpeg();
  std::string odd = whole;
  odd.insert(whole.find("\xff\xdb"), "\x12\x13\x14\x15");
  EXPECT_TRUE(jpeg_is_whole(odd)) << "bytes between two segments";
  odd = whole;
  odd.insert(2, "\xff\xe0\0\x10JFIF\0\7\1\0\0\1\0\1\0\0"s);
  EXPECT_TRUE(jpeg_is_whole(odd)) << "version 7";
  odd = whole;
  odd.insert(whole.find("\xff\xdb"),
             "\xff\xee\0\x0e"
             "Adobe\0\x64\0\0\0\0\x09"s);
  EXPECT_TRUE(jpeg_is_whole(odd)) << "unknown colours";
  odd = whole;
  const std::size_t scan = whole.find("\xff\xda");
  odd[scan + 11] = 0;
  EXPECT_TRUE(jpeg_is_whole(odd)) << "as some phones end their scans' headers";
}

TEST(JpegLosses, DamageIsOne) {
  std::string damaged = jpeg();
  damaged.replace(damaged.size() / 2, 200, std::string(200, '\x01'));
  damaged.replace(damaged.size() / 2 + 80, 2, "\xff\xd9");
  EXPECT_FALSE(jpeg_is_whole(damaged));
  EXPECT_FALSE(jpeg_is_whole(""));
  EXPECT_FALSE(jpeg_is_whole("no JPEG at all"));
}

}  // namespace
}  // namespace rucola::render::worker
