#include "http/request_parser.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "http/beast_reader.h"

namespace rucola::http {
namespace {

message::Request parsed(std::string_view head) {
  message::Request request;
  const auto result = parse_head(head, request);
  EXPECT_TRUE(result) << (result ? "" : result.error().message.text);
  return request;
}

TEST(ParseHead, SplitsTheTargetAndKeepsTheHeaders) {
  const auto request =
      parsed("COPY /a%2Fb?c=d?e HTTP/1.1\r\nHost: Acme.Localhost:80\r\nX-One: 1\r\nx-one:  2 \r\n\r\n");
  EXPECT_EQ(request.method, message::Method::copy);
  EXPECT_EQ(request.target, "/a%2Fb?c=d?e");
  EXPECT_EQ(request.path, "/a%2Fb");
  EXPECT_EQ(request.query, "c=d?e");
  EXPECT_EQ(request.host, "acme.localhost");
  EXPECT_EQ(request.headers.joined("X-ONE"), "1, 2");
}

TEST(ParseHead, AnAbsoluteTargetNamesTheHost) {
  const auto request = parsed("GET http://Other.example:81/p?q HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(request.host, "other.example");
  EXPECT_EQ(request.headers.joined("Host"), "Other.example:81") << "nobody goes by the other one";
  EXPECT_EQ(request.target, "/p?q");
  EXPECT_EQ(parsed("GET http://a?q HTTP/1.1\r\nHost: a\r\n\r\n").target, "/?q");
  EXPECT_EQ(parsed("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n").path, "/");
}

TEST(ParseHead, Http10MayHaveNoHost) {
  EXPECT_EQ(parsed("GET / HTTP/1.0\r\n\r\n").host, "");
}

/// With every other program that the gate lets pass: tests/fuzz/gate.cpp.
TEST(ParseHead, ReadsWhatAnotherReaderReads) {
  for (const std::string head :
       {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "PUT /a?b=c HTTP/1.1\r\nHost:a\r\nContent-Length: 3\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: a\r\nEmpty:\r\nBlank: \t \r\nX:\t a \t b: c \t\r\nx: \xC3\xA4\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: keep-alive, ,x\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"}) {
    const auto other = read_by_beast(head);
    ASSERT_TRUE(other) << head;
    const auto request = parsed(head);
    EXPECT_EQ(message::name_of(request.method), other->method);
    EXPECT_EQ(request.target, other->target);
    EXPECT_TRUE(std::ranges::equal(request.headers, other->fields)) << head;
  }
}

TEST(ParseHead, RefusesWhatItCannotRead) {
  message::Request request;
  EXPECT_FALSE(parse_head("GET / HTTP/1.1\r\nHost a\r\n\r\n", request));
  EXPECT_FALSE(parse_head("GET / HTTP/1.1\r\nHost: a\r\n", request));
  EXPECT_FALSE(parse_head("GET / HTTP/1.1\r\nHost: a\r\n\r\nmore", request));
  for (const std::string_view head :
       {"", "GET / HTTP/1.1", "GET\r\n\r\n", "GET /\r\n\r\n", "NO / HTTP/1.1\r\n\r\n"})
    EXPECT_FALSE(parse_head(head, request)) << head;
}

}  // namespace
}  // namespace rucola::http
