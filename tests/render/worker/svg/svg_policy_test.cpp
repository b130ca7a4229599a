#include "render/worker/svg/svg_policy.h"

#include <string>

#include <gtest/gtest.h>

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;

std::string with(const std::string& inside) {
  return "<svg xmlns='http://www.w3.org/2000/svg'>" + inside + "</svg>";
}

std::string nested(int depth, const std::string& attribute, const std::string& inside) {
  std::string result = inside;
  for (int i = 0; i < depth; ++i)
    result = "<g " + attribute + ">" + result + "</g>";
  return result;
}

class Refused : public testing::TestWithParam<std::string> {};

/// They were the end of the worker: text.rs: assertion failed: h >= 0.0; shared_surface.rs: width > 0 …
INSTANTIATE_TEST_SUITE_P(
    Deadly, Refused,
    testing::Values(with("<text font-size='1e9'>x</text>"), with("<text font-size=' +3000000px '>x</text>"),
                    with("<text font-size='1e999'>x</text>"), with("<text font-size='2e4in'>x</text>"),
                    with("<text font-size='1e9%'>x</text>"), with("<text font-size='1e9furlongs'>x</text>"),
                    with("<text font-size='1&#101;9'>x</text>"), with("<text style='FONT-SIZE:1E9'>x</text>"),
                    with("<text style='font-size:/* a */1e9px'>x</text>"),
                    with("<text style='fo\\6et-size : 1e9px'>x</text>"),
                    with("<text style='fill:red;font:bold 1e9px/2 sans'>x</text>"),
                    with("<g font-size='1000em'><g font-size='1000em'><text>x</text></g></g>"),
                    with("<style>text{font-size:1e9px}</style><text>x</text>"),
                    with("<style>g{font-size:100em}</style><g><g><g><text>x</text></g></g></g>"),
                    with("<filter id='f'><feFlood width='1'/><feTile/></filter>"),
                    with("<s:filter id='f'><s:feFlood/><s:feTile in='a'></s:feTile></s:filter>")));

INSTANTIATE_TEST_SUITE_P(
    Svg, Refused,
    testing::Values(
        with("<image href='file:///etc/passwd'/>"), with("<image xlink:href='http://example.com/a.png'/>"),
        with("<image\nHREF = \"//example.com/a.png\"/>"), with("<use href='other.svg#x'/>"),
        with("<image x:href='&#102;ile:///etc/passwd'/>"), with("<image href='&#x66;ile:///etc/passwd'/>"),
        with("<image href='data:text/html,x'/>"), with("<image href='data:image/svg+xml,x'/>"),
        with("<image title='a>b' href='/etc/passwd'/>"),
        with("<rect fill='url(http://example.com/x.svg#a)'/>"),
        with("<rect style='fill: URL( \"file:///x#a\" )'/>"), with("<rect style='fill:u\\72l(file:///x)'/>"),
        with("<rect style=\"mask-image:url(')/../../../logout')\"/>"),
        with("<rect style='mask-image:url(\")/../logout\")'/>"),
        with("<rect style=\"mask-image:url('" + std::string(1000, ' ') + "//a')\"/>"),
        with("<set attributeName='mask' to=\"url(')/../logout')\"/>"),
        with("<style>@import 'http://example.com/x.css';</style>"),
        with("<style>@\\69mport 'x.css';</style>"),
        with("<style><![CDATA[ rect { fill: url(x.svg#a) } ]]></style>"),
        with("<style>rect { fill: url(&#104;ttp://example.com) }</style>"),
        with("<style>@im<!-- -->port 'x.css';</style>"), with("<style>@im<![CDATA[port 'x.css';]]></style>"),
        with("<style><g/>@import 'x.css';</style>"), with("<style><style></style>@import 'x.css';</style>"),
        with("<s:style>rect { fill: u<?x y?>rl(x.svg#a) }</s:style>"),
        with("<x:include href='/etc/passwd'/>"), with("<g xml:base='http://example.com/'/>"),
        with("<script src='x.js'/>"), "<?xml-stylesheet href='x.css'?>" + with(""),
        "<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + with("&a;"),
        "<!DOCTYPE svg [\n<!ENTITY a 'aaaa'>\n<!ENTITY b '&a;&a;'>\n]>" + with("&b;"),
        "<!ENTITY a 'b'>" + with(""), "<?xml version='1.0' encoding='UTF-7'?>" + with(""),
        "<?xml version='1.0' encoding=\"utf-16\"?>" + with(""), "\xff\xfe<\0s\0v\0g\0"s, with("\0"s)));

TEST_P(Refused, WithAReason) {
  const auto verdict = check_svg(GetParam());
  ASSERT_FALSE(verdict) << GetParam();
  EXPECT_FALSE(verdict.error().empty());
}

class Allowed : public testing::TestWithParam<std::string> {};

/// They only matter to who opens the file, and letters are drawn in another font.
TEST(SvgPolicy, HyperlinksAndFontsAreNoMatterOfDrawing) {
  for (const std::string& ordinary :
       {with("<a href='https://example.com/'><rect/></a>"), with("<a xlink:href='mailto:a@example.com'/>"),
        with("<s:a xlink:href='javascript:1'/>"),
        with("<style>@font-face{font-family:X;src:url(data:font/woff2;base64,AAEA)}</style>"),
        with("<style>@font-face{src:url('data:application/font-woff;base64,AAEA')}</style>")}) {
    EXPECT_TRUE(check_svg(ordinary)) << ordinary;
    EXPECT_FALSE(check_svg(ordinary, SvgUse::delivery)) << ordinary;
  }
  for (const std::string& loads :
       {with("<a src='https://example.com/'/>"), with("<a xml:base='https://example.com/'/>"),
        with("<a style='fill:url(https://example.com/)'/>"), with("<ab href='https://example.com/'/>"),
        with("<image href='data:font/woff2;base64,AAEA'/>"),
        with("<style>@font-face{src:url(https://example.com/a.woff)}</style>"),
        with("<style>@font-face{src:url(data:text/css,a)}</style>")})
    EXPECT_FALSE(check_svg(loads)) << loads;
}

/// libxml2 reads no deeper, and librsvg's stack has an end.
TEST(SvgPolicy, ElementsLieOnlySoDeep) {
  EXPECT_TRUE(check_svg(nested(255, "", "<rect/>")));
  EXPECT_FALSE(check_svg(nested(300, "", "<rect/>")));
}

TEST(SvgPolicy, FindsTheRootsAttributes) {
  EXPECT_EQ(root_attribute("<?xml a='b'?><!-- id='c' --><svg a='&#100;' id = \"e\"><g id='f'/></svg>", "id"),
            "e");
  EXPECT_EQ(root_attribute("<svg a='&#100;'/>", "a"), "d");
  EXPECT_EQ(root_attribute("<svg/>", "id"), "");
}

TEST(SvgPolicy, FindsEmbeddedBitmaps) {
  const std::string svg =
      "<svg><image x='1' xlink:href='data:image/gif;base64,&#65;A=='/><use href='#a'/></svg>";
  const auto found = embedded_bitmaps(svg);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].address, "data:image/gif;base64,AA==");
  EXPECT_EQ(svg.substr(found[0].at, found[0].bytes), "data:image/gif;base64,&#65;A==");
}

INSTANTIATE_TEST_SUITE_P(
    Svg, Allowed,
    testing::Values(with(""), with("<use href='#a'/>"), with("<use xlink:href = \" #a \"/>"),
                    with("<rect fill='url(#a)'/>"), with("<rect style=\"fill:url('#a')\"/>"),
                    with("<rect style=\"fill:url('#a)')\"/>"), with("<rect style=\"fill:url(''),url( )\"/>"),
                    with("<image href='data:image/png;base64,AAAA'/>"),
                    with("<image href='data:image/jpeg;base64,AAAA'/>"),
                    with("<text>http://example.com url(x) @import</text>"),
                    with("<rect style='fill:image-set(\"//example.com/a.png\")'/>"),
                    with("<a href='#b' ping='//example.com'><text>x</text></a>"),
                    with("<form xmlns='http://www.w3.org/1999/xhtml' action='//example.com'/>"),
                    with("<!-- <image href='file:///etc/passwd'/> -->"),
                    with("<style/><text>@import 'x.css'</text>"),
                    with("<style>a { fill: url(#b) }</style></style><text>@import</text>"),
                    with("<style>text::before { content: '\\2022' }</style>"),
                    "\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8' standalone='no'?>" + with(""),
                    "<?xml version='1.0' encoding='ISO-8859-1'?>" + with(""),
                    "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" "
                    "\"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\">" +
                        with("<path d='M0 0'/>"),
                    with("<g inkscape:export-filename='C:\\pictures\\a.png'/>")));

TEST_P(Allowed, ToBeDrawn) {
  const auto verdict = check_svg(GetParam());
  EXPECT_TRUE(verdict) << GetParam() << ": " << verdict.error();
}

/// The end of each address was looked for in all that followed.
TEST(SvgPolicy, AddressesTakeTimeInProportion) {
  std::string style;
  while (style.size() < 4'000'000)
    style += "url('#";
  EXPECT_TRUE(check_svg(with("<style>" + style + "</style>")));
}

TEST(SvgPolicy, MessagesShowNothingUnprintable) {
  const auto verdict = check_svg(with("<image href='http://\x01\xff\xfe" + std::string(500, 'a') + "'/>"));
  ASSERT_FALSE(verdict);
  EXPECT_LT(verdict.error().size(), 250U);
  EXPECT_EQ(verdict.error().find('\x01'), std::string::npos);
  EXPECT_EQ(verdict.error().find('\xff'), std::string::npos);
}

TEST(SvgPolicy, WhatStartsLikeAnSvgIsOne) {
  EXPECT_TRUE(looks_like_svg(with("")));
  EXPECT_TRUE(looks_like_svg("\xef\xbb\xbf \n<?xml version='1.0'?><!-- a <b> --><!DOCTYPE svg><svg:svg/>"));
  EXPECT_TRUE(looks_like_svg("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>"));
  EXPECT_FALSE(looks_like_svg("<html><svg/></html>"));
  EXPECT_FALSE(looks_like_svg("text <svg/>"));
  EXPECT_FALSE(looks_like_svg("<svgs/>"));
  EXPECT_FALSE(looks_like_svg(""));
  EXPECT_FALSE(looks_like_svg("<"));
}

TEST(SvgPolicy, CutOffAnywhereItEnds) {
  const std::string whole =
      "<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'b'>]><svg a='b'><!-- c --><![CDATA[d]]></svg>";
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    looks_like_svg(std::string_view(whole).substr(0, length));
    (void)check_svg(std::string_view(whole).substr(0, length));
  }
}

TEST(SvgFontSizes, AreThoseOfOneElementInTheOther) {
  EXPECT_FALSE(check_svg(with(nested(120, "font-size='larger'", "<text>x</text>"))));
  EXPECT_TRUE(check_svg(with(nested(12, "style='font-size:150%'", "<text>x</text>"))));
  const std::string beside = nested(1, "font-size='100em'", "<text>x</text>");
  EXPECT_TRUE(check_svg(with(beside + beside + beside))) << "not one in the other";
  EXPECT_TRUE(check_svg(with("<g font-size='1000em'><g font-size='10px'><g font-size='1000em'/></g></g>")));
}

TEST(SvgFontSizes, OrdinaryOnesPass) {
  for (const char* inside :
       {"<text font-size='16'>1e9</text>", "<text font-size='2000pt'>x</text>",
        "<text style=\"font:italic 700 1.5em 'Font 99999999', serif\">x</text>",
        "<text id='font-size:1e9' class='x1e9' font-family='A 99999999'>x</text>",
        "<text style='font-size-adjust:1e9;font-weight:900'>font-size:1e9</text>",
        "<style>text{font-size:2em} .a{font:12px sans} /* font-size:1e9px */</style><g><text>x</text></g>"})
    EXPECT_TRUE(check_svg(with(inside))) << inside;
}

}  // namespace
}  // namespace rucola::render::worker
