#include "catalog/dynamic_metadata.h"

#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

#include "result_matchers.h"

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
  EXPECT_EQ(checked(R"({"crop_area":{"x":"10","y":"0","width":"50","height":"50","percentage":false}})"),
            R"({"crop_area":{"x":10,"y":0,"width":50,"height":50,"percentage":false}})");
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
  for (const char* text : {"", " 1", "1 ", "1.0", "+1", "-1", "0x1", "a", "99999999999999999999"}) {
    EXPECT_THAT(checked(std::string(R"({"subject_area":{"x":1,"y":")") + text + "\"}}"),
                HasSubstr(R"("y" of)"))
        << text;
  }
  EXPECT_THAT(checked(R"({"subject_area":{"x":1,"y":2,"w":3}})"), HasSubstr(R"(knows no "w")"));
  EXPECT_EQ(checked(R"({"version":{"text":"1"},"x":{}})"),
            R"(there is no "x"; known are subject_area, crop_area, detection_face, detection_eyemouth, )"
            "version, linked, multi_areas.");
  EXPECT_EQ(checked(R"({"multi_areas":{"wide":[{"version":{"text":"1"}}]}})"),
            R"(in "wide" of "multi_areas" there is no "version"; known are subject_area, crop_area.)");
  EXPECT_THAT(checked(R"({"multi_areas":{"wide":3}})"), HasSubstr(R"("wide" of "multi_areas" must be)"));
}

/// Whatever stood beside x and y was stored, and part of the hash.
TEST(DynamicMetadata, APointHasTwoCoordinatesAndNothingElse) {
  for (const char* point :
       {R"({"x":1,"y":2,"z":3})", R"({"x":1,"y":2,"note":{"a":[1]}})", R"({"x":1})", R"({"x":1,"z":2})"}) {
    EXPECT_THAT(
        checked(R"({"detection_face":{"landmarks":{"eyeLeft":)" + std::string(point) + "}}}"),
        HasSubstr(R"("landmarks" of "detection_face" must be an object of points with x and y alone)"));
  }
}

TEST(DynamicMetadata, NoTextAndNoNameHasANull) {
  EXPECT_THAT(checked(R"({"version":{"text":"a\u0000b"}})"), HasSubstr("a text without U+0000"));
  EXPECT_THAT(checked(R"({"detection_face":{"landmarks":{"a\u0000":{"x":1,"y":2}}}})"),
              HasSubstr(R"("landmarks" of)"));
  EXPECT_THAT(checked(R"({"multi_areas":{"a\u0000":{}}})"), HasSubstr("without U+0000"));
}

std::string one(std::string_view name, const std::string& text) {
  const auto value = checked_dynamic_object(name, json::parse(text));
  return value ? json::serialize(*value) : value.error().message.text;
}

TEST(DynamicMetadata, AnObjectComesAlone) {
  EXPECT_EQ(one("subject_area", R"({"x":1.0,"y":2})"), R"({"x":1,"y":2})");
  EXPECT_EQ(one("multi_areas", "[]"), "{}");
  EXPECT_THAT(one("subject_area", "null"), HasSubstr("DELETE"));
  EXPECT_THAT(one("crop_area", R"({"x":1,"y":2})"), HasSubstr(R"("crop_area" lacks "width")"));
  EXPECT_THAT(one("__proto__", "{}"), HasSubstr("known are subject_area"));
  EXPECT_TRUE(check_dynamic_name("multi_areas"));
  EXPECT_FALSE(check_dynamic_name("subject_area "));
}

json::object sent(const std::string& text) {
  return checked_dynamic_metadata(json::parse(text).as_object()).value();
}

/// PHP clients write an empty object as [], or as one of nulls.
TEST(DynamicMetadata, VideosAreLinkedByTheirWholeHashes) {
  const std::string hash(40, 'a');
  const std::string one = R"({"linked":{"hashes":[")" + hash + R"("]}})";
  EXPECT_EQ(checked(one), one);
  EXPECT_THAT(linked_hashes(json::parse(one).as_object()), testing::ElementsAre(hash));
  EXPECT_THAT(linked_hashes(json::parse(R"({"linked":null})").as_object()), testing::IsEmpty());
  EXPECT_THAT(checked(R"({"linked":{}})"), HasSubstr(R"("linked" lacks "hashes")"));
  std::string eight = "\"" + hash + "\"";
  for (int i = 1; i < 8; ++i)
    eight += ",\"" + hash + "\"";
  for (const std::string& list :
       {std::string("[]"), std::string("{}"), std::string(R"("a")"), std::string("[1]"),
        std::string(R"(["abcdef"])"), "[\"" + std::string(40, 'A') + "\"]", "[" + eight + "]"}) {
    EXPECT_THAT(checked(R"({"linked":{"hashes":)" + list + "}}"), HasSubstr("a list of 1 to 7 hashes"))
        << list;
  }
}

TEST(DynamicMetadata, AnEmptyFaceAsksForOne) {
  EXPECT_TRUE(asks_for_faces(sent(R"({"detection_face":{}})")));
  EXPECT_TRUE(asks_for_faces(sent(R"({"detection_face":[],"version":{"text":"1"}})")));
  EXPECT_TRUE(asks_for_faces(sent(R"({"detection_face":{"x":null,"width":null}})")));
  EXPECT_FALSE(asks_for_faces(sent(R"({"detection_face":{"x":1}})")));
  EXPECT_FALSE(asks_for_faces(sent(R"({"detection_face":null,"multi_areas":{},"detection_eyemouth":{}})")));
  EXPECT_TRUE(asks_for_eyes_and_mouth(sent(R"({"detection_eyemouth":{}})")));
  EXPECT_FALSE(asks_for_eyes_and_mouth(sent(R"({"detection_eyemouth":{"x":1},"detection_face":{}})")));
}

TEST(DynamicMetadata, WhatIsFoundStandsWhereNothingWasSaid) {
  const auto found = json::parse(R"({"detection_face":{"x":1}})").as_object();
  EXPECT_EQ(with_found_face(sent(R"({"detection_face":{},"version":{"text":"1"}})"), found),
            json::parse(R"({"detection_face":{"x":1},"version":{"text":"1"}})"));
  EXPECT_EQ(with_found_face(sent(R"({"detection_face":{},"version":{"text":"1"}})"), {}),
            json::parse(R"({"version":{"text":"1"}})"));
}

TEST(DynamicMetadata, HasABound) {
  const json::object most{{"version", {{"text", std::string(most_dynamic_metadata - 23, 'x')}}}};
  EXPECT_TRUE(checked_dynamic_metadata(most));
  const json::object more{{"version", {{"text", std::string(most_dynamic_metadata - 22, 'x')}}}};
  EXPECT_FALSE(checked_dynamic_metadata(more));
}

SourceImage plain() {
  SourceImage image;
  image.blob = std::string(64, 'a');
  image.hash = image_hash(image.blob, "{}", false);
  image.locked = true;
  image.changed = Time{};
  return image;
}

TEST(DynamicMetadata, AnotherObjectMakesAnotherImage) {
  const SourceImage image = plain();
  const json::value area = json::parse(R"({"y":2,"x":1})");
  const SourceImage with = with_dynamic_objects(image, {{"subject_area", area}}, Identity::follows);
  EXPECT_EQ(with.dynamic_metadata_json, R"({"subject_area":{"x":1,"y":2}})");
  EXPECT_EQ(with.hash, image_hash(image.blob, with.dynamic_metadata_json, false));
  EXPECT_FALSE(with.locked);
  EXPECT_FALSE(with.changed);
  EXPECT_EQ(with_dynamic_objects(with, {{"subject_area", area}}, Identity::follows).created, with.created)
      << "it is so already";
  EXPECT_EQ(with_dynamic_objects(with, {{"subject_area", nullptr}}, Identity::follows).hash, image.hash);
  EXPECT_EQ(with_dynamic_objects(image, {{"version", nullptr}}, Identity::follows).hash, image.hash);
}

TEST(DynamicMetadata, TheHashMayStay) {
  const SourceImage image = plain();
  const json::value text = json::parse(R"({"text":"2"})");
  const SourceImage with = with_dynamic_objects(image, {{"version", text}}, Identity::stays);
  EXPECT_EQ(with.hash, image.hash);
  EXPECT_TRUE(with.locked);
  EXPECT_EQ(with.dynamic_metadata_json, R"({"version":{"text":"2"}})");
  // What is set back then has the hash that it never lost.
  const SourceImage back = with_dynamic_objects(with, {{"version", nullptr}}, Identity::follows);
  EXPECT_EQ(back.hash, image.hash);
  EXPECT_EQ(back.dynamic_metadata_json, "{}");
}

}  // namespace
}  // namespace rucola::catalog
