#include "render/worker/svg/style_policy.h"

#include <string>

#include <gtest/gtest.h>

namespace rucola::render::worker {
namespace {

/// A browser fetched the first four; the policy knew of url() and @import only.
TEST(StylePolicy, WhatABrowserMightLoadIsRefused) {
  for (const char* style : {"fill:image-set('//example.com/a.png' 1x)",
                            "fill:-webkit-image-set(\"//example.com/a.png\" 1x)",
                            "mask:src('//example.com/a.svg')",
                            "background:image('//example.com/a.png')",
                            "IMAGE-SET('//a')",
                            "fill:url(//example.com/a.svg#b)",
                            "fill:url( '//example.com' )",
                            "fill:url(\n//example.com)",
                            "fill:url(/*#a*///example.com)",
                            "fill:url(\"   //example.com\")",
                            "fill:URL(a.svg)",
                            "fill:url(a",
                            "fill:\\75rl(//example.com)",
                            "fill:u\\72 l(//example.com)",
                            "@import '//example.com'",
                            "@\\69mport 'a'",
                            "@IMPORT 'a'",
                            "@import/**/'a'",
                            "@font-face{src:local(a)}",
                            "@namespace 'http://a/'",
                            "@charset 'utf-7'",
                            "@",
                            "/* @import 'a' */",
                            "--a:cross-fade(a)",
                            "fill:element(#a)",
                            "fill:attr(a)",
                            "fill:paint(a)",
                            "behavior:expression(alert(1))",
                            "\xc3\xa9url(a)",
                            "fill:url(data:image/svg+xml,a)",
                            "fill:url(data:text/html,a)",
                            "fill:url(data:image/png+xml,a)",
                            "fill:url(data:image/pngx;base64,a)",
                            "fill:url(javascript:a)",
                            "src:url(data:font/woff;base64,AA)"})
    EXPECT_FALSE(loads_nothing(style)) << style;
  EXPECT_FALSE(loads_nothing("fill:url(" + std::string(1000, ' ') + "//example.com)"));
  EXPECT_FALSE(loads_nothing("fill:url('" + std::string(1000, ' ') + "//example.com')"));
}

/// It was cut off at the first bracket or quote, and nothing was left of it that could have led anywhere.
TEST(StylePolicy, AnAddressInQuotesDoesNotEndAtABracket) {
  for (const char* style :
       {"mask-image:url(')/../../../logout')", "mask-image:url(\")/../../../logout\")",
        "mask-image:url( ' )/../logout')", "mask-image:url('\"/../logout')",
        "mask-image:url(\"'/../logout\")", "mask-image:url(''/../logout)", "mask-image:url('')",
        "mask-image:url( )", "mask-image:url()", "mask-image:url(", "mask-image:url('"})
    EXPECT_FALSE(loads_nothing(style)) << style;
  for (const char* style :
       {"mask-image:url('#a)')", "mask-image:url(\"#a'b\")", "mask-image:url('data:image/png;base64,AA')"})
    EXPECT_TRUE(loads_nothing(style)) << style;
  for (const char* address : {"", " ", ")", "\"", "'", ")#a", "a#b"})
    EXPECT_FALSE(stays_inside(address)) << address;
}

/// Minified styles, which became bitmaps: the rule was taken for a function.
TEST(StylePolicy, ConditionsNeedNoSpaceBeforeTheirBracket) {
  for (const char* style :
       {"@media(prefers-color-scheme:dark){a{fill:#fff}}",
        "@MEDIA(min-width:1px)and(max-width:9px){a{fill:red}}",
        "@media screen and(min-width:1px){a{fill:red}}", "@media not(print){a{fill:red}}",
        "@supports(fill:red)or(stroke:red){a{fill:red}}", "@supports not(mask:url(#a)){a{fill:red}}"})
    EXPECT_TRUE(loads_nothing(style)) << style;
  for (const char* style : {"@import(a)", "@font-face(a)", "@src('/e')", "media(a)", "supports(a)",
                            "@supports(mask:url(/e)){a{}}", "@media(a){a{fill:image-set('/e' 1x)}}",
                            "@media screen and(url(/e)){a{}}", "@-and(a)", "@and(a)", "@url(#a)"})
    EXPECT_FALSE(loads_nothing(style)) << style;
}

TEST(StylePolicy, OrdinaryStylesPass) {
  for (const char* style : {"",
                            "red",
                            "fill:red;stroke:#123",
                            "fill:rgb(1,2,3)",
                            "fill:url(#a)",
                            "fill:url( \"#a\" ) none",
                            "fill:URL('#a')",
                            "filter:blur(2px) drop-shadow(0 0 1px rgba(0,0,0,.5))",
                            "translate(1 2) rotate(3)",
                            "translate (1,2)",
                            "fill:var(--a,hsl(1 2% 3%))",
                            "a:not(.b):nth-child(2n){fill:red}",
                            "@media (min-width:100px) and (max-width:200px){a{fill:red}}",
                            "@keyframes a{from{opacity:0}}",
                            "fill:url(data:image/png;base64,AA)",
                            "font-family:'Helvetica (Neue)'",
                            "M0 0L1 1z",
                            "0.5 1",
                            "-inkscape-font-specification:'sans-serif, Normal'",
                            "stroke-width:calc(1px + (2px * 3))"})
    EXPECT_TRUE(loads_nothing(style)) << style;
}

TEST(StylePolicy, CountersLayersAndTheSurroundingsLoadNothing) {
  for (const char* style : {"a::before{content:counter(n) '. ' counters(n, '.', decimal)}",
                            "padding:env(safe-area-inset-top, 1px)", "@layer a, b;@layer a{b{fill:red}}"})
    EXPECT_TRUE(loads_nothing(style)) << style;
  for (const char* style :
       {"@counter-style a{symbols:url(/e)}", "@import 'a' layer(b)", "fill:env(a, url(/e))",
        "@layer a{b{fill:image-set('/e' 1x)}}", "content:counter(n, symbols('a'))"})
    EXPECT_FALSE(loads_nothing(style)) << style;
}

TEST(StylePolicy, TakesTimeInProportion) {
  for (const char* piece : {"url(#", "url(   ", "a(", "@media ", "((((", "url('"}) {
    std::string style;
    while (style.size() < 4'000'000)
      style += piece;
    (void)loads_nothing(style);
  }
  EXPECT_TRUE(loads_nothing(std::string(4'000'000, 'a')));
}

}  // namespace
}  // namespace rucola::render::worker
