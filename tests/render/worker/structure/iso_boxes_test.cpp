#include "render/worker/structure/iso_boxes.h"

#include <string>

#include <gtest/gtest.h>

#include "render/worker/bitmap_bytes.h"

namespace rucola::render::worker {
namespace {

std::string box(const std::string& type, const std::string& content) {
  return big(8 + content.size(), 4) + type + content;
}

TEST(IsoBoxes, LieOneAfterTheOther) {
  const std::string bytes = box("free", "") + box("meta", "first") + box("meta", "second");
  EXPECT_EQ(find_box(bytes, "meta"), "first");
  EXPECT_EQ(find_box(bytes, "free"), "");
  EXPECT_EQ(find_box(bytes, "moov"), "");
  std::string_view rest = bytes;
  EXPECT_EQ(take_box(rest)->type, "free");
  EXPECT_EQ(take_box(rest)->content, "first");
  EXPECT_EQ(take_box(rest)->content, "second");
  EXPECT_FALSE(take_box(rest));
}

TEST(IsoBoxes, HaveLengthsOf64BitsToo) {
  const std::string bytes = big(1, 4) + "mdat" + big(16 + 4, 8) + "long" + box("moov", "next");
  EXPECT_EQ(find_box(bytes, "mdat"), "long");
  EXPECT_EQ(find_box(bytes, "moov"), "next");
}

TEST(IsoBoxes, MayReachToTheEnd) {
  EXPECT_EQ(find_box(big(0, 4) + "mdat" + "all of it", "mdat"), "all of it");
  EXPECT_EQ(find_box(big(1000, 4) + "moov" + "cut off", "moov"), "cut off");
  EXPECT_EQ(find_box(big(1, 4) + "moov" + big(~std::uint64_t{0}, 8) + "cut off", "moov"), "cut off");
}

TEST(IsoBoxes, AreNoneWhereTheirLengthIsImpossible) {
  for (const std::uint64_t length : {2U, 7U})
    EXPECT_EQ(find_box(big(length, 4) + "moov" + "content", "moov"), "");
  EXPECT_EQ(find_box(big(1, 4) + "moov" + big(15, 8) + "content", "moov"), "");
  EXPECT_EQ(find_box(big(1, 4) + "moov" + "few", "moov"), "");
  EXPECT_EQ(find_box("few", "moov"), "");
}

}  // namespace
}  // namespace rucola::render::worker
