#include "render/worker/svg/svg_text.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::render::worker {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::string_literals;

std::string read(const std::string& bytes) {
  const auto text = readable_svg(bytes);
  if (!text) return "error: " + text.error().message.text;
  return *text ? **text : bytes;
}

std::string wide(const std::string& ascii) {
  std::string result;
  for (const char c : ascii)
    result.append(1, c).append(1, '\0');
  return result;
}

TEST(SvgText, WhatIsPlainStaysAsItIs) {
  for (const char* plain :
       {"<svg/>", "<?xml version='1.0' encoding='UTF-8'?><svg/>", "<!DOCTYPE svg><svg/>"}) {
    const auto text = readable_svg(plain);
    ASSERT_TRUE(text);
    EXPECT_FALSE(*text) << plain;
  }
}

TEST(SvgText, OtherEncodingsBecomeUtf8) {
  EXPECT_EQ(read("<?xml version='1.0' encoding='ISO-8859-1'?><svg a='\xe9\x93'/>"),
            "<svg a='\xc3\xa9\xe2\x80\x9c'/>");
  EXPECT_EQ(read("<?xml version=\"1.0\" encoding=\"windows-1251\"?><svg a='\xe6'/>"), "<svg a='\xd0\xb6'/>");
  EXPECT_EQ(read("\xff\xfe"s + wide("<?xml version='1.0' encoding='utf-16'?><svg/>")), "<svg/>");
  EXPECT_EQ(read(wide("<svg/>")), "<svg/>");
  EXPECT_EQ(read("<?xml version='1.0' encoding='utf-16'?><svg/>"), "<svg/>");
  for (const char* other : {"UTF-7", "ISO-2022-JP", "utf-32", "x", "../../a", "UTF-8//IGNORE"})
    EXPECT_THAT(read("<?xml version='1.0' encoding='"s + other + "'?><svg/>"), HasSubstr("error")) << other;
}

TEST(SvgText, EntitiesAreReplaced) {
  EXPECT_EQ(
      read("<!DOCTYPE svg [<!ENTITY a 'b'><!-- > --><!ENTITY c \"<d e='&a;'/>\">]><svg f='&a;'>&c;</svg>"),
      "<svg f=\"b\"><d e=\"b\"/></svg>");
  EXPECT_EQ(read("<?xml version='1.0'?><!-- a --><!DOCTYPE svg [ ]><svg>\xc3\xa9</svg>"),
            "<svg>\xc3\xa9</svg>");
}

TEST(SvgText, WhatStandsForSomethingElseIsRefused) {
  for (const char* subset :
       {"<!ENTITY a SYSTEM 'file:///etc/passwd'>", "<!ENTITY a PUBLIC 'b' 'c'>", "<!ENTITY % a 'b'>", "%a;",
        "<!ENTITY a '&#37;b;%c;'>", "<?a b?>", "<![INCLUDE[<!ENTITY a 'b'>]]>", "<!NOTATION a SYSTEM 'b'>",
        "<!ENTITY a SYSTEM 'b' NDATA c>", "<!ENTITY a 'b'", "<!-- <!ENTITY a 'b'>", "a"})
    EXPECT_THAT(read("<!DOCTYPE svg ["s + subset + "]><svg>&a;</svg>"), HasSubstr("error")) << subset;
}

/// Ten entities of which each stands for ten of the one before: `name` and a digit, used as `use` and a
/// digit.
std::string laughing(const std::string& name, const std::string& use) {
  std::string entities = "<!ENTITY " + name + "0 'ha'>";
  for (int i = 1; i < 10; ++i) {
    entities += "<!ENTITY " + name + std::to_string(i) + " '";
    for (int j = 0; j < 10; ++j)
      entities += use + std::to_string(i - 1) + ";";
    entities += "'>";
  }
  return entities;
}

TEST(SvgText, WhatGrowsIsRefusedBeforeItHasGrown) {
  const std::string laughs = laughing("l", "&l");
  const std::string hidden = laughing("l", "&#x26;l");
  const std::string foreign = laughing("\u00e9", "&#x26;&#233;") + "<!ENTITY l9 '&\u00e99;'>";
  for (const std::string& subset :
       {laughs, hidden, foreign, "<!ENTITY l9 '&l9;'>"s, "<!ENTITY l9 '&a;'><!ENTITY a '&l9;'>"s}) {
    const auto text = readable_svg("<!DOCTYPE svg [" + subset + "]><svg>&l9;</svg>");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code, ErrorCode::payload_too_large);
  }
  EXPECT_FALSE(readable_svg("<svg>" + std::string(most_svg_bytes, ' ') + "</svg>"));
}

}  // namespace
}  // namespace rucola::render::worker
