#include "security/remote_fetch.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hashing.h"
#include "cdn/local_http_server.h"
#include "scratch_folder.h"
#include "sha1_hex.h"

namespace rucola::security {
namespace {

using testing::DeadPort;
using ::testing::HasSubstr;
using testing::LocalHttpServer;
using ::testing::Not;
using testing::ReceivedRequest;
using Peer = LocalHttpServer::Peer;

/// Everything loopback is allowed, so that a local server can play the internet.
RemoteFetchSettings allowing(std::vector<std::string> networks) {
  RemoteFetchSettings settings;
  settings.allow_networks = std::move(networks);
  return settings;
}

class RemoteFetch : public ::testing::Test {
 protected:
  void TearDown() override {
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path())) << "a fetch left something in the spool";
  }

  Result<FetchedFile> fetch(const std::string& url,
                            const RemoteFetchSettings& settings = allowing({"127.0.0.0/8", "::1"})) {
    return RemoteFetcher::make(settings).value().fetch(url, spool_);
  }

  ErrorCode error_of(const std::string& url,
                     const RemoteFetchSettings& settings = allowing({"127.0.0.0/8", "::1"})) {
    const auto fetched = fetch(url, settings);
    EXPECT_FALSE(fetched) << url;
    last_message_ = fetched ? "" : fetched.error().message.text;
    return fetched ? ErrorCode::internal : fetched.error().code;
  }

  static std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  test::ScratchFolder folder_;
  Spool spool_ = Spool::open(folder_.path()).value();
  std::string last_message_;
};

void answer_with_picture(const ReceivedRequest&, Peer& peer) {
  peer.reply(200, "a picture");
}

TEST_F(RemoteFetch, StreamsTheBodyToTheSpoolWithItsDigests) {
  LocalHttpServer server(answer_with_picture);
  const auto fetched = fetch(server.url("/pictures/logo%20v2.png?size=1"));
  ASSERT_TRUE(fetched) << fetched.error().message.text;
  EXPECT_EQ(content(fetched->file.path()), "a picture");
  EXPECT_EQ(fetched->file.bytes(), 9);
  EXPECT_EQ(fetched->file.sha1(), test::sha1_hex("a picture"));
  EXPECT_EQ(fetched->file.sha256(), sha256_hex("a picture"));
  EXPECT_EQ(fetched->filename, "logo v2.png");
  EXPECT_EQ(server.requests().at(0).target, "/pictures/logo%20v2.png?size=1");
}

/// Queued fetches from servers that say nothing kept the server from ending for two minutes.
TEST_F(RemoteFetch, CanBeBrokenOff) {
  std::promise<void> asked;
  LocalHttpServer server([&](const ReceivedRequest&, Peer& peer) {
    asked.set_value();
    peer.hang();
  });
  RemoteFetchSettings settings = allowing({"127.0.0.0/8"});
  settings.timeout = std::chrono::hours{1};
  const auto fetcher = RemoteFetcher::make(settings).value();
  auto under_way = std::async(std::launch::async, [&] { return fetcher.fetch(server.url(), spool_); });
  asked.get_future().wait();
  fetcher.cancel();
  const auto fetched = under_way.get();
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code, ErrorCode::overloaded);
  const auto later = fetcher.fetch(server.url(), spool_);
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code, ErrorCode::overloaded);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(RemoteFetch, RefusesLocalAddressesInEverySpelling) {
  LocalHttpServer server(answer_with_picture);
  const std::string port = std::to_string(server.port());
  for (const char* host :
       {"127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "[::1]",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "127.255.0.9"}) {
    EXPECT_EQ(error_of("http://" + std::string(host) + ":" + port + "/", {}), ErrorCode::unprocessable)
        << host;
    EXPECT_THAT(last_message_, HasSubstr("remote_fetch.allow_networks")) << host;
  }
  EXPECT_EQ(server.connections(), 0U);
}

TEST_F(RemoteFetch, RefusesPrivateAddressesWithoutConnecting) {
  for (const char* url :
       {"http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://192.168.1.1/",
        "http://[fd00::1]/", "http://[64:ff9b::10.0.0.1]/", "http://[2002:a00:1::]/"}) {
    EXPECT_EQ(error_of(url, {}), ErrorCode::unprocessable) << url;
    EXPECT_THAT(last_message_, HasSubstr("allow_networks")) << url;
  }
}

TEST_F(RemoteFetch, DoesNotSayWhichAddressANameLedTo) {
  error_of("http://localhost:1/", {});
  EXPECT_THAT(last_message_, Not(HasSubstr("127.0.0.1")));
  EXPECT_THAT(last_message_, Not(HasSubstr("::1")));
}

/// 400 for the one and 422 for the other told which names our network has.
TEST_F(RemoteFetch, RefusedAddressesAndUnknownNamesAreOneAnswer) {
  const DeadPort dead;
  LocalHttpServer alive(answer_with_picture, "127.0.0.2");
  const std::string port = std::to_string(alive.port());
  const auto only_this_host = allowing({"127.0.0.1"});
  for (const std::string& url :
       {std::string("http://no-such-host.invalid/"), "http://127.0.0.2:" + port + "/", dead.url(),
        std::string("http://10.0.0.1/"), std::string("https://[::1]/"),
        std::string("http://169.254.169.254/")}) {
    LocalHttpServer redirects(
        [&](const ReceivedRequest&, Peer& peer) { peer.reply(302, "", {"Location: " + url}); });
    for (const std::string& asked : {url, redirects.url()}) {
      const auto began = std::chrono::steady_clock::now();
      const auto fetched = fetch(asked, only_this_host);
      const auto took = std::chrono::steady_clock::now() - began;
      ASSERT_FALSE(fetched) << url;
      EXPECT_EQ(fetched.error().code, ErrorCode::unprocessable) << url;
      EXPECT_THAT(fetched.error().message.text,
                  ::testing::StartsWith("The URL could not be fetched: its server, or"))
          << url;
      EXPECT_FALSE(fetched.error().detail.text.empty()) << url;
      EXPECT_GE(took, std::chrono::milliseconds{250}) << url;
    }
  }
  EXPECT_EQ(alive.connections(), 0U);
}

TEST_F(RemoteFetch, OnlyTheLogSaysWhatWasWrong) {
  const auto detail_of = [&](const std::string& url) { return fetch(url, {}).error().detail.text; };
  EXPECT_THAT(detail_of("http://10.0.0.1/"), HasSubstr("10.0.0.1 is private"));
  EXPECT_THAT(detail_of("http://no-such-host.invalid/"), HasSubstr("no-such-host.invalid"));
}

/// By a redirect the caller could look for open ports in networks that are allowed for others.
TEST_F(RemoteFetch, WhatIsOffTheListIsNotConnectedToAndAlwaysRefusedInTheSameWay) {
  LocalHttpServer alive(answer_with_picture, "127.0.0.2");
  for (const std::string& target :
       {alive.url(), std::string("http://no-such-host.invalid/"), std::string("http://127.0.0.2:1/")}) {
    LocalHttpServer redirects(
        [&](const ReceivedRequest&, Peer& peer) { peer.reply(302, "", {"Location: " + target}); });
    const auto fetched =
        RemoteFetcher::make(allowing({"127.0.0.0/8"}))
            .value()
            .fetch(redirects.url(), spool_, [](std::string_view host) { return host == "127.0.0.1"; });
    ASSERT_FALSE(fetched) << target;
    EXPECT_EQ(fetched.error().code, ErrorCode::bad_request) << target;
    EXPECT_THAT(fetched.error().message.text, HasSubstr("may not be fetched from here")) << target;
  }
  EXPECT_EQ(alive.connections(), 0U);
}

TEST_F(RemoteFetch, AnAllowedNetworkIsFetchedFrom) {
  LocalHttpServer server(answer_with_picture);
  EXPECT_TRUE(fetch(server.url("/a.png"), allowing({"127.0.0.1/32"})));
  EXPECT_TRUE(fetch("http://localhost:" + std::to_string(server.port()) + "/a.png", allowing({"127.0.0.1"})));
}

TEST_F(RemoteFetch, FollowsRedirects) {
  LocalHttpServer server([](const ReceivedRequest& request, Peer& peer) {
    if (request.target == "/start")
      return peer.reply(302, "moved", {"Location: /end.png", "Set-Cookie: a=b"});
    peer.reply(200, "a picture");
  });
  const auto fetched = fetch(server.url("/start"));
  ASSERT_TRUE(fetched) << fetched.error().message.text;
  EXPECT_EQ(content(fetched->file.path()), "a picture");
  EXPECT_EQ(fetched->filename, "start");
  EXPECT_FALSE(server.requests().at(1).headers.contains("cookie"));
}

TEST_F(RemoteFetch, TakesTheNameOfTheTargetWhereTheUrlHasNone) {
  LocalHttpServer server([](const ReceivedRequest& request, Peer& peer) {
    if (request.target == "/") return peer.reply(302, "", {"Location: /end.png"});
    peer.reply(200, "a picture");
  });
  EXPECT_EQ(fetch(server.url("/")).value().filename, "end.png");
}

TEST_F(RemoteFetch, RefusesARedirectIntoANetworkThatIsNotAllowed) {
  LocalHttpServer inner(answer_with_picture, "127.0.0.2");
  LocalHttpServer outer([&](const ReceivedRequest&, Peer& peer) {
    peer.reply(302, "", {"Location: " + inner.url("/secret")});
  });
  EXPECT_EQ(error_of(outer.url(), allowing({"127.0.0.1"})), ErrorCode::unprocessable);
  EXPECT_THAT(last_message_, HasSubstr("redirects to"));
  EXPECT_THAT(last_message_, Not(HasSubstr("127.0.0.2")));
  EXPECT_EQ(outer.requests().size(), 1U);
  EXPECT_EQ(inner.connections(), 0U);
}

TEST_F(RemoteFetch, RefusesARedirectToAnotherProtocol) {
  for (const char* target :
       {"file:///etc/passwd", "gopher://127.0.0.1:1/_x", "ftp://127.0.0.1/a", "dict://127.0.0.1/"}) {
    LocalHttpServer server([&](const ReceivedRequest&, Peer& peer) {
      peer.reply(302, "", {"Location: " + std::string(target)});
    });
    EXPECT_EQ(error_of(server.url()), ErrorCode::bad_request) << target;
    EXPECT_THAT(last_message_, HasSubstr("other than http or https"));
  }
}

TEST_F(RemoteFetch, RefusesARedirectThatBringsAUserName) {
  LocalHttpServer server([&](const ReceivedRequest& request, Peer& peer) {
    if (request.target == "/end") return peer.reply(200, "a picture");
    peer.reply(302, "", {"Location: http://user:pass@" + request.headers.at("host") + "/end"});
  });
  error_of(server.url());
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(RemoteFetch, GivesUpOnTooManyRedirects) {
  LocalHttpServer server(
      [](const ReceivedRequest&, Peer& peer) { peer.reply(302, "", {"Location: /again"}); });
  EXPECT_EQ(error_of(server.url()), ErrorCode::unprocessable);
  EXPECT_THAT(last_message_, HasSubstr("more than 5 times"));
  EXPECT_EQ(server.requests().size(), 6U);
}

TEST_F(RemoteFetch, NoRedirectsMeansNone) {
  LocalHttpServer server(
      [](const ReceivedRequest&, Peer& peer) { peer.reply(302, "", {"Location: /again"}); });
  auto settings = allowing({"127.0.0.0/8"});
  settings.max_redirects = 0;
  EXPECT_EQ(error_of(server.url(), settings), ErrorCode::unprocessable);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(RemoteFetch, RefusesEveryStatusButOk) {
  for (const int status : {201, 204, 206, 301, 304, 400, 401, 403, 404, 410, 429, 500, 503}) {
    LocalHttpServer server(
        [&](const ReceivedRequest&, Peer& peer) { peer.reply(status, status == 204 ? "" : "x"); });
    EXPECT_EQ(error_of(server.url()), ErrorCode::unprocessable) << status;
    EXPECT_THAT(last_message_, HasSubstr("status " + std::to_string(status)));
  }
}

TEST_F(RemoteFetch, RefusesAFileThatSaysItIsTooLarge) {
  LocalHttpServer server([](const ReceivedRequest&, Peer& peer) { peer.reply(200, std::string(101, 'x')); });
  auto settings = allowing({"127.0.0.0/8"});
  settings.max_bytes = 100;
  EXPECT_EQ(error_of(server.url(), settings), ErrorCode::payload_too_large);
  EXPECT_THAT(last_message_, HasSubstr("100 bytes"));
  settings.max_bytes = 101;
  EXPECT_TRUE(fetch(server.url(), settings));
}

TEST_F(RemoteFetch, StopsAnEndlessFileAtTheLimit) {
  LocalHttpServer server([](const ReceivedRequest&, Peer& peer) {
    peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (peer.write("400\r\n" + std::string(1024, 'x') + "\r\n")) {
    }
    peer.break_off();
  });
  auto settings = allowing({"127.0.0.0/8"});
  settings.max_bytes = 1 << 20;
  EXPECT_EQ(error_of(server.url(), settings), ErrorCode::payload_too_large);
}

TEST_F(RemoteFetch, StopsASlowFileAtTheTimeLimit) {
  LocalHttpServer server([](const ReceivedRequest&, Peer& peer) {
    peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (!peer.server_stops() && peer.write("1\r\nx\r\n"))
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    peer.break_off();
  });
  auto settings = allowing({"127.0.0.0/8"});
  settings.timeout = std::chrono::seconds{1};
  EXPECT_EQ(error_of(server.url(), settings), ErrorCode::unprocessable);
  EXPECT_THAT(last_message_, HasSubstr("within 1 seconds"));
}

TEST_F(RemoteFetch, TheTimeLimitCoversAllRedirectsTogether) {
  LocalHttpServer server([](const ReceivedRequest&, Peer& peer) {
    std::this_thread::sleep_for(std::chrono::milliseconds{400});
    peer.reply(302, "", {"Location: /again"});
  });
  auto settings = allowing({"127.0.0.0/8"});
  settings.timeout = std::chrono::seconds{1};
  settings.max_redirects = 20;
  EXPECT_EQ(error_of(server.url(), settings), ErrorCode::unprocessable);
  EXPECT_THAT(last_message_, HasSubstr("too slow"));
}

TEST_F(RemoteFetch, AServerThatSaysNothingIsTooSlow) {
  LocalHttpServer server([](const ReceivedRequest&, Peer& peer) { peer.hang(); });
  auto settings = allowing({"127.0.0.0/8"});
  settings.timeout = std::chrono::seconds{1};
  EXPECT_EQ(error_of(server.url(), settings), ErrorCode::unprocessable);
}

TEST_F(RemoteFetch, RefusesAFileThatBreaksOff) {
  LocalHttpServer server([](const ReceivedRequest&, Peer& peer) {
    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
    peer.break_off();
  });
  EXPECT_EQ(error_of(server.url()), ErrorCode::unprocessable);
}

TEST_F(RemoteFetch, AnUnreachableServerIsUnprocessable) {
  const DeadPort dead;
  EXPECT_EQ(error_of(dead.url()), ErrorCode::unprocessable);
  EXPECT_EQ(error_of("http://no-such-host.invalid/"), ErrorCode::unprocessable);
}

TEST_F(RemoteFetch, AnswersThatAreNotHttpAreUnprocessable) {
  LocalHttpServer server([](const ReceivedRequest&, Peer& peer) {
    peer.write("220 mail.example.com ESMTP\r\n");
    peer.break_off();
  });
  EXPECT_EQ(error_of(server.url()), ErrorCode::unprocessable);
}

TEST_F(RemoteFetch, ProxyVariablesAreIgnored) {
  LocalHttpServer proxy(answer_with_picture);
  LocalHttpServer server(answer_with_picture);
  for (const char* variable : {"http_proxy", "all_proxy", "ALL_PROXY"})
    ::setenv(variable, proxy.url().c_str(), 1);
  const bool fetched = fetch(server.url()).has_value();
  for (const char* variable : {"http_proxy", "all_proxy", "ALL_PROXY"})
    ::unsetenv(variable);
  EXPECT_TRUE(fetched);
  EXPECT_EQ(proxy.connections(), 0U);
}

TEST_F(RemoteFetch, BadUrlsAreRefusedBeforeAnythingHappens) {
  for (const char* url :
       {"", "logo.png", "file:///etc/passwd", "gopher://127.0.0.1/", "http://user:pass@127.0.0.1/"}) {
    EXPECT_EQ(error_of(url), ErrorCode::bad_request) << url;
  }
}

TEST_F(RemoteFetch, ASpoolThatIsMissingIsOurFault) {
  LocalHttpServer server(answer_with_picture);
  const auto fetcher = RemoteFetcher::make(allowing({"127.0.0.0/8"})).value();
  const Spool gone = Spool::open(folder_.path() / "gone").value();
  std::filesystem::remove(folder_.path() / "gone");
  EXPECT_EQ(fetcher.fetch(server.url(), gone).error().code, ErrorCode::internal);
}

TEST(RemoteFetchSettings, AreDescribedAndChecked) {
  RemoteFetchSettings settings;
  config::Table table;
  describe(table, settings);
  ASSERT_TRUE(
      table.load_toml("[remote_fetch]\nmax_bytes = \"1MiB\"\ntimeout_seconds = 5\nmax_redirects = 0\n"
                      "allow_networks = [\"10.0.0.0/8\", \"fd00::/8\"]\n",
                      "test.toml"));
  EXPECT_EQ(settings.max_bytes, 1 << 20);
  EXPECT_EQ(settings.timeout, std::chrono::seconds{5});
  EXPECT_EQ(settings.max_redirects, 0);
  EXPECT_THAT(settings.allow_networks, ::testing::ElementsAre("10.0.0.0/8", "fd00::/8"));
  EXPECT_FALSE(table.load_toml("[remote_fetch]\ntimeout_seconds = 0\n", "test.toml"));
}

TEST(RemoteFetchSettings, ABadNetworkStopsTheStartUp) {
  const auto fetcher = RemoteFetcher::make(allowing({"not a network"}));
  ASSERT_FALSE(fetcher);
  EXPECT_THAT(fetcher.error().message.text, HasSubstr("remote_fetch.allow_networks"));
}

}  // namespace
}  // namespace rucola::security
