// How the server frames, routes and answers requests. Time and limits are in server_limits_test.cpp, bodies
// in server_bodies_test.cpp.
#include "http/server.h"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/raw_client.h"
#include "http/running_server.h"
#include "scratch_folder.h"

namespace rucola::http {
namespace {

using testing::HasSubstr;

const std::string hello = "GET /hello/you HTTP/1.1\r\nHost: localhost\r\n\r\n";

std::string get(const std::string& path, const std::string& fields = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
}

class ServerTest : public testing::Test {
 protected:
  RunningServer server_;
  RawClient client_{server_.port()};
};

TEST_F(ServerTest, AnswersWithWhatEveryAnswerHas) {
  const RawAnswer answer = client_.ask(hello);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hello you");
  EXPECT_EQ(answer.field("Server"), "rucola");
  EXPECT_EQ(answer.field("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(answer.field("Access-Control-Allow-Origin"), "*");
  EXPECT_THAT(answer.field("Access-Control-Expose-Headers"),
              AllOf(HasSubstr("Location"), HasSubstr("X-Rucola-Fallback")));
  EXPECT_TRUE(parse_http_date(answer.field("Date"))) << answer.head;
  EXPECT_EQ(answer.field("Connection"), "");
}

TEST_F(ServerTest, KeepsTheConnection) {
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(client_.ask(hello).body, "hello you");
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  client_.send(get("/hello/1") + get("/render/hit/2") + get("/hello/3") + get("/nope") + "\r\n" +
               get("/render/5"));
  EXPECT_EQ(client_.read_answer().body, "hello 1");
  EXPECT_EQ(client_.read_answer().body, FakeRenderer::hit_body());
  EXPECT_EQ(client_.read_answer().body, "hello 3");
  EXPECT_EQ(client_.read_answer().status, 404);
  EXPECT_EQ(client_.read_answer().body, "rendered /render/5");
}

/// It kept its place among the renders that wait, and was logged as if the server had been too busy.
TEST_F(ServerTest, NoticesThatAClientLeavesWhileItsAnswerIsMade) {
  client_.send(get("/render/waits"));
  RawClient pipelining(server_.port());
  pipelining.send(get("/render/waits") + hello);
  ASSERT_TRUE(eventually([&] { return server_.renderer().waiting() == 2; }));
  client_.close();
  EXPECT_TRUE(eventually([&] { return server_.renderer().departed() == 1; }));
  pipelining.close();
  EXPECT_TRUE(eventually([&] { return server_.renderer().departed() == 2; })) << "behind a request of its";
}

TEST_F(ServerTest, ReadsAHeadThatComesByteByByte) {
  for (const char byte : hello)
    client_.send(std::string_view(&byte, 1));
  EXPECT_EQ(client_.read_answer().body, "hello you");
}

TEST_F(ServerTest, ClosesWhereTheClientAsks) {
  const RawAnswer answer = client_.ask(get("/hello/you", "Connection: close\r\n"));
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_TRUE(client_.ends());
}

TEST_F(ServerTest, SpeaksHttp10) {
  EXPECT_EQ(client_.ask("GET /hello/you HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").field("Connection"),
            "keep-alive");
  const RawAnswer last = client_.ask("GET /hello/you HTTP/1.0\r\n\r\n");
  EXPECT_EQ(last.body, "hello you");
  EXPECT_EQ(last.field("Connection"), "close");
  EXPECT_TRUE(client_.ends());
}

TEST_F(ServerTest, AnAbsoluteTargetDecidesTheHost) {
  EXPECT_EQ(client_.ask("GET http://other.example:80/client HTTP/1.1\r\nHost: localhost\r\n\r\n").body,
            "127.0.0.1 other.example");
  EXPECT_EQ(client_.ask("GET http://acme.localhost?a HTTP/1.1\r\nHost: localhost\r\n\r\n").body,
            "rendered /");
}

TEST_F(ServerTest, HeadIsGetWithoutABody) {
  client_.send("HEAD /hello/you HTTP/1.1\r\nHost: a\r\n\r\nHEAD /render/hit/a HTTP/1.1\r\nHost: a\r\n\r\n" +
               hello);
  const RawAnswer answer = client_.read_answer(true);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.field("Content-Length"), "9");
  EXPECT_EQ(client_.read_answer(true).field("Content-Length"),
            std::to_string(FakeRenderer::hit_body().size()));
  EXPECT_EQ(client_.read_answer().body, "hello you") << "nothing of a body came before";
}

TEST_F(ServerTest, AnswersPreflightsEverywhere) {
  for (const char* target : {"/hello/you", "/nope", "*", "/render/x"}) {
    const RawAnswer answer = client_.ask("OPTIONS " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(answer.status, 204) << target;
    EXPECT_THAT(answer.field("Access-Control-Allow-Headers"), HasSubstr("Api-Key"));
    EXPECT_THAT(answer.field("Access-Control-Allow-Methods"), HasSubstr("COPY"));
    EXPECT_EQ(answer.field("Content-Length"), "");
  }
}

/// Of every path it was all methods that there are.
TEST_F(ServerTest, OptionsTellsWhatThePathOffers) {
  const auto allow = [&](const std::string& target) {
    return client_.ask("OPTIONS " + target + " HTTP/1.1\r\nHost: a\r\n\r\n").field("Allow");
  };
  EXPECT_EQ(allow("/render/x"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(allow("/hello/you"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(allow("/nope"), "");
  EXPECT_EQ(allow("/hello/%zz"), "");
  EXPECT_THAT(allow("*"), HasSubstr("COPY"));
}

TEST_F(ServerTest, SaysWhatIsWrongWithARoute) {
  const RawAnswer missing = client_.ask(get("/nope"));
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.field("Content-Type"), "application/json");
  EXPECT_THAT(missing.body, HasSubstr("\"code\":404"));
  const RawAnswer wrong = client_.ask("DELETE /hello/you HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.field("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(client_.ask(get("/hello/%zz")).status, 400);
  EXPECT_EQ(client_.ask(hello).status, 200) << "none of these ends the connection";
}

TEST_F(ServerTest, RefusesWhatCouldSmuggle) {
  for (const std::string bad : {
           "POST /json HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: "
           "chunked\r\n\r\n0\r\n\r\n",
           "GET /hello/you HTTP/1.1\nHost: a\n\n",
           "GET /hello/you HTTP/1.1\r\n\r\n",
           "GET /hello/you HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n",
           "GET /hello/you HTTP/1.1\r\nHost: a\r\nConnection: clo se,\"\r\n\r\n",
       }) {
    RawClient client(server_.port());
    const RawAnswer answer = client.ask(bad + hello);
    EXPECT_EQ(answer.status, 400) << bad;
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_TRUE(client.ends()) << "the request behind it is not read";
  }
  EXPECT_EQ(server_.handled(), 0);
}

TEST_F(ServerTest, TurnsExceptionsAndForgottenAnswersInto500) {
  for (const char* path : {"/throws", "/breaks", "/forgets", "/render/throws", "/render/forgotten"}) {
    const RawAnswer answer = client_.ask(get(path));
    EXPECT_EQ(answer.status, 500) << path;
    EXPECT_THAT(answer.body, testing::Not(HasSubstr("oops"))) << "what was thrown is for the log";
  }
  EXPECT_EQ(client_.ask(hello).status, 200);
}

TEST_F(ServerTest, AHandlerMayAnswerLater) {
  EXPECT_EQ(client_.ask(get("/refuses")).status, 409);
  EXPECT_EQ(client_.ask(hello).body, "hello you");
}

TEST_F(ServerTest, WhatWaitsForSomethingElseIsAnswered) {
  std::vector<std::unique_ptr<RawClient>> waiting;
  for (int i = 0; i < 8; ++i) {
    waiting.push_back(std::make_unique<RawClient>(server_.port()));
    waiting.back()->send(get("/waits"));
  }
  server_.gate().wait_for_visitors(4);  // as many as threads wait for the catalog
  EXPECT_EQ(client_.ask(get("/now")).body, "now");
  EXPECT_EQ(client_.ask(get("/probe")).body, "probed");
  server_.gate().open();
  for (const auto& client : waiting)
    EXPECT_EQ(client->read_answer().body, "waited");
}

TEST_F(ServerTest, LetsNoHeaderForgeAnother) {
  const RawAnswer answer = client_.ask(get("/forges"));
  EXPECT_EQ(answer.field("Injected"), "");
  EXPECT_EQ(answer.field("X-Value"), "a  Injected: b");
  EXPECT_EQ(answer.field("Content-Length"), "0");
}

/// Of cached, rendered, conditional and refused answers alike.
TEST_F(ServerTest, EveryAnswerNamesItsRequest) {
  for (const char* path : {"/hello/you", "/render/hit/a", "/render/slow", "/file", "/nope", "/throws",
                           "/render/throws", "/render/forgotten", "/hello/%zz"}) {
    EXPECT_EQ(client_.ask(get(path, "X-Request-Id: Mine_1.2-3\r\n")).field("X-Request-Id"), "Mine_1.2-3")
        << path;
    EXPECT_EQ(client_.ask(get(path)).field("X-Request-Id").size(), 13U) << path;
  }
  for (const char* condition : {"If-None-Match: \"hit\"\r\n", "Range: bytes=1-2\r\n",
                                "Range: bytes=99999-\r\n", "If-Match: \"other\"\r\n"}) {
    const RawAnswer answer =
        client_.ask(get("/render/hit/a", std::string(condition) + "X-Request-Id: mine\r\n"));
    EXPECT_NE(answer.status, 200);
    EXPECT_EQ(answer.field("X-Request-Id"), "mine") << condition;
  }
  const RawAnswer preflight = client_.ask("OPTIONS / HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine\r\n\r\n");
  EXPECT_EQ(preflight.field("X-Request-Id"), "mine");
  EXPECT_THAT(preflight.field("Access-Control-Expose-Headers"), HasSubstr("X-Request-Id"));
  EXPECT_THAT(preflight.field("Access-Control-Allow-Headers"), HasSubstr("X-Request-Id"));
}

TEST_F(ServerTest, ANameThatCouldForgeALineIsReplaced) {
  for (const std::string bad : {"a b", "a\"b", "a=b", "<script>", "", "\t"}) {
    const std::string name =
        client_.ask(get("/hello/you", "X-Request-Id: " + bad + "\r\n")).field("X-Request-Id");
    EXPECT_EQ(name.size(), 13U) << bad;
  }
  EXPECT_EQ(
      client_.ask(get("/hello/you", "X-Request-Id: a\r\nX-Request-Id: b\r\n")).field("X-Request-Id").size(),
      13U);
  const std::string longest(128, 'x');
  EXPECT_EQ(client_.ask(get("/hello/you", "X-Request-Id: " + longest + "\r\n")).field("X-Request-Id"),
            longest);
  EXPECT_EQ(client_.ask(get("/hello/you", "X-Request-Id: " + longest + "x\r\n")).field("X-Request-Id").size(),
            13U);
}

TEST_F(ServerTest, WhatIsNoRequestIsNamedToo) {
  RawClient client(server_.port());
  EXPECT_EQ(client.ask("GET / HTTP/1.1\r\nX-Request-Id: mine\r\n\r\n").field("X-Request-Id").size(), 13U);
}

TEST_F(ServerTest, HandlersWorkForTheirRequest) {
  for (const char* path : {"/request", "/render/request"})
    EXPECT_EQ(client_.ask(get(path, "X-Request-Id: mine\r\n")).body, "mine") << path;
  EXPECT_EQ(client_
                .ask("POST /request HTTP/1.1\r\nHost: a\r\nApi-Key: good\r\nX-Request-Id: mine\r\n"
                     "Content-Length: 2\r\n\r\n{}")
                .body,
            "mine, authorized as mine");
}

TEST_F(ServerTest, A204HasNoLength) {
  EXPECT_EQ(client_.ask("DELETE /nothing HTTP/1.1\r\nHost: a\r\n\r\n").field("Content-Length"), "");
  EXPECT_EQ(client_.ask(hello).status, 200);
}

class ServesRanges : public ServerTest, public testing::WithParamInterface<const char*> {};

TEST_P(ServesRanges, AndConditions) {
  const std::string path = GetParam();
  const RawAnswer whole = client_.ask(get(path));
  ASSERT_EQ(whole.status, 200);
  const std::string etag = whole.field("ETag");
  EXPECT_EQ(whole.field("Accept-Ranges"), "bytes");
  const std::size_t size = whole.body.size();

  const RawAnswer part = client_.ask(get(path, "Range: bytes=3-6\r\n"));
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, whole.body.substr(3, 4));
  EXPECT_EQ(part.field("Content-Range"), "bytes 3-6/" + std::to_string(size));
  EXPECT_EQ(client_.ask(get(path, "Range: bytes=-2\r\n")).body, whole.body.substr(size - 2));

  const RawAnswer behind = client_.ask(get(path, "Range: bytes=" + std::to_string(size) + "-\r\n"));
  EXPECT_EQ(behind.status, 416);
  EXPECT_EQ(behind.field("Content-Range"), "bytes */" + std::to_string(size));

  const RawAnswer same = client_.ask(get(path, "If-None-Match: " + etag + "\r\n"));
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.field("ETag"), etag);
  EXPECT_EQ(same.field("Cache-Control"), whole.field("Cache-Control"));
  EXPECT_EQ(same.field("Content-Type"), "");
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(client_.ask(get(path, "If-Match: \"other\"\r\n")).status, 412);
  EXPECT_EQ(client_.ask(get(path)).body, whole.body) << "the connection is still in step";
}

INSTANTIATE_TEST_SUITE_P(Of, ServesRanges,
                         testing::Values("/render/hit/a", "/render/slow", "/file", "/render/hit/long"),
                         [](const auto& info) { return "Number" + std::to_string(info.index); });

TEST_F(ServerTest, SendsFilesWhole) {
  EXPECT_EQ(client_.ask(get("/file")).body, long_content());
}

/// More than a socket takes at once, straight from a file in memory.
TEST_F(ServerTest, SendsLongHitsWholeAndInParts) {
  const std::string content = long_content();
  EXPECT_EQ(client_.ask(get("/render/hit/long")).body, content);
  constexpr std::size_t within_a_page = 700'001;
  EXPECT_EQ(client_.ask(get("/render/hit/long", "Range: bytes=700001-\r\n")).body,
            content.substr(within_a_page));
  client_.send(get("/render/hit/long") + "HEAD /render/hit/long HTTP/1.1\r\nHost: a\r\n\r\n" + hello);
  EXPECT_EQ(client_.read_answer().body, content);
  EXPECT_EQ(client_.read_answer(true).field("Content-Length"), std::to_string(content.size()));
  EXPECT_EQ(client_.read_answer().body, "hello you");
}

TEST_F(ServerTest, AClientThatLeavesALongHitStopsNobody) {
  for (int i = 0; i < 20; ++i) {
    RawClient other(server_.port());
    other.send(get("/render/hit/long"));
  }
  EXPECT_EQ(client_.ask(hello).status, 200);
}

TEST_F(ServerTest, TheRendererOwnsItsHost) {
  EXPECT_EQ(client_.ask("GET /hello/you HTTP/1.1\r\nHost: ACME.localhost:80\r\n\r\n").body,
            "rendered /hello/you");
}

TEST_F(ServerTest, ARenderTakesNoBody) {
  EXPECT_EQ(client_.ask("GET /render/hit/a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc").status, 400);
  EXPECT_TRUE(client_.ends());
}

/// What is sent in pieces is answered as it is in one, and on whichever side of a request it stands.
TEST(Server, AnEmptyLineBeforeARequestIsPassedOverHoweverItArrives) {
  const RunningServer server;
  const auto status = [&](const std::vector<std::string>& pieces) {
    RawClient client(server.port());
    for (const std::string& piece : pieces) {
      client.send(piece);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));  // a packet each, or the same answer
    }
    return client.read_answer().status;
  };
  EXPECT_EQ(status({"\r\n" + hello}), 200);
  EXPECT_EQ(status({"\r\n", hello}), 200);
  EXPECT_EQ(status({"\r", "\n" + hello}), 200);
  EXPECT_EQ(status({"\r", "\n", hello}), 200);
  EXPECT_EQ(status({"\r\nG", hello.substr(1)}), 200);
  EXPECT_EQ(status({"\r\n\r\n" + hello}), 400);
  EXPECT_EQ(status({"\r\n", "\r\n" + hello}), 400);
  EXPECT_EQ(status({"\r\n\r", "\n" + hello}), 400);
  EXPECT_EQ(status({"\r", "\n", "\r", "\n" + hello}), 400);
  EXPECT_EQ(status({"\r" + hello}), 400);
  EXPECT_EQ(status({"\r", hello}), 400);
  RawClient again(server.port());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(again.ask("\r\n" + hello + "\r").status, 200);
    EXPECT_EQ(again.ask("\n" + hello).status, 200) << "one before each request";
  }
  const RawAnswer refused = again.ask("\r\n\r\n" + hello);
  EXPECT_THAT(refused.body, testing::HasSubstr("More than one empty line"));
  EXPECT_TRUE(again.ends());
}

/// The first one counted, where the same in one field is answered whole.
TEST(Server, SeveralRangeFieldsAreAListOfRanges) {
  const RunningServer server;
  for (const char* path : {"/render/hit/a", "/render/slow", "/file"}) {
    RawClient client(server.port());
    EXPECT_EQ(client.ask(get(path, "Range: bytes=0-1\r\nRange: bytes=2-3\r\n")).status, 200) << path;
    EXPECT_EQ(client.ask(get(path, "Range: bytes=0-1,2-3\r\n")).status, 200) << path;
    EXPECT_EQ(client.ask(get(path, "Range: bytes=0-1\r\n")).status, 206) << path;
  }
}

TEST(Server, TrustsConfiguredProxiesOnly) {
  RunningServer strict;
  RunningServer trusting([](Settings& settings) { settings.trusted_proxies = {"127.0.0.0/8"}; });
  const std::string request =
      get("/client", "X-Forwarded-For: 198.51.100.7\r\nX-Forwarded-Host: img.example\r\n");
  RunningServer naming([](Settings& settings) {
    settings.trusted_proxies = {"127.0.0.0/8"};
    settings.forwarded_host_header = "X-Forwarded-Host";
  });
  EXPECT_EQ(RawClient(strict.port()).ask(request).body, "127.0.0.1 localhost");
  EXPECT_EQ(RawClient(trusting.port()).ask(request).body, "198.51.100.7 localhost");
  EXPECT_EQ(RawClient(naming.port()).ask(request).body, "198.51.100.7 img.example");
}

/// All clients of a proxy would wait in one client's turns.
TEST(Server, ATrustedProxyIsNobodysShare) {
  RunningServer strict;
  RunningServer trusting([](Settings& settings) { settings.trusted_proxies = {"127.0.0.0/8"}; });
  const std::string forwarded = get("/render/share", "X-Forwarded-For: 198.51.100.7\r\n");
  const auto asked = [](const RunningServer& server, const std::string& request) {
    return RawClient(server.port()).ask(request).body;
  };
  EXPECT_THAT(asked(strict, forwarded), testing::StartsWith("for 127.0.0.1"));
  EXPECT_THAT(asked(trusting, forwarded), testing::StartsWith("for 198.51.100.7"));
  EXPECT_EQ(asked(trusting, get("/render/share")), "for ");
}

/// Who may call a route without being let into the organization that its path names took that one's share.
TEST(Server, AShareIsOfAnOrganizationThatTheCallerWasLetInto) {
  RunningServer server;
  const auto asked = [&server](const std::string& path) {
    return RawClient(server.port()).ask(get(path, "Api-Key: good\r\n")).body;
  };
  EXPECT_EQ(asked("/share/acme"), "for acme");
  EXPECT_THAT(asked("/share/others"), testing::StartsWith("for 127.0.0.1"));
}

TEST(Server, WithRoutesAloneSaysWhichOnes) {
  const test::ScratchFolder folder;
  BlockingExecutor any("test", {.threads = 1, .waiting = 1});
  Settings settings;
  settings.listen = "127.0.0.1:0";
  const auto pong = [](message::Request&) -> Result<message::Response> {
    return message::empty_response(204);
  };
  Server server(settings, Spool::open(folder.path()).value(),
                {{message::Method::get, "/ping", message::Access::anyone, message::BodyKind::none, "", pong},
                 {message::Method::get, "/pong", message::Access::anyone, message::BodyKind::none, "", pong}},
                nullptr, nullptr, {any, any, any, any, any});
  ASSERT_TRUE(server.start());
  EXPECT_EQ(RawClient(server.port()).ask(get("/ping")).status, 204);
  const auto answer = RawClient(server.port()).ask(get("/render/acme/thumb/abcdef.jpg"));
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.body, HasSubstr("Here are /ping, /pong."));
}

TEST(Server, SaysWhyItCannotListen) {
  RunningServer first;
  const test::ScratchFolder folder;
  BlockingExecutor any("test", {.threads = 1, .waiting = 1});
  const auto start = [&](const std::string& listen, const std::string& proxy) {
    Settings settings;
    settings.listen = listen;
    if (!proxy.empty()) settings.trusted_proxies = {proxy};
    Server server(settings, Spool::open(folder.path()).value(), {}, nullptr, std::make_shared<FakeRenderer>(),
                  {any, any, any, any, any});
    const auto started = server.start();
    return started ? std::string() : started.error().message.text;
  };
  EXPECT_THAT(start("127.0.0.1:" + std::to_string(first.port()), ""),
              HasSubstr("Another program listens there"));
  EXPECT_THAT(start("8080", ""), HasSubstr("host:port"));
  EXPECT_THAT(start("127.0.0.1:99999", ""), HasSubstr("65535"));
  EXPECT_THAT(start("::1:8080", ""), HasSubstr("brackets"));
  EXPECT_THAT(start("127.0.0.1:0", "10.0.0.0/99"), HasSubstr("trusted_proxies"));
}

TEST(Server, ListensOnIpv6) {
  RunningServer server([](Settings& settings) { settings.listen = "[::]:0"; });
  EXPECT_EQ(RawClient(server.port()).ask(get("/client")).body, "127.0.0.1 localhost") << "IPv4 through IPv6";
}

}  // namespace
}  // namespace rucola::http
