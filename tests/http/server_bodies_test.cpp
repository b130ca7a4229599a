// Bodies of requests: when they are read, what is refused, and that nothing of a failed upload is left.
#include <array>
#include <charconv>
#include <memory>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/raw_client.h"
#include "http/running_server.h"
#include "sha1_hex.h"

namespace rucola::http {
namespace {

using testing::HasSubstr;

const std::string key = "Api-Key: good\r\n";
const std::string multipart = "Content-Type: multipart/form-data; boundary=B\r\n";

std::string put_json(const std::string& fields, const std::string& body) {
  return "PUT /json HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}

std::string with_length(const std::string& body) {
  return "Content-Length: " + std::to_string(body.size()) + "\r\n";
}

std::string upload_head(const std::string& fields) {
  return "POST /upload HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

std::string file_form(const std::string& content) {
  return "--B\r\nContent-Disposition: form-data; name=\"filedata\"; filename=\"a.jpg\"\r\n\r\n" + content +
         "\r\n--B\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n{}\r\n--B--\r\n";
}

std::string chunked(std::string_view body, std::size_t size) {
  std::string wire;
  while (!body.empty()) {
    const std::string_view chunk = body.substr(0, size);
    std::array<char, 16> hex{};
    const auto [end, error] = std::to_chars(hex.data(), hex.data() + hex.size(), chunk.size(), 16);
    EXPECT_EQ(error, std::errc{});
    wire.append(hex.data(), end).append("\r\n").append(chunk).append("\r\n");
    body.remove_prefix(chunk.size());
  }
  return wire + "0\r\n\r\n";
}

/// Bytes of all values, with many CR and LF among them.
std::string binary(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

class ServerBodiesTest : public testing::Test {
 protected:
  RunningServer server_{[](Settings& settings) {
    settings.json_limit = 2000;
    settings.upload_limit = 4'000'000;
  }};
  RawClient client_{server_.port()};
};

TEST_F(ServerBodiesTest, ReadsJsonWhateverItIsCalled) {
  const std::string body = R"({"a":1})";
  EXPECT_EQ(
      client_.ask(put_json(key + "Content-Type: text/plain;charset=UTF-8\r\n" + with_length(body), body))
          .body,
      body);
  EXPECT_EQ(client_.ask(put_json(key + "Transfer-Encoding: chunked\r\n", chunked(body, 3))).body, body);
  EXPECT_EQ(client_.ask(put_json(key + "Content-Length: 0\r\n", "")).body, "");
}

TEST_F(ServerBodiesTest, AuthorizesBeforeItReads) {
  // No byte of the body is sent; the answer must come all the same.
  const RawAnswer answer = client_.ask(put_json("Content-Length: 1000\r\n", ""));
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_TRUE(client_.ends());
}

TEST_F(ServerBodiesTest, HandlersReadWhoCalls) {
  EXPECT_EQ(client_.ask("GET /secret HTTP/1.1\r\nHost: a\r\n" + key + "\r\n").body,
            "secret of alice@example.com");
}

TEST_F(ServerBodiesTest, SaysContinueOnlyWhereTheBodyIsWanted) {
  const std::string expect = "Expect: 100-continue\r\n";
  EXPECT_EQ(client_.ask(put_json(key + expect + "Content-Length: 2\r\n", "")).status, 100);
  EXPECT_EQ(client_.ask("{}").body, "{}");
  EXPECT_EQ(client_.ask(put_json(expect + "Content-Length: 2\r\n", "")).status, 403);
  EXPECT_TRUE(client_.ends());
}

TEST_F(ServerBodiesTest, LimitsJson) {
  EXPECT_EQ(client_.ask(put_json(key + "Content-Length: 2001\r\n", "")).status, 413)
      << "before the body is sent";
  RawClient second(server_.port());
  EXPECT_EQ(second.ask(put_json(key + "Transfer-Encoding: chunked\r\n", chunked(std::string(2001, 'x'), 700)))
                .status,
            413);
  EXPECT_TRUE(second.ends());
  RawClient third(server_.port());
  EXPECT_EQ(third.ask(put_json(key + "Content-Length: 2000\r\n", std::string(2000, 'x'))).status, 200);
}

TEST_F(ServerBodiesTest, WantsALength) {
  EXPECT_EQ(client_.ask(put_json(key, "")).status, 411);
  EXPECT_EQ(client_.ask(upload_head(key + multipart)).status, 411);
  EXPECT_EQ(client_.ask(put_json(key + "Content-Length: 2\r\n", "{}")).status, 200)
      << "the connection is in step";
}

TEST_F(ServerBodiesTest, RefusesABodyWhereNoneIsTaken) {
  EXPECT_EQ(client_.ask("GET /hello/you HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}").status, 400);
  EXPECT_TRUE(client_.ends());
}

TEST_F(ServerBodiesTest, ABodyOfNoChunksIsNone) {
  for (int i = 0; i < 2; ++i) {  // on one connection
    EXPECT_EQ(client_.ask("GET /hello/you HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                  .status,
              200);
  }
}

TEST_F(ServerBodiesTest, RefusesMalformedChunks) {
  EXPECT_EQ(client_.ask(put_json(key + "Transfer-Encoding: chunked\r\n", "2\r\n{}x\r\n")).status, 400);
  EXPECT_TRUE(client_.ends());
}

TEST_F(ServerBodiesTest, TheClientHearsARefusalWhileItStillSends) {
  RawClient client(server_.port());
  client.send(put_json(key + "Content-Length: 30000000\r\n", ""));
  // More than the buffers between us hold: a server that just closed would reset the connection under it.
  EXPECT_TRUE(client.send(std::string(30'000'000, 'x')));
  EXPECT_EQ(client.read_answer().status, 413);
}

TEST_F(ServerBodiesTest, StreamsUploadsToTheSpoolAndHashes) {
  const std::string content = binary(1'200'000);
  const std::string form = file_form(content);
  const std::string wanted = "alice@example.com:filedata=" + test::sha1_hex(content) + ";meta={};";
  EXPECT_EQ(client_.ask(upload_head(key + multipart + with_length(form)) + form).body, wanted);
  EXPECT_EQ(
      client_.ask(upload_head(key + multipart + "Transfer-Encoding: chunked\r\n") + chunked(form, 100'000))
          .body,
      wanted);
  EXPECT_EQ(server_.spool().files(), 0U) << "what the handler leaves is removed before the answer";
}

TEST_F(ServerBodiesTest, AHandlerThatAnswersLaterIsGivenTheWholeUpload) {
  const std::string form = file_form("picture");
  const std::string head =
      "POST /later HTTP/1.1\r\nHost: a\r\n" + key + multipart + with_length(form) + "\r\n";
  EXPECT_EQ(client_.ask(head + form).body,
            "alice@example.com:filedata=" + test::sha1_hex("picture") + ";meta={};");
}

TEST_F(ServerBodiesTest, RefusesUploadsThatAreNone) {
  const std::string form = file_form("x");
  EXPECT_EQ(
      client_.ask(upload_head(key + "Content-Type: application/json\r\n" + with_length(form)) + form).status,
      415);
  RawClient second(server_.port());
  EXPECT_EQ(second.ask(upload_head(key + multipart + with_length("x" + form)) + "x" + form).status, 400);
  RawClient third(server_.port());
  const std::string open = form.substr(0, form.size() - 4);
  EXPECT_EQ(third.ask(upload_head(key + multipart + with_length(open)) + open).status, 400);
  RawClient fourth(server_.port());
  EXPECT_EQ(fourth.ask(upload_head(key + multipart + "Content-Length: 4000001\r\n")).status, 413);
  EXPECT_EQ(server_.handled(), 0);
  EXPECT_TRUE(eventually([&] { return server_.spool().files() == 0; }));
}

TEST_F(ServerBodiesTest, AChunkedUploadCannotPassTheLimit) {
  const std::string form = file_form(std::string(4'000'001, 'x'));
  client_.send(upload_head(key + multipart + "Transfer-Encoding: chunked\r\n") + chunked(form, 1'000'000));
  EXPECT_EQ(client_.read_answer().status, 413);
  EXPECT_TRUE(eventually([&] { return server_.spool().files() == 0; }));
  EXPECT_EQ(server_.handled(), 0);
}

TEST_F(ServerBodiesTest, LimitsPartsAndTexts) {
  std::string many;
  for (int i = 0; i < 201; ++i)
    many += "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n";
  many += "--B--\r\n";
  EXPECT_EQ(client_.ask(upload_head(key + multipart + with_length(many)) + many).status, 413);
  const std::string text = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" +
                           std::string(1'100'000, 'x') + "\r\n--B--\r\n";
  RawClient second(server_.port());
  second.send(upload_head(key + multipart + with_length(text)) + text);
  EXPECT_EQ(second.read_answer().status, 413);
}

TEST_F(ServerBodiesTest, ACutOffUploadLeavesNothing) {
  const std::string form = file_form(binary(1'000'000));
  client_.send(upload_head(key + multipart + with_length(form)) + form.substr(0, 700'000));
  ASSERT_TRUE(eventually([&] { return server_.spool().files() == 1; })) << "it is under way";
  client_.close();
  EXPECT_TRUE(eventually([&] { return server_.spool().files() == 0; }));
  EXPECT_EQ(server_.handled(), 0);
}

TEST_F(ServerBodiesTest, ACutOffJsonBodyReachesNoHandler) {
  client_.send(put_json(key + "Content-Length: 10\r\n", "{\"a\":"));
  client_.end_sending();
  EXPECT_TRUE(client_.ends()) << "there is nobody to answer";
  EXPECT_EQ(server_.handled(), 0);
}

TEST_F(ServerBodiesTest, AnUploadThatCannotBeStoredIsAnswered) {
  RunningServer server;
  std::filesystem::remove_all(server.spool().path());
  RawClient client(server.port());
  const std::string form = file_form("x");
  EXPECT_EQ(client.ask(upload_head(key + multipart + with_length(form)) + form).status, 500)
      << "no such folder";
}

TEST(ServerBodies, MemoryForBodiesIsBounded) {
  RunningServer server([](Settings& settings) {
    settings.json_memory = 1 << 20;
    settings.json_limit = 1 << 20;
  });
  RawClient first(server.port());
  first.send(put_json(key + "Expect: 100-continue\r\nContent-Length: 900000\r\n", ""));
  ASSERT_EQ(first.read_answer().status, 100) << "its memory is reserved";
  RawClient second(server.port());
  const RawAnswer answer = second.ask(put_json(key + "Content-Length: 900000\r\n", ""));
  EXPECT_EQ(answer.status, 429) << "its own organization's share is in use";
  EXPECT_NE(answer.field("Retry-After"), "");
  first.send(std::string(900'000, 'x'));
  EXPECT_EQ(first.read_answer().status, 200);
  RawClient third(server.port());
  third.send(put_json(key + "Content-Length: 900000\r\n", std::string(900'000, 'x')));
  EXPECT_EQ(third.read_answer().status, 200) << "it was given back";
}

/// 512 slow uploads took all of one pot, and with it what 60 bytes of JSON needed.
TEST(ServerBodies, UploadsTakeNothingOfWhatJsonNeeds) {
  RunningServer server([](Settings& settings) { settings.upload_memory = 4 << 20; });
  std::vector<std::unique_ptr<RawClient>> slow;
  const auto begin_upload = [&] {
    slow.push_back(std::make_unique<RawClient>(server.port()));
    return slow.back()->ask(
        upload_head(key + multipart + "Expect: 100-continue\r\nContent-Length: 90000\r\n"));
  };
  EXPECT_EQ(begin_upload().status, 100);
  EXPECT_EQ(begin_upload().status, 100);
  const RawAnswer third = begin_upload();
  EXPECT_EQ(third.status, 429) << "a quarter is a client's share";
  EXPECT_NE(third.field("Retry-After"), "");
  RawClient json(server.port());
  EXPECT_EQ(json.ask(put_json(key + "Content-Length: 2\r\n", "{}")).status, 200);
}

}  // namespace
}  // namespace rucola::http
