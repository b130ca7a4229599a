#include "render/worker/svg/svg_delivery.h"

#include <string>

#include <gtest/gtest.h>

#include "render/source/placeholder.h"

namespace rucola::render::worker {
namespace {

std::string with(const std::string& inside) {
  return "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' "
         "xmlns:inkscape='http://www.inkscape.org/namespaces/inkscape' "
         "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
         "xmlns:s='http://www.w3.org/2000/svg' xmlns:h='http://www.w3.org/1999/xhtml' viewBox='0 0 9 9'>" +
         inside + "</svg>";
}

TEST(SvgDelivery, TheSheetsOfFilesThatAreNoPicturesGoOut) {
  for (const Format format : mere_files()) {
    const std::string* drawing =
        find_placeholder(as_picture({.sha256 = {}, .format = format, .size = {}}).sha256);
    ASSERT_NE(drawing, nullptr);
    EXPECT_TRUE(may_be_delivered(*drawing)) << *drawing;
  }
}

TEST(SvgDelivery, WhatRunsOrIsAPageStaysHere) {
  for (const char* active : {"<script>1</script>",
                             "<s:script/>",
                             "<SCRIPT/>",
                             "<h:script>1</h:script>",
                             "<rect onclick='1'/>",
                             "<rect a='b' onload = \"1\"/>",
                             "<rect ONLOAD='1'/>",
                             "<rect s:onclick='1'/>",
                             "<rect h:onclick='1'/>",
                             "<foreignObject/>",
                             "<set attributeName='onclick' to='1'/>",
                             "<set attributeName='&#111;nclick'/>",
                             "<animate attributeName='xlink:href' to='#a'/>",
                             "<animate attributeName='href' to='//a'/>",
                             "<set attributeName='style' to='fill:red'/>",
                             "<image href='http://a/b.png'/>",
                             "<iframe/>",
                             "<h:iframe/>",
                             "<handler/>",
                             "<listener/>",
                             "<audio/>",
                             "<video/>",
                             "<canvas/>",
                             "<unknown/>",
                             "<embed/>",
                             "<object/>",
                             "<math xmlns='http://www.w3.org/1998/Math/MathML'/>",
                             "<a xmlns=''/>",
                             "<x:b xmlns:x='urn:somebody'/>",
                             "<rect unknown='1'/>",
                             "<rect x:b='1' xmlns:x='urn:somebody'/>",
                             "<undeclared:b/>",
                             "<rect undeclared:b='1'/>"})
    EXPECT_FALSE(may_be_delivered(with(active))) << active;
  EXPECT_FALSE(may_be_delivered("<svg xmlns='http://www.w3.org/2000/svg' onload='1'/>"));
  EXPECT_FALSE(may_be_delivered("<html/>"));
  EXPECT_FALSE(may_be_delivered("<svg/>")) << "of no namespace: no browser draws it";
  EXPECT_FALSE(may_be_delivered("<h:svg xmlns:h='http://www.w3.org/1999/xhtml'/>"));
  EXPECT_FALSE(may_be_delivered("<svg xmlns='http://www.w3.org/1999/xhtml'><script/></svg>"));
}

/// These passed, each of them good for a request to anywhere when a browser opened the drawing.
TEST(SvgDelivery, WhatLoadsOrSendsStaysHere) {
  for (const char* leads :
       {"<rect style='fill:image-set(\"//example.com/a.png\" 1x)'/>",
        "<rect fill='src(\"//example.com/a\")'/>",
        "<style>rect{mask-image:-webkit-image-set('//example.com/a.png' 1x)}</style>",
        "<style>rect{background:image('//example.com/a.png')}</style>",
        "<style>@font-face{font-family:a;src:src('//example.com/a')}</style>",
        "<style>rect{fill:u/**/rl(a);mask:\\75rl(//example.com)}</style>",
        "<style>rect{fill:image-<!-- -->set('//example.com')}</style>",
        "<style>rect{fill:image-<![CDATA[set('//example.com')]]></style>",
        "<style>rect{fill:red}<g/></style>",
        "<s:style>a{fill:image-set('//a')}</s:style>",
        "<set attributeName='fill' to='image-set(\"//example.com\")'/>",
        "<animate attributeName='mask' values='none;url(//example.com#a)'/>",
        "<rect fill='&#105;mage-set(\"//example.com\")'/>",
        "<form xmlns='http://www.w3.org/1999/xhtml' action='//example.com'><input/></form>",
        "<h:form action='//example.com'><h:button>ok</h:button></h:form>",
        "<h:button formaction='//example.com'/>",
        "<h:input type='image'/>",
        "<h:meta http-equiv='refresh' content='0;url=//example.com'/>",
        "<h:link rel='stylesheet' href='#a'/>",
        "<link xmlns='http://www.w3.org/1999/xhtml' rel='prefetch'/>",
        "<h:base href='#a'/>",
        "<h:img srcset='//example.com/a.png 2x'/>",
        "<a href='#b' ping='//example.com'><text>x</text></a>",
        "<a href='#b' target='_top'/>",
        "<a href='#b' download='a'/>",
        "<a href='//example.com'/>",
        "<a href=''/>",
        "<image xlink:href=' '/>",
        "<rect style=\"mask-image:url(')/../../../logout')\"/>",
        "<set attributeName='mask' to=\"url(')/../../../logout')\"/>",
        "<a xlink:href='javascript:1'/>",
        "<image href='#a' srcset='//example.com/a.png'/>",
        "<rect formaction='//example.com'/>",
        "<g xml:base='#a'/>",
        "<metadata><rdf:RDF xml:base='http://a/'/></metadata>",
        "<image href='data:image/png+xml,a'/>",
        "<font><font-face-uri xlink:href='#a'/></font>",
        "<color-profile xlink:href='#a'/>",
        "<discard/>",
        "<?xml-stylesheet href='#a'?>",
        "<?php 1 ?>"})
    EXPECT_FALSE(may_be_delivered(with(leads))) << leads;
  const std::string drawing = with("<rect/>");
  for (const char* before :
       {"<?xml-stylesheet href='#a'?>", "<?xml-stylesheet type='text/css' href='data:,a'?>",
        "<!DOCTYPE svg [<!ENTITY a 'b'>]>", "<!DOCTYPE svg [<!-- a -->]>",
        "<!DOCTYPE svg SYSTEM 'http://a/' []>", "<?xml version='1.0' encoding='utf-7'?>"})
    EXPECT_FALSE(may_be_delivered(before + drawing)) << before;
  EXPECT_FALSE(may_be_delivered(drawing + "<?xml-stylesheet href='#a'?>"));
  EXPECT_FALSE(may_be_delivered(drawing + drawing)) << "it is not well-formed";
}

/// Each of them ran a script, or loaded, once the drawing was a part of a page: HTML has no namespaces, and
/// ends comments and CDATA sections elsewhere.
TEST(SvgDelivery, WhatHtmlMakesSomethingElseOfStaysHere) {
  for (const char* other : {"<img xmlns='http://purl.org/dc/' src='#' onerror='1'/>",
                            "<desc><img xmlns='http://purl.org/dc/' src='#'/></desc>",
                            "<script xmlns='http://purl.org/dc/'>1</script>",
                            "<desc><iframe xmlns='http://purl.org/dc/' srcdoc='a'/></desc>",
                            "<desc><svg xmlns='http://purl.org/dc/' onload='1'/></desc>",
                            "<metadata><rdf:RDF><p xmlns='http://ns.adobe.com/'/></rdf:RDF></metadata>",
                            "<inkscape:b style='animation:k 1s' onanimationstart='1'/>",
                            "<inkscape:b onclick='1'/>",
                            "<inkscape:b ONCLICK='1'/>",
                            "<inkscape:g style='mask-image:image-set(\"/e\" 1x)'/>",
                            "<inkscape:g STYLE='mask-image:image-set(\"/e\" 1x)'/>",
                            "<inkscape:g cursor='image-set(\"/e\" 1x)'/>",
                            "<use xmlns:xlink='http://purl.org/dc/' xlink:href='data:image/png+xml,a'/>",
                            "<!--><img src=x onerror=1>-->",
                            "<!--->a-->",
                            "<!-->a-->",
                            "<!-- <script> -->",
                            "<!-- </noscript><img src=q: onerror=1> -->",
                            "<!-- </textarea> -->",
                            "<!-- <g></title></g> -->",
                            "<!-- </style > -->",
                            "<!-- <G/> -->",
                            "<!-- <inkscape:b/> -->",
                            "<!-- <?php ?> -->",
                            "<!-- <!doctype> -->",
                            "<!-- </> -->",
                            "<!-- <g/><p/> -->",
                            "<!--[if IE]><g/><![endif]-->",
                            "<!-- a --!> <g/> -->",
                            "<!-- <!-- --> -->",
                            "<!-- a --->",
                            "<!--><g/>-->",
                            "<!---><g/>-->",
                            "<style><!-- <g/> --></style>",
                            "<title><!-- <g/> --></title>",
                            "<desc><title><!-- </title><img src=q: onerror=1> --></title></desc>",
                            "<title><!-- a --></title>",
                            "<title><![CDATA[</title><img src=/e>]]></title>",
                            "<desc><![CDATA[</desc><img src=/e>]]></desc>",
                            "<text><![CDATA[</text><img src=/e>]]></text>",
                            "<style><![CDATA[</style><img src=/e>]]></style>",
                            "<style><!-- rect{fill:image-set('/e' 1x)} --></style>",
                            "<desc><inkscape:b/></desc><style>a{}</style>",
                            "<desc><g/></desc>",
                            "<s:title><a/></s:title>"})
    EXPECT_FALSE(may_be_delivered(with(other))) << other;
  const std::string drawing = with("<rect/>");
  for (const char* around : {"<!--><img src=x onerror=1>-->", "<!-- <p> -->"}) {
    EXPECT_FALSE(may_be_delivered(around + drawing)) << around;
    EXPECT_FALSE(may_be_delivered(drawing + around)) << around;
  }
  EXPECT_FALSE(may_be_delivered("<s:svg xmlns:s='http://www.w3.org/2000/svg'/>"));
}

/// They were delivered whatever they named, and in a page what is behind the bracket was an element of it.
TEST(SvgDelivery, ADoctypeNamesTheStandardOrNothing) {
  const std::string drawing = with("<rect/>");
  for (const char* doctype :
       {"<!DOCTYPE svg SYSTEM 'http://example.com/a.dtd'>", "<!DOCTYPE svg SYSTEM 'a.dtd'>",
        "<!DOCTYPE svg SYSTEM ''>", "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' '//example.com/'>",
        "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org.example.com/'>",
        "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/><img src=x onerror=1>'>",
        "<!DOCTYPE svg SYSTEM 'file:///etc/passwd'>"})
    EXPECT_FALSE(may_be_delivered(doctype + drawing)) << doctype;
  for (const char* doctype : {"<!DOCTYPE svg>",
                              "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.0//EN' "
                              "'http://www.w3.org/TR/2001/REC-SVG-20010904/DTD/svg10.dtd'>",
                              "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' "
                              "'https://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>"})
    EXPECT_TRUE(may_be_delivered(doctype + drawing)) << doctype;
}

TEST(SvgDelivery, WhatOnlyDrawsIsDelivered) {
  for (const char* inert :
       {"", "<rect width='9' data-a='b(c)' aria-label='x (y)'/>", "<a href='#b'><text>on</text></a>",
        "<style>a{fill:red}</style>", "<style type='text/css'><![CDATA[ a>b { fill: url(#b) } ]]></style>",
        "<animate attributeName='x' to='9'/>", "<!-- Generator: Sketch 52.6 - http://a/ -->",
        "<text>onclick= image-set('//a')</text>", "<use xlink:href='#a' xlink:type='simple'/>",
        "<image xlink:href='data:image/png;base64,AA'/>",
        "<defs><linearGradient id='a(b' gradientTransform='translate(1 2)'><stop "
        "offset='1'/></linearGradient></defs>",
        "<s:g xml:space='preserve'><s:rect style='fill:url(#a);-inkscape-x:1'/></s:g>",
        "<filter id='f'><feGaussianBlur stdDeviation='1'/><feMerge><feMergeNode in='a'/></feMerge></filter>",
        "<g inkscape:label='a' inkscape:export-filename='C:\\a.png'><inkscape:grid type='b' "
        "spacingx='c' style='fill:rgb(1,2,3)'/></g>",
        "<defs><inkscape:path-effect effect='a' nodes='F,0,1 @ F,0,1' only_selected='true'/></defs>",
        "<title>a &lt;b&gt;</title><desc>Created with Sketch.</desc><title><![CDATA[a > b]]></title>",
        "<metadata><rdf:RDF><rdf:Description rdf:about=''/></rdf:RDF></metadata>",
        "<text font-family=\"'Helvetica (Neue)'\"><tspan dy='1em'>a &amp; b &#233;</tspan></text>"})
    EXPECT_TRUE(may_be_delivered(with(inert))) << inert;
  EXPECT_TRUE(
      may_be_delivered("\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>\n<!DOCTYPE svg PUBLIC "
                       "'-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>" +
                       with("") + "\n<!-- end -->\n"));
}

/// They became bitmaps: Illustrator leaves elements in comments, iconfont.cn writes attributes of its own.
TEST(SvgDelivery, WhatProgramsLeaveBehindIsDelivered) {
  for (const char* inert :
       {"<!-- <rect class=\"st0\" width=\"9\" height=\"9\"/> -->", "<!--<g><path d='M0 0'/></g>-->",
        "<!-- \n<g id=\"a\">\n\t<circle cx='1'/>\n</g>\n-->", "<!-- a < b, c <- d -->", "<!-- < -->",
        "<!---->", "<path t='1588640173214' p-id='2047' d='M0 0'/>", "<style>@layer a{b{fill:red}}</style>"})
    EXPECT_TRUE(may_be_delivered(with(inert))) << inert;
  EXPECT_TRUE(may_be_delivered("<!-- <g/> -->" + with("") + "<!-- <g/> -->"));
}

/// Animations of animations passed. No browser was seen to go by them.
TEST(SvgDelivery, NoAnimationSetsAnAddressOrAnotherAnimation) {
  for (const char* attribute : {"href", "xlink:href", "style", "attributeName", "attributeType", "to", "from",
                                "by", "values", "onbegin", "src", "HREF", " href", "href ", "unknown", ""}) {
    for (const char* animation : {"set", "animate", "animateColor", "animateTransform", "animateMotion"}) {
      const std::string element =
          "<" + std::string(animation) + " attributeName='" + attribute + "' to='1' values='1;2'/>";
      EXPECT_FALSE(may_be_delivered(with("<a>" + element + "</a>"))) << element;
    }
  }
  for (const char* leads :
       {"<set attributeName='fill' to='url(//a#b)'/>", "<set attributeName='fill' from='url(//a#b)'/>",
        "<set attributeName='fill' by='url(//a#b)'/>",
        "<animate attributeName='filter' values='none;url(a#b)'/>",
        "<set attributeName='mask' to='image(\"//a\")'/>", "<set href='//a#b' attributeName='x' to='1'/>"})
    EXPECT_FALSE(may_be_delivered(with(leads))) << leads;
  for (const char* inert :
       {"<animate attributeName='fill' values='red;url(#b)'/>", "<set attributeName='class' to='b'/>",
        "<animateTransform attributeName='transform' type='rotate' from='0' to='360'/>",
        "<set href='#b' attributeName='x' to='1'/>"})
    EXPECT_TRUE(may_be_delivered(with(inert))) << inert;
}

TEST(SvgDelivery, CutOffAnywhereNothingIsDelivered) {
  const std::string whole =
      "<?xml version='1.0'?>" + with("<style>a{fill:url(#b)}</style><!-- c --><![CDATA[d]]>");
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(may_be_delivered(std::string_view(whole).substr(0, length))) << length;
  EXPECT_TRUE(may_be_delivered(whole));
}

}  // namespace
}  // namespace rucola::render::worker
