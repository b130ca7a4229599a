#include "render/worker/encoding/av1_units.h"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;

const std::string delimiter = "\x12\0"s;
/// Profile 0, one operating point, level 8 (4.0), the high tier: 000 0 0 0 0 00000 000000000000 01000 1.
const std::string header = "\x0a\x04\0\0\0\x44"s;
const std::string frame = "\x32\x03pic"s;

TEST(Av1Units, LoseTheirDelimiters) {
  EXPECT_EQ(without_delimiters(delimiter + header + frame), header + frame);
  EXPECT_EQ(without_delimiters(header + delimiter + frame + delimiter), header + frame);
  EXPECT_EQ(without_delimiters(""), "");
}

TEST(Av1Units, MayHaveAnExtensionAndALongLength) {
  const std::string extended = "\x36\x08\x80\x01"s + std::string(128, 'p');
  EXPECT_EQ(without_delimiters(delimiter + extended), extended);
}

TEST(Av1Units, AreRefusedWhereTheyAreNotWhole) {
  for (const std::string& unit : {"\x12"s, "\x10\0"s, "\x32\x04pic"s, "\x32\xff\xff"s, "\x36\x08"s})
    EXPECT_THROW(without_delimiters(unit), std::runtime_error) << unit.size();
}

TEST(Av1Units, TellHowTheyAreToBeDecoded) {
  EXPECT_EQ(av1_configuration(header + frame, Av1Chroma::halved), "\x81\x08\x8c\0"s + header);
  EXPECT_EQ(av1_configuration(delimiter + header, Av1Chroma::none), "\x81\x08\x9c\0"s + header);
  // Profile 1, level 5 (3.1), which has no tiers.
  const std::string other = "\x0a\x04\x20\0\0\x28"s;
  EXPECT_EQ(av1_configuration(other, Av1Chroma::full), "\x81\x25\0\0"s + other);
}

TEST(Av1Units, TellItOfStillPicturesToo) {
  const std::string reduced = "\x0a\x02\x1a\x80"s;  // 000 1 1 01010
  EXPECT_EQ(av1_configuration(reduced, Av1Chroma::halved), "\x81\x0a\x0c\0"s + reduced);
}

TEST(Av1Units, TellItOnlyWithAHeader) {
  EXPECT_THROW(av1_configuration(frame, Av1Chroma::halved), std::runtime_error);
  EXPECT_THROW(av1_configuration("\x0a\x01\0"s, Av1Chroma::halved), std::runtime_error);
  EXPECT_THROW(av1_configuration("\x0a\x04\x04\0\0\0"s, Av1Chroma::halved), std::runtime_error)
      << "times of its own";
}

}  // namespace
}  // namespace rucola::render::worker
