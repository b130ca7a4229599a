#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/sample_fonts.h"
#include "render/worker/inspection/inspect.h"

namespace rucola::render::worker {
namespace {

using testing::HasSubstr;
using namespace std::string_literals;

constexpr protocol::Limits limits{.source_pixels = 225'000'000,
                                  .source_frames = 1'000,
                                  .output_pixels = 100'000'000,
                                  .output_side = 16'383,
                                  .cpu_seconds = 60};

TEST(FontInspection, AFontIsASourceWithoutASize) {
  const auto font = inspect_source({samples::dejavu_sans()}, limits);
  ASSERT_TRUE(font) << font.error().message.text;
  EXPECT_EQ(font->format, Format::ttf);
  EXPECT_EQ(font->size, (Size{0, 0}));
  EXPECT_THAT(font->static_metadata_json, HasSubstr(R"("family":"DejaVu Sans")"));
}

TEST(FontInspection, AFontThatIsCutOffIsRefused) {
  const std::string whole = samples::dejavu_sans();
  for (const std::size_t length : {std::size_t{4}, std::size_t{12}, std::size_t{400}, whole.size() / 2}) {
    const auto font = inspect_source({whole.substr(0, length)}, limits);
    ASSERT_FALSE(font) << length;
    EXPECT_EQ(font.error().code, ErrorCode::unprocessable);
  }
}

TEST(FontInspection, CollectionsAndWebFontsAreNoSources) {
  for (const std::string& start : {"ttcf"s, "wOFF"s, "wOF2"s}) {
    const auto font = inspect_source({start + std::string(100, '\0')}, limits);
    ASSERT_FALSE(font) << start;
    EXPECT_THAT(font.error().message.text, HasSubstr("TTF and OTF"));
  }
}

}  // namespace
}  // namespace rucola::render::worker
