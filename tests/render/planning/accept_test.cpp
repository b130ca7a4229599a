#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "render/planning/planner.h"

namespace rucola::render {
namespace {

void expect_class(AcceptClass expected, const std::vector<const char*>& headers) {
  for (const char* header : headers)
    EXPECT_EQ(classify_accept(header), expected) << header;
}

// What browsers send for an <img>, and when its address is typed in.
TEST(AcceptTest, KnowsBrowsers) {
  expect_class(
      AcceptClass::avif_and_webp,
      {// Chrome 120, img and page; Edge and Opera send the same
       "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
       "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
       "application/signed-exchange;v=b3;q=0.7",
       // Firefox 93 to 127, img and page; Firefox 128 and later
       "image/avif,image/webp,*/*",
       "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
       "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
       // Safari 16.4 and later
       "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,"
       "image/*;q=0.8,*/*;q=0.5"});
  expect_class(AcceptClass::webp, {// Chrome 80, Safari 14
                                   "image/webp,image/apng,image/*,*/*;q=0.8",
                                   "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5",
                                   // Firefox 66
                                   "image/webp,*/*"});
  expect_class(AcceptClass::neither, {// Safari 13, Internet Explorer 11, curl
                                      "image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5",
                                      "image/png, image/svg+xml, image/*;q=0.8, */*;q=0.5", "*/*"});
}

TEST(AcceptTest, WildcardsNameNothing) {
  expect_class(AcceptClass::neither, {"*/*", "image/png, */*;q=0.1", "*/*;q=0.001"});
  expect_class(AcceptClass::neither_nor_wildcard,
               {"image/*", "image/*;q=1", "", "image/png", "*/*;q=0", "text/*"});
}

TEST(AcceptTest, RespectsZeroWeights) {
  expect_class(AcceptClass::neither, {"image/avif;q=0,image/webp;q=0,*/*", "*/*,image/webp;q=0"});
  expect_class(AcceptClass::neither_nor_wildcard,
               {"image/webp;q=0", "image/webp;q=0.0", "image/webp; q=0.000", "image/webp;Q=0",
                "image/webp ; q = 0", "image/jxl;q=0", "image/avif;q=0"});
  expect_class(AcceptClass::webp,
               {"image/avif;q=0,image/webp", "image/webp;q=0.001", "image/webp,image/avif;q=0"});
}

// Caches in front know these by a regular expression, and send the class that they found.
TEST(AcceptTest, WeightsThatARegularExpressionReadOtherwise) {
  expect_class(AcceptClass::webp, {"image/webp;q=00", "image/webp;q=.0", "image/webp;q=-0", "image/webp;q=-1",
                                   "image/webp;q=0.0x", "image/webp;q=1;q=0.5"});
  expect_class(AcceptClass::neither_nor_wildcard,
               {"image/webp;q=1;q=0", "image/webp;q=0;q=1", "image/webp;q=0;x=1", "image/webp;q=0."});
}

TEST(AcceptTest, AvifAloneNamesNoWebp) {
  expect_class(AcceptClass::avif, {"image/avif", "image/avif,*/*", "image/avif,image/webp;q=0"});
}

TEST(AcceptTest, JpegXlCountsWhereAvifDoesNot) {
  expect_class(AcceptClass::jxl, {"image/jxl", "image/jxl,*/*", "image/jxl,image/avif;q=0"});
  expect_class(AcceptClass::jxl_and_webp, {"image/jxl,image/webp", "image/webp,*/*,image/jxl;q=0.1"});
  expect_class(AcceptClass::avif, {"image/jxl,image/avif"});
  expect_class(AcceptClass::avif_and_webp, {"image/jxl,image/avif,image/webp"});
}

TEST(AcceptTest, IgnoresCaseAndSpaces) {
  expect_class(AcceptClass::webp,
               {"IMAGE/WEBP", " image/webp ", "text/html ,\timage/webp;q=0.5", ",,image/webp,,"});
}

TEST(AcceptTest, ReadsQuotedParameters) {
  expect_class(AcceptClass::webp, {R"(image/png;a="x,image/avif;q=0",image/webp)",
                                   R"(image/webp;a="q=0;";q=1)", R"(image/webp;a="\",q=0")"});
  expect_class(AcceptClass::neither_nor_wildcard,
               {R"(image/png;a=",image/webp,")", R"(image/webp;a="b";q=0)"});
}

TEST(AcceptTest, TakesOnlyWholeNames) {
  expect_class(AcceptClass::neither_nor_wildcard,
               {"image/webpx", "ximage/webp", "image/ webp", "image/webp+xml", "webp"});
}

TEST(AcceptTest, GarbageIsNoReasonToFail) {
  expect_class(AcceptClass::neither_nor_wildcard,
               {";", ",", "\"", "\\", ";q=0", "=", "image/png;\"", "q=;q=,;;"});
  expect_class(AcceptClass::webp,
               {"image/webp;q=x", "image/webp;q=", "image/webp;q", "image/webp;;;", "\xff,image/webp"});
  EXPECT_EQ(classify_accept(std::string(100'000, ',') + "image/webp"), AcceptClass::webp);
}

TEST(AcceptTest, TheLastOfTwoEqualNamesCounts) {
  expect_class(AcceptClass::neither_nor_wildcard, {"image/webp,image/webp;q=0"});
  expect_class(AcceptClass::webp, {"image/webp;q=0,image/webp"});
}

}  // namespace
}  // namespace rucola::render
