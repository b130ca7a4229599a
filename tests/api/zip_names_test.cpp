#include "api/zip_names.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utf8.h"

namespace rucola::api {
namespace {

catalog::SourceImage image(const std::string& name, char digit = 'a') {
  catalog::SourceImage made;
  made.name = name;
  made.hash = std::string(40, digit);
  made.format = "jpg";
  return made;
}

std::string alone(const std::string& name) {
  return ZipNames().add(image(name));
}

TEST(ZipNames, StayAsPeopleGaveThem) {
  for (const char* name : {"lake.jpg", "Zürich 写真.JPG", "no ending", "a.b.c", "a-b_c (1)'&%.png"})
    EXPECT_EQ(alone(name), name);
}

/// An archive whose files lie outside of the folder into which it is unpacked.
TEST(ZipNames, LeadNowhere) {
  for (const char* name : {"../../etc/passwd", "/etc/passwd", "..\\..\\passwd", "C:\\passwd", "a/../passwd"})
    EXPECT_EQ(alone(name), "passwd") << name;
  EXPECT_EQ(alone("c:passwd"), "c_passwd");
  const std::string nameless = std::string(40, 'a') + ".jpg";
  for (const char* name : {"", "..", ".", "/", " . ", "../.."})
    EXPECT_EQ(alone(name), nameless) << name;
}

TEST(ZipNames, MeanNothingElseOnAnySystem) {
  EXPECT_EQ(alone("a*b?c\"d<e>f|g:h"), "a_b_c_d_e_f_g_h");
  EXPECT_EQ(alone(std::string("a\nb\0c\x7f", 6)), "a_b_c_");
  EXPECT_EQ(alone(".htaccess"), "htaccess");
  EXPECT_EQ(alone("a.jpg. "), "a.jpg");
  EXPECT_EQ(alone("CON.jpg"), "_ON.jpg");
  EXPECT_EQ(alone("lpt1"), "_pt1");
  EXPECT_EQ(alone("console.jpg"), "console.jpg");
  EXPECT_EQ(alone("con .png"), "_on .png");
  EXPECT_EQ(alone("COM\u00b9.png"), "_OM\u00b9.png");
  EXPECT_EQ(alone("\uff23ON"), "_ON") << "a fullwidth C";
  EXPECT_EQ(alone("CONIN$.jpg"), "_ONIN$.jpg");
  EXPECT_EQ(alone("-rf"), "_rf");
  EXPECT_EQ(alone("a\u202egpj.exe"), "a_gpj.exe") << "seen as aexe.jpg";
  EXPECT_EQ(alone("a\u2066b\u2069c\u0085d\u200fe"), "a_b_c_d_e");
  EXPECT_EQ(alone("a\u2028b\u2029c"), "a_b_c");
  EXPECT_TRUE(is_utf8(alone("a\xff.jpg")));
}

TEST(ZipNames, AreDifferent) {
  ZipNames names;
  EXPECT_EQ(names.add(image("lake.jpg", 'a')), "lake.jpg");
  EXPECT_EQ(names.add(image("lake.jpg", 'b')), "lake-" + std::string(40, 'b') + ".jpg");
  EXPECT_EQ(names.add(image("LAKE.JPG", 'c')), "LAKE-" + std::string(40, 'c') + ".JPG")
      << "one file on some systems";
  EXPECT_EQ(names.add(image("lake", 'd')), "lake");
  EXPECT_EQ(names.add(image("Lake", 'e')), "Lake-" + std::string(40, 'e'));
  EXPECT_EQ(names.add(image("U\u0308ber", 'a')), "U\u0308ber");
  EXPECT_EQ(names.add(image("\u00fcber", 'b')), "\u00fcber-" + std::string(40, 'b'));
}

TEST(ZipNames, AreDifferentWhateverOthersAreCalled) {
  ZipNames names;
  std::set<std::string> seen;
  const std::string forestalled = "lake-" + std::string(40, 'b') + ".jpg";
  for (const auto& [name, digit] : {std::pair(forestalled, 'a'), std::pair(std::string("lake.jpg"), 'c'),
                                    std::pair(std::string("lake.jpg"), 'b'), std::pair(forestalled, 'b')})
    EXPECT_TRUE(seen.insert(names.add(image(name, digit))).second) << name;
}

TEST(ZipNames, AreNoLongerThanFileSystemsTake) {
  ZipNames names;
  std::string longest;
  while (longest.size() + 2 + 4 <= 255)
    longest += "\u00fc";
  longest += ".jpg";
  EXPECT_EQ(names.add(image(longest, 'a')), longest);
  const std::string second = names.add(image(longest, 'b'));
  EXPECT_LE(second.size(), 255U);
  EXPECT_TRUE(is_utf8(second));
  EXPECT_THAT(second, testing::EndsWith("-" + std::string(40, 'b') + ".jpg"));
  EXPECT_LE(alone(std::string(300, 'x') + ".jpg").size(), 255U);
  ZipNames endless;
  const std::string ending = "a." + std::string(253, 'x');
  EXPECT_EQ(endless.add(image(ending, 'a')), ending);
  EXPECT_LE(endless.add(image(ending, 'b')).size(), 255U);
}

}  // namespace
}  // namespace rucola::api
