#include "http/streaming.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/raw_client.h"
#include "http/running_server.h"

namespace rucola::http {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::size_t piece_bytes = MadePieces::piece_bytes;

std::string request(const std::string& what, const std::string& more = "", const std::string& version = "1.1",
                    const std::string& method = "GET") {
  return method + " /stream/" + what + " HTTP/" + version + "\r\nHost: localhost\r\n" + more + "\r\n";
}

/// What the chunks hold; `whole` where the last of them came, and nothing behind it.
struct Unchunked {
  std::string content;
  bool whole = false;
};

Unchunked unchunk(std::string_view bytes) {
  Unchunked result;
  for (;;) {
    const std::size_t line = bytes.find("\r\n");
    if (line == std::string_view::npos) return result;
    const std::size_t size = std::stoul(std::string(bytes.substr(0, line)), nullptr, 16);
    bytes.remove_prefix(line + 2);
    if (size == 0) {
      result.whole = bytes == "\r\n";
      return result;
    }
    result.content += bytes.substr(0, size);
    if (bytes.size() < size + 2) return result;
    bytes.remove_prefix(size + 2);
  }
}

class Streaming : public testing::Test {
 protected:
  RunningServer server_;
  RawClient client_{server_.port()};
};

TEST_F(Streaming, SendsInChunksWhatIsMadeMeanwhile) {
  client_.send(request("3", "Connection: close\r\n"));
  const RawAnswer answer = client_.read_answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("Transfer-Encoding"), "chunked");
  EXPECT_EQ(answer.field("Content-Length"), "");
  EXPECT_EQ(answer.field("Accept-Ranges"), "");
  const auto rest = client_.read_to_the_end();
  EXPECT_FALSE(rest.reset);
  const auto body = unchunk(rest.bytes);
  EXPECT_TRUE(body.whole);
  EXPECT_EQ(body.content,
            std::string(piece_bytes, 'd') + std::string(piece_bytes, 'c') + std::string(piece_bytes, 'b'));
  EXPECT_TRUE(eventually([&] { return server_.streams_alive() == 0; }));
}

/// node-fetch 2 on Node.js 20.19 takes a connection that stays open after the last chunk for one that broke
/// off.
TEST_F(Streaming, EndsTheConnectionWithTheBody) {
  client_.send(request("1"));
  EXPECT_EQ(client_.read_answer().field("Connection"), "close");
  const auto rest = client_.read_to_the_end();
  EXPECT_FALSE(rest.reset);
  const auto body = unchunk(rest.bytes);
  EXPECT_TRUE(body.whole);
  EXPECT_EQ(body.content.size(), piece_bytes);
}

TEST_F(Streaming, AnEmptyBodyIsOne) {
  client_.send(request("0", "Connection: close\r\n"));
  EXPECT_EQ(client_.read_answer().status, 200);
  EXPECT_TRUE(unchunk(client_.read_to_the_end().bytes).whole);
}

/// The end of the connection is the end of the body, which a break must not look like.
TEST_F(Streaming, WhoSpeaksHttp10GetsItWithoutChunks) {
  for (const char* more : {"", "Connection: keep-alive\r\n"}) {
    RawClient client(server_.port());
    client.send(request("2", more, "1.0"));
    const RawAnswer answer = client.read_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field("Transfer-Encoding"), "");
    EXPECT_EQ(answer.field("Content-Length"), "");
    EXPECT_EQ(answer.field("Connection"), "close");
    const auto rest = client.read_to_the_end();
    EXPECT_FALSE(rest.reset);
    EXPECT_EQ(rest.bytes.size(), 2 * piece_bytes);
  }
}

TEST_F(Streaming, WhatBreaksOffDoesNotLookWhole) {
  for (const char* what : {"2-breaks", "2-throws"}) {
    for (const char* version : {"1.0", "1.1"}) {
      SCOPED_TRACE(std::string(what) + " " + version);
      RawClient client(server_.port());
      client.send(request(what, "", version));
      const auto rest = client.read_to_the_end();
      EXPECT_TRUE(rest.reset);
      const std::size_t head = rest.bytes.find("\r\n\r\n");
      if (head != std::string::npos) {
        EXPECT_FALSE(unchunk(rest.bytes.substr(head + 4)).whole);
      }
      EXPECT_TRUE(eventually([&] { return server_.streams_alive() == 0; }));
    }
  }
  EXPECT_EQ(client_.ask("GET /hello/you HTTP/1.1\r\nHost: localhost\r\n\r\n").body, "hello you");
}

TEST_F(Streaming, WhatDoesNotEvenBeginIsAnError) {
  const RawAnswer answer = client_.ask(request("0-breaks"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.body, HasSubstr("No more of it."));
  EXPECT_THAT(answer.body, Not(HasSubstr("a detail")));
  EXPECT_EQ(client_.ask(request("0-throws")).status, 500);
  EXPECT_EQ(client_.ask("GET /hello/you HTTP/1.1\r\nHost: localhost\r\n\r\n").body, "hello you");
}

TEST_F(Streaming, HeadMakesNoneOfIt) {
  const RawAnswer answer = client_.ask(request("1-breaks", "", "1.1", "HEAD"), true);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("Content-Type"), "application/zip");
  EXPECT_EQ(answer.field("Content-Length"), "");
  EXPECT_EQ(client_.ask("GET /hello/you HTTP/1.1\r\nHost: localhost\r\n\r\n").body, "hello you");
}

TEST_F(Streaming, HasNoRanges) {
  const RawAnswer answer = client_.ask(request("1", "Range: bytes=0-9\r\nConnection: close\r\n"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(unchunk(client_.read_to_the_end().bytes).content.size(), piece_bytes);
}

/// Nobody makes what nobody reads: a thousand pieces would be 100 MB.
TEST_F(Streaming, EndsWhenTheClientLeaves) {
  client_.send(request("1000"));
  EXPECT_EQ(client_.read_answer().status, 200);
  EXPECT_EQ(server_.streams_alive(), 1);
  client_.close();
  EXPECT_TRUE(eventually([&] { return server_.streams_alive() == 0; }));
}

TEST_F(Streaming, ARouteThatDoesNotSayThatItStreamsHasNoPlaceToDoSo) {
  EXPECT_EQ(client_.ask("GET /stream-undeclared/1 HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 500);
  EXPECT_TRUE(eventually([&] { return server_.streams_alive() == 0; }));
}

TEST(StreamingShutdown, EndsInTimeThoughASearchDoesNot) {
  auto server =
      std::make_unique<RunningServer>([](Settings& settings) { settings.drain = std::chrono::seconds(1); });
  RawClient stuck(server->port());
  stuck.send("GET /stream-after-search/late/of/acme HTTP/1.1\r\nHost: localhost\r\nApi-Key: good\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return server->handled() == 1; }));
  server->server().drain_and_stop();
  server->end_searches();  // late: the place goes back to a budget that is still there
  server.reset();          // nobody runs the connection's loop any more: it closes with the server
  EXPECT_EQ(stuck.read_answer().status, 0);
}

/// Any byte that was taken gave it another write_timeout: a few such clients had all places for days.
TEST(StreamingSlowly, WhoTakesALittleNowAndThenIsLetGo) {
  RunningServer server([](Settings& settings) { settings.write_timeout = std::chrono::seconds{1}; });
  RawClient client(server.port());
  client.send(request("1000"));
  // A million bytes a second at most, of the two that it would have to be.
  const std::size_t taken = client.sip_to_the_end(20'000, std::chrono::milliseconds{20});
  EXPECT_TRUE(client.was_reset());
  EXPECT_LT(taken, 1000 * piece_bytes);
  EXPECT_TRUE(eventually([&] { return server.streams_alive() == 0; }));
}

/// A server behind a proxy that names its clients.
class StreamingShares : public testing::Test {
 protected:
  static constexpr auto share = static_cast<int>(stream_limits.bytes_per_owner / stream_memory);

  static std::string searched(const std::string& how) {
    return "GET /stream-after-search/" + how +
           "/of/acme HTTP/1.1\r\nHost: localhost\r\nApi-Key: good\r\n\r\n";
  }

  static std::string asked(const std::string& what, const std::string& client) {
    return request(what, "Api-Key: good\r\nConnection: close\r\nX-Forwarded-For: " + client + "\r\n");
  }

  int status(const std::string& what, const std::string& client) {
    waiting_.push_back(std::make_unique<RawClient>(server_.port()));
    return waiting_.back()->ask(asked(what, client)).status;
  }

  /// All places that one owner may have. `client` names the address that takes the n-th.
  void fill(const std::string& what, const std::function<std::string(int)>& client) {
    for (int i = 0; i < share; ++i)
      EXPECT_EQ(status(what, client(i)), 200);
  }

  /// On all places that the organization may have, for what is in an archive.
  void search_for(const std::string& how) {
    for (int i = 0; i < share; ++i) {
      waiting_.push_back(std::make_unique<RawClient>(server_.port()));
      waiting_.back()->send(searched(how));
    }
  }

  RunningServer server_{[](Settings& settings) { settings.trusted_proxies = {"127.0.0.1"}; }};
  std::vector<std::unique_ptr<RawClient>> waiting_;
};

TEST_F(StreamingShares, AnOrganizationHasItsOwnAndNoMore) {
  fill("1000/of/acme", [](int i) { return "192.0.2." + std::to_string(i); });
  RawClient client(server_.port());
  const RawAnswer refused = client.ask(asked("1/of/acme", "192.0.2.200"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.field("Retry-After"), "10");
  EXPECT_EQ(status("1", "192.0.2.200"), 200) << "others have theirs";
  waiting_.clear();
  EXPECT_TRUE(eventually([&] { return server_.streams_alive() == 0; }));
  EXPECT_EQ(status("1/of/acme", "192.0.2.200"), 200) << "a place that is given back can be taken";
}

/// The search for what is in an archive took up to forty seconds, and then there was no place.
TEST_F(StreamingShares, WhatFindsNoPlaceIsRefusedBeforeAnythingIsDoneForIt) {
  fill("1000/of/acme", [](int) { return "192.0.2.1"; });
  const int handled = server_.handled();
  EXPECT_EQ(status("1/of/acme", "192.0.2.2"), 429);
  waiting_.push_back(std::make_unique<RawClient>(server_.port()));
  const RawAnswer head = waiting_.back()->ask(
      request("1/of/acme", "Api-Key: good\r\nConnection: close\r\n", "1.1", "HEAD"), true);
  EXPECT_EQ(head.status, 429) << "looks for as much";
  EXPECT_EQ(server_.handled(), handled);
}

TEST_F(StreamingShares, APlaceIsTakenFromBeforeTheSearchOn) {
  search_for("never");
  EXPECT_TRUE(eventually([&] { return server_.handled() == share; }));
  EXPECT_EQ(status("1/of/acme", "192.0.2.2"), 429);
}

TEST_F(StreamingShares, WhoLeavesDuringTheSearchGivesItsPlaceBack) {
  search_for("never");
  EXPECT_TRUE(eventually([&] { return server_.handled() == share; }));
  waiting_.clear();
  EXPECT_TRUE(eventually([&] { return status("1/of/acme", "192.0.2.2") == 200; }));
}

TEST_F(StreamingShares, ASearchThatComesToNothingGivesItsPlaceBack) {
  for (const char* how : {"refused", "thrown", "forgotten"}) {
    SCOPED_TRACE(how);
    for (int i = 0; i <= share; ++i) {
      RawClient client(server_.port());
      EXPECT_EQ(client.ask(searched(how)).status, how == std::string("refused") ? 409 : 500);
    }
  }
  EXPECT_EQ(status("1/of/acme", "192.0.2.2"), 200);
}

TEST_F(StreamingShares, HeadKeepsNoPlace) {
  RawClient client(server_.port());
  for (int i = 0; i <= share; ++i)
    EXPECT_EQ(client.ask(request("1/of/acme", "Api-Key: good\r\n", "1.1", "HEAD"), true).status, 200);
}

/// All of them together had the share of one address.
TEST_F(StreamingShares, AProxyThatNamesNoClientIsNotOne) {
  const auto unnamed = [](const std::string& what) {
    return request(what, "Api-Key: good\r\nConnection: close\r\n");
  };
  for (const char* organization : {"acme", "other"}) {
    for (int i = 0; i < share; ++i) {
      waiting_.push_back(std::make_unique<RawClient>(server_.port()));
      EXPECT_EQ(waiting_.back()->ask(unnamed(std::string("1000/of/") + organization)).status, 200);
    }
    RawClient client(server_.port());
    EXPECT_EQ(client.ask(unnamed(std::string("1/of/") + organization)).status, 429)
        << "the organization's share is all that counts";
  }
}

/// Whoever belongs to many organizations had the share of each.
TEST_F(StreamingShares, AnAddressHasItsOwnWhateverOrganizationItAsks) {
  fill("1000/of/acme", [](int) { return "192.0.2.1"; });
  EXPECT_EQ(status("1/of/other", "192.0.2.1"), 429);
  EXPECT_EQ(status("1/of/other", "192.0.2.2"), 200);
}

}  // namespace
}  // namespace rucola::http
