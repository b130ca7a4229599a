#include "catalog/dynamic_metadata.h"

#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

namespace rucola::catalog {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

std::string checked(const std::string& text) {
  const auto metadata = checked_dynamic_metadata(json::parse(text).as_object());
  return metadata ? json::serialize(*metadata) : metadata.error().message.text;
}

TEST(DynamicMetadata, WhatIsSoundStaysAsItIs) {
  for (
      const std::string sound :
      {"{}", R"({"subject_area":{"x":0,"y":2}})",
       R"({"crop_area":{"x":1,"y":2,"width":3,"height":4,"percentage":true},"version":{"text":""}})",
       R"({"detection_face":{"landmarks":{"eyeLeft":{"x":15,"y":-2}}},"detection_eyemouth":{"x":1}})",
       R"({"multi_areas":{"wide":{"crop_area":{"x":1,"y":2,"width":3,"height":4}},"tall":[{}],"none":{}}})"}) {
    EXPECT_EQ(checked(sound), sound);
  }
}

TEST(DynamicMetadata, IsWrittenInOneWay) {
  EXPECT_EQ(checked(R"({"subject_area":{"x":1.0,"y":2e1,"width":null},"crop_area":null,"version":null})"),
            R"({"subject_area":{"x":1,"y":20}})");
  EXPECT_EQ(checked(R"({"multi_areas":[],"detection_face":[]})"),
            R"({"detection_face":{},"multi_areas":{}})");
}

TEST(DynamicMetadata, SaysWhatIsWrongAndWhatIsAllowed) {
  EXPECT_EQ(checked(R"({"subject_area":{"x":1}})"),
            R"("subject_area" lacks "y"; "subject_area" takes x (an integer from 0 to 10000000, required), )"
            "y (an integer from 0 to 10000000, required), width (an integer from 1 to 10000000), "
            "height (an integer from 1 to 10000000), percentage (true or false).");
  EXPECT_THAT(checked(R"({"subject_area":{"x":1,"y":1.5}})"),
              HasSubstr(R"("y" of "subject_area" must be an)"));
  EXPECT_THAT(checked(R"({"subject_area":{"x":1,"y":18446744073709551615}})"), HasSubstr(R"("y" of)"));
  EXPECT_THAT(checked(R"({"subject_area":{"x":1,"y":2,"w":3}})"), HasSubstr(R"(knows no "w")"));
  EXPECT_EQ(checked(R"({"version":{"text":"1"},"x":{}})"),
            R"(there is no "x"; known are subject_area, crop_area, detection_face, detection_eyemouth, )"
            "version, multi_areas.");
  EXPECT_EQ(checked(R"({"multi_areas":{"wide":[{"version":{"text":"1"}}]}})"),
            R"(in "wide" of "multi_areas" there is no "version"; known are subject_area, crop_area.)");
  EXPECT_THAT(checked(R"({"multi_areas":{"wide":3}})"), HasSubstr(R"("wide" of "multi_areas" must be)"));
}

}  // namespace
}  // namespace rucola::catalog
