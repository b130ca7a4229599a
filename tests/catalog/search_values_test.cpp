#include "catalog/search_values.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::catalog {
namespace {

using testing::Contains;
using testing::Not;

std::vector<std::string> values(const std::string& user, const std::string& dynamic = "{}",
                                const std::string& fixed = "{}", const std::string& name = "") {
  SourceImage image;
  image.name = name;
  image.user_metadata_json = user;
  image.dynamic_metadata_json = dynamic;
  image.static_metadata_json = fixed;
  std::vector<std::string> texts;
  for (const auto& [key, value] : search_values(image)) {
    texts.push_back(key + "=" +
                    std::visit(
                        [](const auto& one) {
                          if constexpr (std::is_same_v<std::decay_t<decltype(one)>, std::string>)
                            return one;
                          else
                            return std::to_string(one);
                        },
                        value));
  }
  std::ranges::sort(texts);
  return texts;
}

TEST(SearchValues, OfUserMetadataAreTypedByTheirNames) {
  EXPECT_THAT(
      values(R"({"city":"Zurich","int:stars":4,"double:price":9.5,"date:taken":"2017-01-29T12:34:56Z",
                         "latlon:place":"47.38,8.52","array:labels":["lake","sun"],"text:about":"By the Lake"})"),
      testing::UnorderedElementsAre("user:str:city=Zurich", "user:int:stars=4", "user:double:price=9.500000",
                                    "user:date:taken=1485693296000", "user:latlon:place=47.38,8.52",
                                    "user:array:labels=lake", "user:array:labels=sun", "user:text:about=by",
                                    "user:text:about=the", "user:text:about=lake"));
}

TEST(SearchValues, OfTheOtherMetadataAreTypedByTheirValues) {
  EXPECT_THAT(values("{}", R"({"subject_area":{"x":20,"percentage":true},"version":{"text":"v1"}})"),
              testing::UnorderedElementsAre(
                  "dynamic:int:subject_area:x=20", "dynamic:double:subject_area:x=20.000000",
                  "dynamic:str:subject_area:percentage=true", "dynamic:str:version:text=v1"));
  EXPECT_THAT(values("{}", "{}", R"({"exif":{"f":1.8,"keywords":["a","b"]}})"),
              testing::UnorderedElementsAre("static:double:exif:f=1.800000", "static:array:exif:keywords=a",
                                            "static:array:exif:keywords=b"));
}

TEST(SearchValues, OfStaticMetadataAreDatesWhereTheyAre) {
  EXPECT_THAT(values("{}", R"({"version":{"text":"2017-01-29"}})",
                     R"({"exif":{"date":"2017-01-29T12:34:56+01:00","day":"2017-01-29","no":"2017-13-29"}})"),
              testing::UnorderedElementsAre(
                  "static:str:exif:date=2017-01-29T12:34:56+01:00", "static:date:exif:date=1485689696000",
                  "static:str:exif:day=2017-01-29", "static:date:exif:day=1485648000000",
                  "static:str:exif:no=2017-13-29", "dynamic:str:version:text=2017-01-29"));
}

TEST(SearchValues, HaveTheWordsOfTheName) {
  EXPECT_THAT(values("{}", "{}", "{}", "Sunset Lake.jpg"), Contains("image:text:name=sunset"));
}

TEST(SearchValues, LeaveOutWhatIsNoValue) {
  const std::string longer(longest_search_text + 1, 'a');
  EXPECT_THAT(values(R"({"int:stars":"many","Not A Name":1,"nested":{"a":1},"long":")" + longer + R"("})"),
              testing::IsEmpty());
  EXPECT_THAT(values("no json"), testing::IsEmpty());
}

TEST(SearchValues, OfOneFieldHideNoOther) {
  std::string words;
  for (int i = 0; i < 5000; ++i)
    words += "w" + std::to_string(i) + " ";
  EXPECT_THAT(values(R"({"text:about":")" + words + R"(","int:zz":77,"city":"Zug"})", R"({"area":{"x":1}})"),
              testing::AllOf(Contains("user:int:zz=77"), Contains("user:str:city=Zug"),
                             Contains("dynamic:int:area:x=1"), Contains("user:text:about=w0")));
}

TEST(SearchValues, AFieldOfOneValueHasOne) {
  EXPECT_THAT(values("{}", R"({"p":{"q":{"x":5}},"p:q":{"x":6}})"),
              testing::AllOf(Contains("dynamic:int:p:q:x=5"), Not(Contains("dynamic:int:p:q:x=6"))))
      << "the image came twice";
}

TEST(SearchValues, AreBounded) {
  std::string many = "{";
  for (int i = 0; i < 10'000; ++i)
    many += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":" + std::to_string(i);
  EXPECT_LT(values("{}", "{}", many + "}").size(), 5000U);
}

}  // namespace
}  // namespace rucola::catalog
