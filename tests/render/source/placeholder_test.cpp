#include "render/source/placeholder.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hashing.h"

namespace rucola::render {
namespace {

SourceFacts of(Format format) {
  return {.sha256 = std::string(64, 'a'),
          .bytes = 5,
          .format = format,
          .size = {},
          .hash = "hash",
          .user_metadata_json = R"({"a":"b"})"};
}

TEST(Placeholder, StandsForEachKindOfFile) {
  std::set<std::string> drawings;
  for (const Format format : all_formats()) {
    if (!is_font(format) && !is_mere_file(format)) continue;
    const SourceFacts drawn = as_picture(of(format));
    EXPECT_EQ(drawn.format, Format::svg);
    EXPECT_EQ(drawn.size, (Size{600, 600}));
    EXPECT_EQ(drawn.hash, "hash");
    EXPECT_EQ(drawn.user_metadata_json, R"({"a":"b"})") << "expressions read it";
    const std::string* drawing = find_placeholder(drawn.sha256);
    ASSERT_NE(drawing, nullptr);
    EXPECT_EQ(sha256_hex(*drawing), drawn.sha256);
    EXPECT_EQ(static_cast<std::int64_t>(drawing->size()), drawn.bytes);
    EXPECT_TRUE(check_is_picture(drawn));
    drawings.insert(*drawing);
  }
  EXPECT_EQ(drawings.size(), mere_files().size() + 2);
}

TEST(Placeholder, PicturesNeedNone) {
  for (const Format format : {Format::jpg, Format::svg, Format::pdf}) {
    const SourceFacts same = as_picture(of(format));
    EXPECT_EQ(same.format, format);
    EXPECT_EQ(same.sha256, std::string(64, 'a'));
  }
  EXPECT_EQ(find_placeholder(std::string(64, 'a')), nullptr);
  EXPECT_EQ(find_placeholder(""), nullptr);
}

}  // namespace
}  // namespace rucola::render
