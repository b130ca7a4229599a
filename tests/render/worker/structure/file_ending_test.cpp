#include "render/worker/structure/file_ending.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "render/sample_images.h"

namespace rucola::render::worker {
namespace {

std::string without(const std::string& file, std::size_t bytes) {
  return file.substr(0, file.size() - bytes);
}

TEST(FileEnding, WholeFilesNeedNone) {
  for (const auto& [suffix, format] : {std::pair{".jpg", Format::jpg},
                                       {".gif", Format::gif},
                                       {".webp", Format::webp},
                                       {".png", Format::png}}) {
    const std::string file = samples::file(samples::photo(40, 30), suffix);
    EXPECT_FALSE(with_ending(file, format)) << suffix;
    EXPECT_FALSE(with_ending(file + "and more", format)) << suffix << " with something behind";
  }
}

TEST(FileEnding, AJpegGetsItsEndMarker) {
  const std::string file = samples::file(samples::photo(40, 30), ".jpg");
  EXPECT_EQ(with_ending(without(file, 2), Format::jpg), file);
  const std::string two_ends = without(file, 1) + std::string("\xff\xd9", 2);
  EXPECT_EQ(with_ending(without(file, 1), Format::jpg), two_ends);
}

/// That of the small picture in its metadata is none.
TEST(FileEnding, AnEndMarkerBeforeThePictureIsNone) {
  const std::string file = samples::file(samples::photo(40, 30), ".jpg");
  const std::string with_thumbnail = file.substr(0, 2) + "\xff\xd9" + without(file, 2).substr(2);
  EXPECT_TRUE(with_ending(with_thumbnail, Format::jpg));
}

TEST(FileEnding, AGifGetsItsTrailer) {
  const std::string file = samples::animated({}, ".gif");
  EXPECT_EQ(with_ending(without(file, 1), Format::gif), file);
  EXPECT_FALSE(with_ending(without(file, 2), Format::gif)) << "the last frame is cut off";
}

TEST(FileEnding, TinyFilesAreNoTrouble) {
  for (const Format format : {Format::jpg, Format::gif}) {
    for (const char* tiny : {"", "R", "RIFF", "RIFF\xff\xff\xff\xffWEBP", "\xff\xd8"}) {
      const auto mended = with_ending(tiny, format);
      EXPECT_TRUE(!mended || format == Format::jpg) << tiny;
    }
  }
}

}  // namespace
}  // namespace rucola::render::worker
