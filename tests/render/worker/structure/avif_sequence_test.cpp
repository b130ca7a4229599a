// Sequences as encoding/avif_sequence_file.h writes them, read again; and what of them may be wrong.
#include "render/worker/structure/avif_sequence.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/worker/bitmap_bytes.h"
#include "render/worker/encoding/avif_sequence_file.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

constexpr std::size_t most = 100;
const std::string header = "\x0a\x04\0\0\0\x28"s;

/// A unit that looks like a frame.
CodedFrame frame(const std::string& content, bool is_key = false) {
  return {.bytes = (is_key ? header : ""s) + "\x32" + static_cast<char>(content.size()) + content,
          .is_key = is_key};
}

CodedSequence three_frames() {
  return {.size = {320, 200},
          .chroma = Av1Chroma::halved,
          .colors = {frame("one", true), frame("second"), frame("3")},
          .opacity = {},
          .delays_ms = {40, 40, 1000},
          .plays = 5};
}

CodedSequence with_opacity() {
  CodedSequence sequence = three_frames();
  sequence.opacity = {frame("see", true), frame("through"), frame("it", true)};
  return sequence;
}

AvifSequence sequence_in(const std::string& bytes) {
  const auto sequence = read_avif_sequence(bytes, most);
  if (!sequence) throw std::runtime_error(sequence.error());
  return sequence->value();
}

std::string error_of(const std::string& bytes) {
  const auto sequence = read_avif_sequence(bytes, most);
  return sequence ? "it is read" : sequence.error();
}

/// `from` once, by what is as long.
std::string replaced(std::string bytes, const std::string& from, const std::string& to, std::size_t nth = 0) {
  std::size_t at = bytes.find(from);
  for (; nth > 0; --nth)
    at = bytes.find(from, at + 1);
  return bytes.replace(at, to.size(), to);
}

TEST(AvifSequence, IsReadAsItWasWritten) {
  const CodedSequence written = three_frames();
  const std::string bytes = avif_sequence_file(written);
  const AvifSequence read = sequence_in(bytes);
  EXPECT_EQ(read.size, written.size);
  EXPECT_EQ(read.declared_frames, 3U);
  EXPECT_EQ(read.plays, 5);
  EXPECT_EQ(read.orientation, 1);
  EXPECT_EQ(read.bits, 8);
  EXPECT_FALSE(read.has_opacity);
  ASSERT_TRUE(read.nclx);
  EXPECT_EQ(read.nclx->transfer, 13);
  EXPECT_EQ(read.nclx->matrix, 6);
  EXPECT_FALSE(read.nclx->full_range);
  ASSERT_EQ(read.frames.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(read.frames[i].colors, written.colors[i].bytes) << i;
    EXPECT_EQ(read.frames[i].delay_ms, written.delays_ms[i]) << i;
    EXPECT_EQ(read.frames[i].opacity, "");
  }
}

TEST(AvifSequence, HasOpacityInATrackOfItsOwn) {
  const CodedSequence written = with_opacity();
  const std::string bytes = avif_sequence_file(written);
  const AvifSequence read = sequence_in(bytes);
  EXPECT_TRUE(read.has_opacity);
  EXPECT_FALSE(read.is_premultiplied);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(read.frames[i].colors, written.colors[i].bytes) << i;
    EXPECT_EQ(read.frames[i].opacity, written.opacity[i].bytes) << i;
  }
}

TEST(AvifSequence, IsNoOpacityWhereItIsSomethingElse) {
  const std::string bytes =
      replaced(avif_sequence_file(with_opacity()), "auxiliary:alpha", "auxiliary:depth", 1);
  EXPECT_FALSE(sequence_in(bytes).has_opacity);
}

TEST(AvifSequence, KnowsHowOftenItIsPlayed) {
  for (const std::int32_t plays : {0, 1, 2, 1'000'000}) {
    CodedSequence sequence = three_frames();
    sequence.plays = plays;
    EXPECT_EQ(sequence_in(avif_sequence_file(sequence)).plays, plays);
  }
  EXPECT_EQ(sequence_in(replaced(avif_sequence_file(three_frames()), "edts", "free")).plays, 0);
}

TEST(AvifSequence, IsOneOnlyWhereItsMajorBrandSaysSo) {
  const std::string bytes = avif_sequence_file(three_frames());
  const auto still = read_avif_sequence(replaced(bytes, "avis", "avif"), most);
  ASSERT_TRUE(still);
  EXPECT_FALSE(*still);
  EXPECT_FALSE(*read_avif_sequence("", most));
}

TEST(AvifSequence, CountsFramesBeforeItReadsThem) {
  const auto sequence = read_avif_sequence(avif_sequence_file(three_frames()), 2);
  ASSERT_TRUE(sequence && *sequence);
  EXPECT_EQ((*sequence)->declared_frames, 3U);
  EXPECT_TRUE((*sequence)->frames.empty());
}

TEST(AvifSequence, IsCutOffWhereItsFramesAre) {
  const std::string bytes = avif_sequence_file(with_opacity());
  for (std::size_t length = 12; length < bytes.size(); ++length)
    EXPECT_NE(error_of(bytes.substr(0, length)), "it is read") << length;
  EXPECT_THAT(error_of(bytes.substr(0, bytes.size() - 1)), HasSubstr("cut off"));
}

TEST(AvifSequence, MayHaveAnyByteChanged) {
  const std::string bytes = avif_sequence_file(with_opacity());
  for (std::size_t at = 12; at < bytes.size(); ++at) {
    for (const char other : {'\0', '\xff', '\x01'}) {
      std::string changed = bytes;
      changed[at] = other;
      const auto sequence = read_avif_sequence(changed, most);
      if (!sequence || !*sequence) continue;
      for (const AvifFrame& one : (*sequence)->frames)
        EXPECT_TRUE(one.colors.data() >= changed.data() && one.colors.size() <= changed.size());
    }
  }
}

TEST(AvifSequence, SaysWhatIsWrong) {
  const std::string bytes = avif_sequence_file(with_opacity());
  EXPECT_THAT(error_of(replaced(bytes, "moov", "free")), HasSubstr("no sequence of AV1"));
  EXPECT_THAT(error_of(replaced(bytes, "stsz", "free")), HasSubstr("how large"));
  EXPECT_THAT(error_of(replaced(bytes, "stts", "free")), HasSubstr("how long"));
  EXPECT_THAT(error_of(replaced(bytes, "stsc", "free")), HasSubstr("where its frames lie"));
  EXPECT_THAT(error_of(replaced(bytes, "stco", "free")), HasSubstr("where its frames lie"));
  EXPECT_THAT(error_of(replaced(bytes, big(320, 2) + big(200, 2), big(319, 2) + big(200, 2), 1)),
              HasSubstr("another size"));
}

TEST(AvifSequence, HasNoFramesBeyondItsBytesHoweverManyItSays) {
  const std::string bytes = avif_sequence_file(three_frames());
  const std::string sizes = "stsz"s + std::string(8, '\0');
  const std::string many = "stsz"s + std::string(4, '\0') + big(1, 4) + big(0xffff'ffff, 4);
  EXPECT_THAT(error_of(replaced(bytes, sizes, many)), HasSubstr("cut off"));
}

}  // namespace
}  // namespace rucola::render::worker
