#include "http/response_head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::http {
namespace {

using message::Response;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Kind = Selection::Kind;

constexpr const char* date = "Tue, 10 Dec 2019 11:13:24 GMT";

Response image() {
  Response response;
  response.headers = {{"Content-Type", "image/jpeg"},
                      {"Content-Disposition", "inline"},
                      {"Cache-Control", "max-age=60"},
                      {"Vary", "Accept"},
                      {"Content-Security-Policy", "sandbox"}};
  response.etag = "\"v1\"";
  response.last_modified = parse_http_date("Mon, 09 Dec 2019 00:00:00 GMT");
  response.body = std::string("0123456789");
  return response;
}

std::string head(const Response& response, const Selection& selection,
                 ConnectionField connection = ConnectionField::none) {
  std::string out;
  append_response_head(out, response, selection,
                       {.date = date, .request_id = "r-1", .connection = connection});
  return out;
}

TEST(ResponseHead, SaysAllThatBelongsToAnAnswer) {
  const std::string text = head(image(), {Kind::whole, 0, 10});
  EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\nDate: Tue, 10 Dec 2019 11:13:24 GMT\r\n"));
  for (const char* field :
       {"Server: rucola", "X-Request-Id: r-1", "X-Content-Type-Options: nosniff",
        "Access-Control-Allow-Origin: *", "Content-Type: image/jpeg", "ETag: \"v1\"",
        "Last-Modified: Mon, 09 Dec 2019 00:00:00 GMT", "Accept-Ranges: bytes", "Content-Length: 10"}) {
    EXPECT_THAT(text, HasSubstr("\r\n" + std::string(field) + "\r\n"));
  }
  EXPECT_THAT(text, Not(HasSubstr("Connection:")));
  EXPECT_THAT(text, EndsWith("\r\n\r\n"));
}

TEST(ResponseHead, APartHasItsPlaceAndItsOwnLength) {
  const std::string text = head(image(), {Kind::part, 2, 3});
  EXPECT_THAT(text, StartsWith("HTTP/1.1 206 Partial Content\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Range: bytes 2-4/10\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Length: 3\r\n"));
}

TEST(ResponseHead, NotModifiedKeepsWhatCachesNeed) {
  const std::string text = head(image(), {Kind::not_modified, 0, 0});
  EXPECT_THAT(text, StartsWith("HTTP/1.1 304 Not Modified\r\n"));
  for (const char* kept : {"Cache-Control: max-age=60", "Vary: Accept", "ETag: \"v1\"", "Last-Modified: ",
                           "Date: ", "Content-Security-Policy: sandbox", "Content-Disposition: inline"}) {
    EXPECT_THAT(text, HasSubstr(kept));
  }
  for (const char* dropped : {"Content-Type: ", "Content-Length"}) {
    EXPECT_THAT(text, Not(HasSubstr(dropped)));
  }
}

TEST(ResponseHead, OnlyThisRoomSpeaksOfFramingAndConnection) {
  Response response = image();
  response.headers.add("connection", "upgrade");
  response.headers.add("transfer-encoding", "chunked");
  response.headers.add("Content-Length", "7");
  response.headers.add("date", "never");
  response.headers.add("X-Request-ID", "never");
  const std::string text = head(response, {Kind::whole, 0, 10}, ConnectionField::close);
  EXPECT_THAT(text, HasSubstr("\r\nConnection: close\r\n"));
  for (const char* absent : {"upgrade", "chunked", "never", "Content-Length: 7"})
    EXPECT_THAT(text, Not(HasSubstr(absent)));
}

TEST(ResponseHead, NoValueForgesAField) {
  Response response = image();
  response.headers.add("Location", std::string("/a\r\nSet-Cookie: x\0y\x7f", 20));
  EXPECT_THAT(head(response, {Kind::whole, 0, 10}), HasSubstr("Location: /a  Set-Cookie: x y \r\n"));
}

TEST(ResponseHead, AnETagAmongTheHeadersCountsOnce) {
  Response response = message::empty_response(201);
  response.headers.add("ETag", "\"alias\"");
  const std::string text = head(response, {Kind::whole, 0, 0});
  EXPECT_EQ(text.find("\r\nETag: "), text.rfind("\r\nETag: "));
  EXPECT_THAT(text, HasSubstr("ETag: \"alias\"\r\n"));
  EXPECT_THAT(text, Not(HasSubstr("Accept-Ranges")));
}

TEST(RefusalOf, NamesTheSize) {
  const Response refusal = refusal_of({Kind::unsatisfiable, 0, 0}, image());
  EXPECT_EQ(refusal.status, 416);
  EXPECT_EQ(refusal.headers.get("Content-Range"), "bytes */10");
  EXPECT_EQ(refusal_of({Kind::precondition_failed, 0, 0}, image()).status, 412);
}

}  // namespace
}  // namespace rucola::http
