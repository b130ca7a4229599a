#include "render/worker/svg/svg_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::render::worker {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view drawing =
    R"(<svg id="root" width="10" height="10" xmlns="http://www.w3.org/2000/svg">)"
    R"(<g><rect id="a" fill="red"/></g><line id="b" stroke="#fff"/></svg>)";

std::string changed(std::vector<SvgChange> changes) {
  const auto result = changed_svg(drawing, changes);
  return result ? *result : "refused: " + result.error().message.text;
}

TEST(SvgChanges, ReplaceAndAddAttributes) {
  const std::string result =
      changed({{"a", "fill", "#00ff00"}, {"b", "stroke-width", "5"}, {"root", "width", "20"}});
  EXPECT_THAT(result, HasSubstr(R"(<rect id="a" fill="#00ff00"/>)"));
  EXPECT_THAT(result, HasSubstr(R"(<line id="b" stroke="#fff" stroke-width="5"/>)"));
  EXPECT_THAT(result, HasSubstr(R"(width="20")"));
}

TEST(SvgChanges, TheLastChangeOfAnAttributeCounts) {
  EXPECT_THAT(changed({{"a", "fill", "one"}, {"a", "fill", "two"}}), HasSubstr(R"(fill="two")"));
}

TEST(SvgChanges, AValueStaysAValue) {
  const std::string result = changed({{"a", "fill", R"("/><script>alert(1)</script><x a=")"}});
  EXPECT_THAT(result, Not(HasSubstr("<script")));
  EXPECT_THAT(result, HasSubstr("&lt;script&gt;"));
}

TEST(SvgChanges, AnUnknownElementIsNamed) {
  EXPECT_THAT(changed({{"nobody", "fill", "red"}}), HasSubstr(R"(no element with the id "nobody")"));
  const auto result = changed_svg(drawing, std::vector<SvgChange>{{"nobody", "fill", "red"}});
  EXPECT_EQ(result.error().code, ErrorCode::bad_request);
}

TEST(SvgChanges, NothingThatThePolicyForbidsComesIn) {
  for (const SvgChange& change : std::vector<SvgChange>{{"a", "style", "fill:url(http://evil.example/x)"},
                                                        {"a", "fill", "url(http://evil.example/x#a)"},
                                                        {"a", "fill", R"(u\72l(http://evil.example))"},
                                                        {"a", "href", "http://evil.example"},
                                                        {"root", "font-size", "1e9"},
                                                        {"root", "xml:base", "http://evil.example"}}) {
    const auto result = changed_svg(drawing, std::vector<SvgChange>{change});
    ASSERT_FALSE(result) << change.attribute << ' ' << change.value;
    EXPECT_EQ(result.error().code, ErrorCode::bad_request);
    EXPECT_THAT(result.error().message.text, HasSubstr("svgdynamic"));
  }
}

TEST(SvgChanges, WhatIsNoXmlIsRefused) {
  EXPECT_FALSE(changed_svg("<svg><rect id='a'></svg>", std::vector<SvgChange>{{"a", "x", "1"}}));
}

}  // namespace
}  // namespace rucola::render::worker
