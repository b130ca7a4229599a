#include "catalog/image_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola::catalog {
namespace {

using test::FailsWith;
using test::Succeeds;
using testing::HasSubstr;

Span only_span(std::string_view name, std::string_view value) {
  auto condition = parse_condition(name, value);
  EXPECT_THAT(condition, Succeeds());
  EXPECT_EQ(condition->spans.size(), 1U);
  return condition->spans.front();
}

std::string message(std::string_view name, std::string_view value) {
  const auto condition = parse_condition(name, value);
  EXPECT_THAT(condition, FailsWith(ErrorCode::bad_request));
  return condition.error().message.text;
}

template <class Value>
Value from(const Span& span) {
  return std::get<Value>(span.from.value().value);
}
template <class Value>
Value to(const Span& span) {
  return std::get<Value>(span.to.value().value);
}

TEST(ImageSearch, AFieldIsThatValue) {
  const Span height = only_span("height", "1200");
  EXPECT_EQ(from<std::int64_t>(height), 1200);
  EXPECT_EQ(to<std::int64_t>(height), 1200);
  EXPECT_EQ(from<std::string>(only_span("name", "plan b.jpg")), "plan b.jpg");
  EXPECT_EQ(from<std::int64_t>(only_span("protected", "true")), 1);
  EXPECT_EQ(from<double>(only_span("user:double:weight", "1.5")), 1.5);
  EXPECT_EQ(from<std::string>(only_span("user:latlon:place", "47.380, 8.52")), "47.38,8.52");
}

TEST(ImageSearch, AStarIsABeginning) {
  const Span name = only_span("name", "plan*");
  EXPECT_TRUE(name.prefix);
  EXPECT_EQ(from<std::string>(name), "plan");
  EXPECT_FALSE(only_span("name", "*").from) << "all that have the field";
  EXPECT_FALSE(only_span("name", "'plan*'").prefix) << "in quotes it is a star";
  EXPECT_EQ(from<std::string>(only_span("name", "'plan*'")), "plan*");
  EXPECT_THAT(message("size", "12*"), HasSubstr("integer"));
}

TEST(ImageSearch, BracketsAreRangesWithOpenEnds) {
  const Span both = only_span("size", "[30000,40000}");
  EXPECT_EQ(from<std::int64_t>(both), 30'000);
  EXPECT_TRUE(both.from->included);
  EXPECT_EQ(to<std::int64_t>(both), 40'000);
  EXPECT_FALSE(both.to->included);
  EXPECT_FALSE(only_span("size", "{30000,}").from->included);
  EXPECT_FALSE(only_span("size", "{30000,}").to);
  EXPECT_FALSE(only_span("size", "[,5]").from);
  EXPECT_EQ(to<std::int64_t>(only_span("size", "[1 TO 5]")), 5) << "as Lucene writes it";
  EXPECT_FALSE(only_span("size", "[1 TO *]").to);
  EXPECT_EQ(from<std::string>(only_span("name", "['a,b',c]")), "a,b");
  for (const char* const wrong : {"[1]", "[1,2,3]", "[a,b]", "[1,2"})
    EXPECT_THAT(message("size", wrong), HasSubstr("size")) << wrong;
}

TEST(ImageSearch, ASecondIsAllOfIt) {
  const std::int64_t second = 1'483'228'800'000;
  const std::string written = "2017-01-01T00:00:00Z";
  const Span that = only_span("created", written);
  EXPECT_EQ(from<std::int64_t>(that), second);
  EXPECT_EQ(to<std::int64_t>(that), second + 999);
  EXPECT_EQ(from<std::int64_t>(only_span("created", "['" + written + "',}")), second);
  EXPECT_EQ(from<std::int64_t>(only_span("created", "{'" + written + "',}")), second + 999);
  EXPECT_EQ(to<std::int64_t>(only_span("created", "[,'" + written + "']")), second + 999);
  EXPECT_EQ(to<std::int64_t>(only_span("created", "[,'" + written + "'}")), second);
  EXPECT_THAT(message("created", "yesterday"), HasSubstr("time"));
  const Span half = only_span("created", "2017-01-01T00:00:00.500Z");
  EXPECT_EQ(from<std::int64_t>(half), second + 500);
  EXPECT_EQ(to<std::int64_t>(half), second + 500) << "it was the second after, too";
}

TEST(ImageSearch, WordsAreAllWanted) {
  const auto condition = parse_condition("name_text", "Sunset LAKE");
  ASSERT_THAT(condition, Succeeds());
  ASSERT_EQ(condition->spans.size(), 2U);
  EXPECT_EQ(from<std::string>(condition->spans[0]), "sunset");
  EXPECT_TRUE(condition->spans[1].prefix);
  EXPECT_THAT(message("name_text", "-"), HasSubstr("letters"));
}

TEST(ImageSearch, MetadataIsNamedByTypeAndPath) {
  EXPECT_EQ(parse_search_field("user:int:weight")->key, "user:int:weight");
  EXPECT_EQ(parse_search_field("user:weight")->key, "user:str:weight");
  EXPECT_EQ(parse_search_field("dynamic:str:version:text")->key, "dynamic:str:version:text");
  EXPECT_EQ(parse_search_field("dynamic:version:text")->key, "dynamic:str:version:text");
  EXPECT_EQ(parse_search_field("static:int:exif:iso")->kind, SearchKind::integer);
  EXPECT_EQ(parse_search_field("static:date:exif:date_time")->kind, SearchKind::time);
  EXPECT_EQ(parse_search_field("dynamic:date:version:text")->key, "dynamic:str:date:version:text");
  EXPECT_TRUE(parse_search_field("user:array:labels")->many);
}

TEST(ImageSearch, WhatIsMisspeltIsNamed) {
  EXPECT_THAT(message("heigth", "1"), testing::AllOf(HasSubstr("height"), HasSubstr("user:int:weight")));
  EXPECT_THAT(message("user:itn:weight", "1"), HasSubstr("int"));
  EXPECT_THAT(message("user:int:Weight", "1"), HasSubstr("a-z"));
  EXPECT_THAT(message("dynamic:int", "1"), HasSubstr("path"));
  EXPECT_THAT(message("height", ""), HasSubstr("value"));
  EXPECT_THAT(message("opaque", "maybe"), HasSubstr("true"));
  EXPECT_THAT(message("name", std::string(2000, 'a')), HasSubstr("1024"));
}

TEST(ImageSearch, AShortHashStandsForOneImage) {
  const Span span = only_span("short_hash", "0dcabb");
  EXPECT_TRUE(span.prefix && span.alone);
  EXPECT_FALSE(only_span("hash", "0dcabb*").alone);
}

TEST(ImageSearch, IsSortedUpwardsUnlessItSays) {
  const auto order = parse_order("created desc, size,user:int:weight asc");
  ASSERT_THAT(order, Succeeds());
  ASSERT_EQ(order->size(), 3U);
  EXPECT_TRUE((*order)[0].descending);
  EXPECT_FALSE((*order)[1].descending);
  EXPECT_FALSE((*order)[2].descending);
  for (const char* const wrong : {"", "nothing", "size up", "size,size", "size desc,size",
                                  "user:array:labels", "name_text", "size,width,height,name,format,created"})
    EXPECT_THAT(parse_order(wrong), FailsWith(ErrorCode::bad_request)) << wrong;
}

TEST(ImageSearch, FacetsAreOfTexts) {
  EXPECT_EQ(parse_facets("user:array:labels,user:str:author")->size(), 2U);
  for (const char* const wrong : {"", "name", "user:int:weight", "user:text:about", "user:str:a,user:a"})
    EXPECT_THAT(parse_facets(wrong), FailsWith(ErrorCode::bad_request)) << wrong;
}

}  // namespace
}  // namespace rucola::catalog
