#include "http/gate.h"

#include <string>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "message/response.h"

namespace rucola::http {
namespace {

using State = HeadScan::State;

int refused_with(std::string_view head) {
  const auto checked = check_head(head);
  return checked ? 0 : message::http_status(checked.error().code);
}

TEST(ScanHead, FindsTheBlankLineAndNothingBehindIt) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const HeadScan scan = scan_head(head + "GET /next", 0);
  EXPECT_EQ(scan.state, State::complete);
  EXPECT_EQ(scan.length, head.size());
}

TEST(ScanHead, GivesTheSameAnswerHoweverTheBytesArrive) {
  const std::string head = "GET /a HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n";
  std::size_t from = 0;
  for (std::size_t have = 1; have < head.size(); ++have) {
    const HeadScan scan = scan_head(std::string_view(head).substr(0, have), from);
    ASSERT_EQ(scan.state, State::incomplete) << have;
    from = scan.length;
  }
  EXPECT_EQ(scan_head(head, from).state, State::complete);
  EXPECT_EQ(scan_head(head, from).length, head.size());
}

TEST(ScanHead, SeesWhatCanNeverBecomeAHead) {
  EXPECT_EQ(scan_head("GET / HTTP/1.1\n", 0).state, State::malformed) << "bare LF";
  EXPECT_EQ(scan_head("GET / HTTP/1.1\r\nHost: a\n\n", 0).state, State::malformed) << "bare LF later";
  EXPECT_EQ(scan_head("GET /\rx HTTP/1.1", 0).state, State::malformed) << "bare CR, line not whole";
  EXPECT_EQ(scan_head("GET /\rx HTTP/1.1\r\n", 0).state, State::malformed) << "bare CR";
  EXPECT_EQ(scan_head("GET / HTTP/1.1\r\r\n", 0).state, State::malformed) << "two CR";
  EXPECT_EQ(scan_head("\x16\x03\x01", 0).state, State::malformed) << "the beginning of TLS";
  EXPECT_EQ(scan_head(" GET / HTTP/1.1\r\n", 0).state, State::malformed) << "a space first";
}

TEST(ScanHead, WaitsWhereACarriageReturnIsTheLastByte) {
  EXPECT_EQ(scan_head("GET / HTTP/1.1\r", 0).state, State::incomplete);
}

TEST(CheckHead, TakesAnOrdinaryRequest) {
  const auto head = check_head("GET /a?b=c HTTP/1.1\r\nHost: acme.localhost:8080\r\nAccept: */*\r\n\r\n");
  ASSERT_TRUE(head) << head.error().message.text;
  EXPECT_EQ(head->method, "GET");
  EXPECT_EQ(head->target, "/a?b=c");
  EXPECT_EQ(head->framing, BodyFraming::none);
  EXPECT_TRUE(head->keep_alive);
  EXPECT_FALSE(head->http_1_0);
  EXPECT_FALSE(head->conditional);
}

TEST(CheckHead, ReadsHowTheBodyIsFramed) {
  const auto sized =
      check_head("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_TRUE(sized);
  EXPECT_EQ(sized->framing, BodyFraming::length);
  EXPECT_EQ(sized->content_length, 12U);
  EXPECT_TRUE(sized->expects_continue);
  const auto chunked = check_head("POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: chunked\r\n\r\n");
  ASSERT_TRUE(chunked);
  EXPECT_EQ(chunked->framing, BodyFraming::chunked);
}

TEST(CheckHead, KnowsWhoWantsToStay) {
  EXPECT_FALSE(check_head("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")->keep_alive);
  EXPECT_FALSE(check_head("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n")->keep_alive);
  EXPECT_FALSE(check_head("GET / HTTP/1.0\r\n\r\n")->keep_alive);
  EXPECT_TRUE(check_head("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")->keep_alive);
}

TEST(CheckHead, RefusesAConnectionFieldThatIsNoList) {
  for (const std::string value : {"keep alive", "close;x", "\"close\"", "a, b c"})
    EXPECT_FALSE(check_head("GET / HTTP/1.1\r\nHost: a\r\nConnection: " + value + "\r\n\r\n")) << value;
  for (const std::string value : {"", ",", "a,,b", " , keep-alive\t,"})
    EXPECT_TRUE(check_head("GET / HTTP/1.1\r\nHost: a\r\nConnection: " + value + "\r\n\r\n")) << value;
}

/// Values are looked through eight characters at a time.
TEST(CheckHead, SeesAControlCharacterWhereverItStands) {
  for (std::size_t length = 1; length <= 20; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      for (const char c : {'\x01', '\x1f', '\x7f', '\0'}) {
        std::string value(length, 'x');
        value[at] = c;
        EXPECT_FALSE(check_head("GET / HTTP/1.1\r\nHost: a\r\nX: " + value + "\r\n\r\n")) << length << at;
        EXPECT_FALSE(check_head("GET /" + value + " HTTP/1.1\r\nHost: a\r\n\r\n")) << length << at;
      }
      std::string odd(length, 'x');
      odd[at] = '\xC3';
      EXPECT_TRUE(check_head("GET / HTTP/1.1\r\nHost: a\r\nX: " + odd + "\r\n\r\n"));
      EXPECT_FALSE(check_head("GET /" + odd + " HTTP/1.1\r\nHost: a\r\n\r\n"));
      odd[at] = '\t';
      EXPECT_TRUE(check_head("GET / HTTP/1.1\r\nHost: a\r\nX: a" + odd + "b\r\n\r\n"));
    }
  }
}

TEST(CheckHead, SeesConditionsAndRanges) {
  for (const std::string field :
       {"If-None-Match: \"a\"", "if-modified-since: x", "Range: bytes=0-1", "If-Range: x"}) {
    EXPECT_TRUE(check_head("GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n")->conditional) << field;
  }
}

TEST(CheckHead, TakesTheFormsOfTargets) {
  EXPECT_EQ(refused_with("GET http://acme.localhost/a HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
  EXPECT_EQ(refused_with("GET https://acme.localhost:443?a HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
  EXPECT_EQ(refused_with("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
  EXPECT_EQ(refused_with("GET /crop-[image.width/2]{}|^\"<>\\`? HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
}

struct Bad {
  const char* name;
  std::string head;
  int status;
};

class Refuses : public testing::TestWithParam<Bad> {};

TEST_P(Refuses, WithStatusAndReason) {
  const auto checked = check_head(GetParam().head);
  ASSERT_FALSE(checked) << GetParam().head;
  EXPECT_EQ(message::http_status(checked.error().code), GetParam().status) << checked.error().message.text;
  EXPECT_FALSE(checked.error().message.text.empty());
}

std::string get(const std::string& fields) {
  return "GET / HTTP/1.1\r\n" + fields + "\r\n";
}
std::string post(const std::string& fields) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}
std::string line(const std::string& first) {
  return first + "\r\nHost: a\r\n\r\n";
}

INSTANTIATE_TEST_SUITE_P(
    Framing, Refuses,
    testing::Values(Bad{"GzipEncoding", post("Transfer-Encoding: gzip\r\n"), 400},
                    Bad{"EncodingList", post("Transfer-Encoding: gzip, chunked\r\n"), 400},
                    Bad{"ChunkedTwiceInOne", post("Transfer-Encoding: chunked, chunked\r\n"), 400},
                    Bad{"ChunkedTwice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
                        400},
                    Bad{"ChunkedIdentity", post("Transfer-Encoding: identity\r\n"), 400},
                    Bad{"ChunkedVerticalTab",
                        post("Transfer-Encoding: \x0b"
                             "chunked\r\n"),
                        400},
                    Bad{"ChunkedOtherCase", post("Transfer-Encoding: Chunked\r\n"), 400},
                    Bad{"ChunkedEmpty", post("Transfer-Encoding:\r\n"), 400},
                    Bad{"LengthAndChunked", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
                    Bad{"ChunkedAndLength", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
                    Bad{"LengthTwice", post("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
                    Bad{"SameLengthTwice", post("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
                    Bad{"LengthList", post("Content-Length: 5, 5\r\n"), 400},
                    Bad{"LengthNegative", post("Content-Length: -1\r\n"), 400},
                    Bad{"LengthPlus", post("Content-Length: +1\r\n"), 400},
                    Bad{"LengthHex", post("Content-Length: 0x10\r\n"), 400},
                    Bad{"LengthEmpty", post("Content-Length:\r\n"), 400},
                    Bad{"LengthTooBig", post("Content-Length: 18446744073709551616\r\n"), 400},
                    Bad{"Http10Chunked", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Fields, Refuses,
    testing::Values(
        Bad{"NoHost", get(""), 400}, Bad{"TwoHosts", get("Host: a\r\nHost: a\r\n"), 400},
        Bad{"EmptyHost", get("Host:\r\n"), 400}, Bad{"HostWithPath", get("Host: a/b\r\n"), 400},
        Bad{"HostWithUser", get("Host: u@a\r\n"), 400}, Bad{"HostList", get("Host: a, b\r\n"), 400},
        Bad{"HostBadPort", get("Host: a:port\r\n"), 400}, Bad{"HostBigPort", get("Host: a:70000\r\n"), 400},
        Bad{"ObsFold", get("Host: a\r\nX: b\r\n c\r\n"), 400},
        Bad{"ObsFoldTab", get("Host: a\r\nX: b\r\n\tc\r\n"), 400},
        Bad{"ObsFoldFirst", get(" Host: a\r\n"), 400}, Bad{"SpaceBeforeColon", get("Host : a\r\n"), 400},
        Bad{"NoColon", get("Host: a\r\nX\r\n"), 400}, Bad{"NoName", get("Host: a\r\n: b\r\n"), 400},
        Bad{"NameNotToken", get("Host: a\r\nX(: b\r\n"), 400},
        Bad{"NulInValue", get(std::string("Host: a\r\nX: b\0c\r\n", 17)), 400},
        Bad{"BareCrInValue", get("Host: a\r\nX: b\rc\r\n"), 400},
        Bad{"BareLfInValue", get("Host: a\r\nX: b\nc\r\n"), 400},
        Bad{"DeleteInValue", get("Host: a\r\nX: \x7f\r\n"), 400},
        Bad{"Expectation", post("Content-Length: 1\r\nExpect: 200-ok\r\n"), 417}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    FirstLine, Refuses,
    testing::Values(
        Bad{"TwoSpaces", line("GET  / HTTP/1.1"), 400}, Bad{"SpaceInTarget", line("GET /a b HTTP/1.1"), 400},
        Bad{"Tab", line("GET\t/ HTTP/1.1"), 400}, Bad{"NoVersion", line("GET /"), 400},
        Bad{"LowerCaseVersion", line("GET / http/1.1"), 400}, Bad{"Version2", line("GET / HTTP/2.0"), 505},
        Bad{"Version12", line("GET / HTTP/1.2"), 505}, Bad{"Version111", line("GET / HTTP/1.11"), 400},
        Bad{"RawUtf8", line("GET /\xc3\xa4 HTTP/1.1"), 400}, Bad{"Fragment", line("GET /a#b HTTP/1.1"), 400},
        Bad{"NulInTarget", line(std::string("GET /\0 HTTP/1.1", 15)), 400},
        Bad{"ControlInTarget", line("GET /\x01 HTTP/1.1"), 400},
        Bad{"RelativeTarget", line("GET a HTTP/1.1"), 400}, Bad{"StarWithGet", line("GET * HTTP/1.1"), 400},
        Bad{"OtherScheme", line("GET ftp://a/ HTTP/1.1"), 400},
        Bad{"AbsoluteWithUser", line("GET http://u@a/ HTTP/1.1"), 400},
        Bad{"AbsoluteNoHost", line("GET http:///a HTTP/1.1"), 400},
        Bad{"MethodNotToken", line("GE(T / HTTP/1.1"), 400},
        Bad{"UnknownMethod", line("BREW / HTTP/1.1"), 501},
        Bad{"LowerCaseMethod", line("get / HTTP/1.1"), 501}, Bad{"Trace", line("TRACE / HTTP/1.1"), 501},
        Bad{"Connect", line("CONNECT a:443 HTTP/1.1"), 501}, Bad{"Nothing", "\r\n", 400}),
    [](const auto& info) { return info.param.name; });

TEST(CheckHead, SaysWhatIsWrong) {
  const auto reason = [](const std::string& head) {
    const auto checked = check_head(head);
    return checked ? std::string() : checked.error().message.text;
  };
  EXPECT_THAT(reason(line("GET  / HTTP/1.1")), testing::HasSubstr("more than two spaces"));
  EXPECT_THAT(reason(line("GET /a b HTTP/1.1")), testing::HasSubstr("more than two spaces"));
  EXPECT_THAT(reason(line("GET /a#b HTTP/1.1")), testing::HasSubstr("'#'"));
  EXPECT_THAT(reason(line("GET /\xc3\xa4 HTTP/1.1")), testing::HasSubstr("printable ASCII"));
  EXPECT_THAT(reason(line("GET http://u@a/ HTTP/1.1")), testing::HasSubstr("without a user name"));
  EXPECT_THAT(reason(post("Content-Length: 18446744073709551616\r\n")), testing::HasSubstr("larger"));
  EXPECT_THAT(reason(post("Content-Length: 1, 1\r\n")), testing::HasSubstr("one decimal number"));
}

TEST(CheckHead, LimitsTheNumberOfFields) {
  std::string fields = "Host: a\r\n";
  for (std::size_t i = 1; i < header_fields_limit; ++i)
    fields += "X: y\r\n";
  EXPECT_EQ(refused_with(get(fields)), 0);
  EXPECT_EQ(refused_with(get(fields + "X: y\r\n")), 431);
}

TEST(CheckHead, TakesBytesBeyondAsciiInValuesOnly) {
  EXPECT_EQ(refused_with(get("Host: a\r\nX: \xc3\xa4\r\n")), 0);
  EXPECT_EQ(refused_with(get("Host: a\r\nX\xc3\xa4: b\r\n")), 400);
}

TEST(CheckHead, NeedsNoHostInHttp10) {
  EXPECT_EQ(refused_with("GET / HTTP/1.0\r\n\r\n"), 0);
}

}  // namespace
}  // namespace rucola::http
