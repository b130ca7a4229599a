#include "message/conditional.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace rucola::message {
namespace {

using Kind = Selection::Kind;

constexpr const char* changed = "Tue, 10 Dec 2019 11:13:24 GMT";
constexpr const char* earlier = "Tue, 10 Dec 2019 11:13:23 GMT";
constexpr const char* later = "Tue, 10 Dec 2019 11:13:25 GMT";

message::Response response() {
  message::Response response;
  response.body = std::string("0123456789");
  response.etag = "\"v1\"";
  response.last_modified = *parse_http_date(changed) + std::chrono::milliseconds(400);
  return response;
}

Selection selected(const message::Headers& headers, Method method = Method::get) {
  message::Request request;
  request.method = method;
  request.headers = headers;
  return select(request, response());
}

Kind kind(const message::Headers& headers, Method method = Method::get) {
  return selected(headers, method).kind;
}

std::vector<std::string> tags_in(std::string_view list) {
  std::vector<std::string> tags;
  while (const auto one = take_entity_tag(list))
    tags.push_back((one->weak ? "weak " : "") + std::string(one->tag));
  if (!list.empty()) tags.push_back("left: " + std::string(list));
  return tags;
}

TEST(EntityTags, AreTakenOffAListOneByOne) {
  using Tags = std::vector<std::string>;
  EXPECT_EQ(tags_in("\"a\", W/\"b,c\" ,\t\"\""), (Tags{"\"a\"", "weak \"b,c\"", "\"\""}));
  EXPECT_EQ(tags_in(""), Tags{});
  EXPECT_EQ(tags_in(" , ,"), Tags{});
  EXPECT_EQ(tags_in("\"a\", b"), (Tags{"\"a\"", "left: b"}));
  EXPECT_EQ(tags_in("\"a"), Tags{"left: \"a"});
  EXPECT_EQ(tags_in("*"), Tags{"left: *"});
}

TEST(Select, SendsAllByDefault) {
  const Selection selection = selected({});
  EXPECT_EQ(selection.kind, Kind::whole);
  EXPECT_EQ(selection.length, 10);
}

TEST(Select, IfNoneMatchComparesWeakly) {
  EXPECT_EQ(kind({{"If-None-Match", "\"v1\""}}), Kind::not_modified);
  EXPECT_EQ(kind({{"If-None-Match", "W/\"v1\""}}), Kind::not_modified);
  EXPECT_EQ(kind({{"If-None-Match", "\"a,b\" , \"v1\""}}), Kind::not_modified);
  EXPECT_EQ(kind({{"If-None-Match", "\"v0\""}, {"If-None-Match", "\"v1\""}}), Kind::not_modified);
  EXPECT_EQ(kind({{"If-None-Match", "*"}}), Kind::not_modified);
  EXPECT_EQ(kind({{"If-None-Match", "\"v1\""}}, Method::head), Kind::not_modified);
  EXPECT_EQ(kind({{"If-None-Match", "\"v2\""}}), Kind::whole);
  EXPECT_EQ(kind({{"If-None-Match", "v1"}}), Kind::whole);
  EXPECT_EQ(kind({{"If-None-Match", "\"v1"}}), Kind::whole);
  EXPECT_EQ(kind({{"If-None-Match", ""}}), Kind::whole);
}

TEST(Select, IfModifiedSinceCountsWholeSeconds) {
  EXPECT_EQ(kind({{"If-Modified-Since", changed}}), Kind::not_modified);
  EXPECT_EQ(kind({{"If-Modified-Since", later}}), Kind::not_modified);
  EXPECT_EQ(kind({{"If-Modified-Since", earlier}}), Kind::whole);
  EXPECT_EQ(kind({{"If-Modified-Since", "yesterday"}}), Kind::whole);
}

TEST(Select, IfNoneMatchWins) {
  EXPECT_EQ(kind({{"If-None-Match", "\"v2\""}, {"If-Modified-Since", later}}), Kind::whole);
}

TEST(Select, IfMatchComparesStrongly) {
  EXPECT_EQ(kind({{"If-Match", "\"v1\""}}), Kind::whole);
  EXPECT_EQ(kind({{"If-Match", "*"}}), Kind::whole);
  EXPECT_EQ(kind({{"If-Match", "W/\"v1\""}}), Kind::precondition_failed);
  EXPECT_EQ(kind({{"If-Match", "\"v2\""}}), Kind::precondition_failed);
  EXPECT_EQ(kind({{"If-Unmodified-Since", earlier}}), Kind::precondition_failed);
  EXPECT_EQ(kind({{"If-Unmodified-Since", changed}}), Kind::whole);
}

struct RangeCase {
  const char* range;
  Kind kind;
  std::int64_t first;
  std::int64_t length;
};

TEST(Select, Ranges) {
  for (const RangeCase& wanted : {RangeCase{"bytes=0-3", Kind::part, 0, 4},
                                  RangeCase{"bytes=2-", Kind::part, 2, 8},
                                  RangeCase{"bytes=-3", Kind::part, 7, 3},
                                  RangeCase{"bytes=-99", Kind::part, 0, 10},
                                  RangeCase{"bytes=0-99", Kind::part, 0, 10},
                                  RangeCase{"bytes=9-9", Kind::part, 9, 1},
                                  RangeCase{"Bytes= 1-2 ", Kind::part, 1, 2},
                                  RangeCase{"bytes=0-99999999999999999999", Kind::part, 0, 10},
                                  RangeCase{"bytes=10-", Kind::unsatisfiable, 0, 0},
                                  RangeCase{"bytes=99999999999999999999-", Kind::unsatisfiable, 0, 0},
                                  RangeCase{"bytes=-0", Kind::unsatisfiable, 0, 0},
                                  RangeCase{"bytes=3-2", Kind::whole, 0, 10},
                                  RangeCase{"bytes=0-1,3-4", Kind::whole, 0, 10},
                                  RangeCase{"bytes=", Kind::whole, 0, 10},
                                  RangeCase{"bytes=-", Kind::whole, 0, 10},
                                  RangeCase{"bytes=a-b", Kind::whole, 0, 10},
                                  RangeCase{"bytes=--1", Kind::whole, 0, 10},
                                  RangeCase{"bytes=1--2", Kind::whole, 0, 10},
                                  RangeCase{"items=0-1", Kind::whole, 0, 10},
                                  RangeCase{"0-1", Kind::whole, 0, 10}}) {
    const Selection selection = selected({{"Range", wanted.range}});
    EXPECT_EQ(selection.kind, wanted.kind) << wanted.range;
    EXPECT_EQ(selection.first, wanted.first) << wanted.range;
    EXPECT_EQ(selection.length, wanted.length) << wanted.range;
  }
}

TEST(Select, RangesOfHeadAreIgnored) {
  EXPECT_EQ(kind({{"Range", "bytes=0-1"}}, Method::head), Kind::whole);
}

TEST(Select, IfRangeDecidesWhetherTheRangeCounts) {
  EXPECT_EQ(kind({{"Range", "bytes=0-1"}, {"If-Range", "\"v1\""}}), Kind::part);
  EXPECT_EQ(kind({{"Range", "bytes=0-1"}, {"If-Range", "\"v2\""}}), Kind::whole);
  EXPECT_EQ(kind({{"Range", "bytes=0-1"}, {"If-Range", "W/\"v1\""}}), Kind::whole);
  EXPECT_EQ(kind({{"Range", "bytes=0-1"}, {"If-Range", changed}}), Kind::part);
  EXPECT_EQ(kind({{"Range", "bytes=0-1"}, {"If-Range", later}}), Kind::whole);
}

/// The first one counted, where the same in one field is a list.
TEST(Select, AFieldThatIsSentTwiceIsAList) {
  const Selection ranges = selected({{"Range", "bytes=0-1"}, {"Range", "bytes=2-3"}});
  EXPECT_EQ(ranges.kind, Kind::whole);
  EXPECT_EQ(ranges.length, 10);
  EXPECT_EQ(kind({{"Range", "bytes=0-1"}, {"range", "bytes=0-1"}}), Kind::whole);
  EXPECT_EQ(kind({{"Range", "bytes=0-1"}, {"If-Range", "\"v1\""}, {"If-Range", "\"v1\""}}), Kind::whole);
  EXPECT_EQ(kind({{"Range", "bytes=0-1"}, {"If-Range", changed}, {"If-Range", changed}}), Kind::whole);
  EXPECT_EQ(kind({{"If-Modified-Since", changed}, {"If-Modified-Since", changed}}), Kind::whole);
  EXPECT_EQ(kind({{"If-Unmodified-Since", earlier}, {"If-Unmodified-Since", earlier}}), Kind::whole);
}

TEST(Select, ConditionsComeBeforeTheRange) {
  EXPECT_EQ(kind({{"Range", "bytes=0-1"}, {"If-None-Match", "\"v1\""}}), Kind::not_modified);
  EXPECT_EQ(kind({{"Range", "bytes=99-"}, {"If-Match", "\"v2\""}}), Kind::precondition_failed);
}

TEST(Select, OnlyReadingASuccessIsConditional) {
  message::Request request;
  request.headers = {{"If-None-Match", "\"v1\""}, {"Range", "bytes=0-1"}};
  message::Response missing = response();
  missing.status = 404;
  EXPECT_EQ(select(request, missing).kind, Kind::whole);
  request.method = Method::put;
  EXPECT_EQ(select(request, response()).kind, Kind::whole);
}

TEST(Select, WithoutAnETagThereAreNoRanges) {
  message::Request request;
  request.headers = {{"Range", "bytes=0-1"}};
  message::Response plain = response();
  plain.etag.clear();
  EXPECT_EQ(select(request, plain).kind, Kind::whole);
  request.headers = {{"If-Modified-Since", changed}};
  EXPECT_EQ(select(request, plain).kind, Kind::not_modified);
}

}  // namespace
}  // namespace rucola::message
