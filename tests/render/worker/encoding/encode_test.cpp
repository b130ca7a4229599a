#include "render/worker/encoding/encode.h"

#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "render/sample_images.h"
#include "render/worker/encoding/photo.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

/// The pictures of an AVIF went by how many workers happened to be idle.
TEST(Encode, APictureIsTheSameHoweverManyThreadsThereAre) {
  const VImage image = photo(300, 200);
  for (const Format format :
       {Format::jpg, Format::png, Format::webp, Format::avif, Format::heif, Format::jxl}) {
    if (!check_writable(format)) continue;
    std::vector<std::string> written;
    for (const int threads : {1, 4}) {
      vips_concurrency_set(threads);
      written.push_back(encode(image, {.format = format, .quality = 50}));
    }
    EXPECT_TRUE(written[0] == written[1]) << name_of(format);
  }
  vips_concurrency_set(1);
}

/// The 16 bits that GIF has for it began anew: 65,537 plays were none but one.
TEST(Encode, AGifThatPlaysMoreOftenThanItCanSayIsEndless) {
  for (const auto [plays, wanted] : {std::array{3, 3}, std::array{65'535, 65'535}, std::array{70'000, 0}}) {
    VImage frames = photo(20, 40).copy();
    frames.set("page-height", 20);
    frames.set("loop", plays);
    const std::string gif = encode(frames, {.format = Format::gif, .quality = 100});
    const VImage read = samples::open(gif, "n=-1");
    EXPECT_EQ(read.get_int("loop"), wanted) << plays;
  }
}

}  // namespace
}  // namespace rucola::render::worker
