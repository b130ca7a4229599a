#include "render/worker/raw/cr3_boxes.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "render/worker/raw_bytes.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;

const std::string canon = "\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48"s;
const std::string previews = "\xea\xf4\x2b\x5e\x1c\x98\x4b\x88\xb9\xfb\xb7\xdc\x40\x6e\x4d\x16"s;
const std::string xmp = "\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac"s;
const std::string small = jpeg_head(160, 120);
const std::string large = jpeg_head(1600, 1200);

std::string box(const std::string& type, const std::string& content) {
  return big(8 + content.size(), 4) + type + content;
}

std::string track(std::uint64_t at, std::size_t size, bool is_one_size = false) {
  const std::string sizes =
      is_one_size ? little(0, 4) + big(size, 4) + big(1, 4) : little(0, 8) + big(1, 4) + big(size, 4);
  const std::string table = box("stsz", sizes) + box("co64", little(0, 4) + big(1, 4) + big(at, 8));
  return box("trak", box("tkhd", "x") + box("mdia", box("minf", box("stbl", table))));
}

std::string_view preview_of(const std::string& bytes) {
  RawCandidates candidates(bytes);
  add_cr3_previews(bytes, candidates);
  return candidates.lacks_some() ? std::string_view("cut off") : candidates.best();
}

TEST(Cr3Boxes, PreviewsLieInBoxes) {
  const std::string thumbnail = box("THMB", std::string(16, '\0') + small);
  const std::string preview = box("PRVW", std::string(16, '\0') + large);
  EXPECT_EQ(preview_of(box("moov", box("uuid", canon + thumbnail))), small);
  EXPECT_EQ(preview_of(box("uuid", previews + std::string(8, '\0') + preview)), large);
  EXPECT_EQ(preview_of(box("uuid", xmp + std::string(8, '\0') + preview)), "");
  EXPECT_EQ(preview_of(box("moov", box("uuid", canon + box("THMB", std::string(40, '\0') + small)))), "");
}

TEST(Cr3Boxes, AndInTracks) {
  for (const bool is_one_size : {false, true}) {
    const std::size_t movie = box("moov", track(0, 0, is_one_size)).size();
    const std::string bytes = box("moov", track(movie + 8, large.size(), is_one_size)) + box("mdat", large);
    EXPECT_EQ(preview_of(bytes), large);
    EXPECT_EQ(preview_of(bytes.substr(0, bytes.size() - 1)), "cut off");
    EXPECT_EQ(preview_of(bytes.substr(0, movie)), "cut off");
  }
}

TEST(Cr3Boxes, TextsAreFourTiffs) {
  const std::string texts =
      box("CMT1", "image") + box("CMT2", "photo") + box("CMT3", "note") + box("CMT4", "gps");
  const std::string bytes =
      box("ftyp", "crx ") + box("moov", box("uuid", canon + texts)) + box("uuid", xmp + "<x/>");
  const Cr3Texts found = cr3_texts(bytes);
  EXPECT_EQ(found.image, "image");
  EXPECT_EQ(found.photo, "photo");
  EXPECT_EQ(found.gps, "gps");
  EXPECT_EQ(found.xmp, "<x/>");
}

TEST(Cr3Boxes, SizesMayBeLongOrOpenAndOddOnesEndTheList) {
  const std::string rest = box("uuid", xmp + "<x/>");
  EXPECT_EQ(cr3_texts(big(1, 4) + "free" + big(18, 8) + "ab" + rest).xmp, "<x/>");
  EXPECT_EQ(cr3_texts(big(0, 4) + "uuid" + xmp + "<x/>").xmp, "<x/>");
  EXPECT_EQ(cr3_texts(big(1'000'000, 4) + "uuid" + xmp + "<x/>").xmp, "<x/>") << "as far as it goes";
  for (const std::string& odd : {big(7, 4) + "free", big(1, 4) + "free" + big(15, 8), big(1, 4) + "free",
                                 big(1, 4) + "free" + std::string(8, '\xff')}) {
    EXPECT_EQ(cr3_texts(odd + rest).xmp, "");
    EXPECT_EQ(cr3_texts(odd).xmp, "");
  }
}

TEST(Cr3Boxes, OfDamagedTablesThereIsNothing) {
  const std::string whole = box("moov", track(8, 100));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_TRUE(preview_of(whole.substr(0, size)).empty()) << size;
  }
}

}  // namespace
}  // namespace rucola::render::worker
