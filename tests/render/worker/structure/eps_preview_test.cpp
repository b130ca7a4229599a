#include "render/worker/structure/eps_preview.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/worker/bitmap_bytes.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

constexpr std::size_t header = 30;
const std::string tiff = "II*\0and so on"s;

std::string eps(std::size_t metafile, std::size_t at, std::size_t size) {
  return "\xc5\xd0\xd3\xc6"s + little(header, 4) + little(0, 4) + little(header, 4) + little(metafile, 4) +
         little(at, 4) + little(size, 4) + "\xff\xff";
}

std::string error_of(const std::string& bytes) {
  const auto preview = read_eps_preview(bytes);
  return preview ? "" : preview.error();
}

TEST(EpsPreview, IsTheTiffThatTheHeaderNames) {
  const std::string bytes = eps(0, header + 4, tiff.size()) + "%!PS" + tiff + "behind";
  EXPECT_TRUE(is_binary_eps(bytes));
  EXPECT_FALSE(is_postscript(bytes));
  EXPECT_EQ(read_eps_preview(bytes), tiff);
  EXPECT_EQ(read_eps_preview(eps(5, header, tiff.size()) + tiff), tiff) << "beside a metafile";
}

TEST(EpsPreview, WithoutOneIsSaidToBeSo) {
  EXPECT_EQ(error_of(eps(0, 0, 0)), "it has no preview");
  EXPECT_THAT(error_of(eps(5, 0, 0)), HasSubstr("metafile"));
  EXPECT_THAT(error_of(eps(0, header, 12) + "RIFF12345678"), HasSubstr("no TIFF"));
  EXPECT_THAT(error_of(eps(0, header, 12) + "II+\0\x08\0\0\0\0\0\0\0"s), HasSubstr("no TIFF")) << "BigTIFF";
}

TEST(EpsPreview, ThatIsCutOffIsSaidToBe) {
  const std::string bytes = eps(0, header, tiff.size()) + tiff;
  for (std::size_t size = 4; size < bytes.size(); ++size)
    EXPECT_THAT(error_of(bytes.substr(0, size)), HasSubstr("cut off")) << size;
  EXPECT_THAT(error_of(eps(0, 0xffff'ffff, 0xffff'ffff)), HasSubstr("cut off"));
}

TEST(EpsPreview, PostScriptAloneIsAProgram) {
  EXPECT_TRUE(is_postscript("%!PS-Adobe-3.0 EPSF-3.0\n"));
  EXPECT_TRUE(is_postscript("\x04%!PS-Adobe-3.0\n")) << "as old drivers began";
  EXPECT_FALSE(is_postscript("%PDF-1.4"));
  EXPECT_FALSE(is_binary_eps("%!PS-Adobe-3.0 EPSF-3.0\n"));
}

}  // namespace
}  // namespace rucola::render::worker
