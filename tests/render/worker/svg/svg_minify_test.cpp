#include "render/worker/svg/svg_minify.h"

#include <string>

#include <gtest/gtest.h>

#include "render/worker/svg/svg_delivery.h"
#include "render/worker/svg/svg_document.h"

namespace rucola::render::worker {
namespace {

std::string minified(const std::string& inside, const std::string& attributes = "") {
  const SvgDocument document =
      parse_svg("<svg xmlns='http://www.w3.org/2000/svg'" + attributes + ">" + inside + "</svg>");
  minify_svg(*document);
  return written_root(*document);
}

constexpr const char* inkscape = " xmlns:i='http://www.inkscape.org/namespaces/inkscape'";

TEST(SvgMinify, RemovesWhatNobodySees) {
  EXPECT_EQ(
      minified(
          "\n <!-- a --><metadata><i:b/></metadata>\n <i:view><i:grid/></i:view>\n <g i:label='c' id='d'>\n "
          "<rect/></g>\n",
          inkscape),
      R"(<svg xmlns="http://www.w3.org/2000/svg"><g id="d"><rect/></g></svg>)");
}

TEST(SvgMinify, KeepsTheSpaceOfTexts) {
  const std::string text = "<text> <tspan>a</tspan> <tspan>b</tspan> </text>";
  EXPECT_EQ(minified(text), "<svg xmlns=\"http://www.w3.org/2000/svg\">" + text + "</svg>");
}

TEST(SvgMinify, KeepsElementsThatStylesCount) {
  const std::string kept = minified("<style>rect:nth-child(3){fill:red}</style><metadata/><rect/>");
  EXPECT_NE(kept.find("<metadata/>"), std::string::npos);
}

TEST(SvgMinify, WhatMayBeDeliveredMayBeDeliveredSmallerAndAtAnotherSize) {
  const std::string svg =
      "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='6'><!-- a --> <rect/></svg>";
  EXPECT_EQ(deliverable_svg(svg, {}), svg);
  EXPECT_EQ(deliverable_svg(svg, {.minified = true}),
            R"(<svg xmlns="http://www.w3.org/2000/svg" width="9" height="6"><rect/></svg>)");
  EXPECT_EQ(
      deliverable_svg(svg, {.size = Size{18, 12}}),
      R"(<svg xmlns="http://www.w3.org/2000/svg" width="18" height="12" viewBox="0 0 9 6"><rect/></svg>)");
  EXPECT_EQ(deliverable_svg("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", {}), std::nullopt);
  EXPECT_EQ(
      deliverable_svg("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='6' viewBox='0 0 1 1'/>",
                      {.size = Size{9, 9}}),
      std::nullopt)
      << "the room beside it would be gone";
}

}  // namespace
}  // namespace rucola::render::worker
