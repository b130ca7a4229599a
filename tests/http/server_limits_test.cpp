// Time limits, connection limits, and the drain.
#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/raw_client.h"
#include "http/running_server.h"

namespace rucola::http {
namespace {

const std::string hello = "GET /hello/you HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string waits = "GET /waits HTTP/1.1\r\nHost: a\r\n\r\n";

/// Each loop closes its listener when it comes to it.
bool refuses_clients(std::uint16_t port) {
  try {
    const RawClient client(port);
    return false;
  } catch (const std::runtime_error&) {
    return true;
  }
}

TEST(ServerLimits, LimitsTheHead) {
  RunningServer server;
  const std::string just_fits_start = "GET /hello/you HTTP/1.1\r\nHost: a\r\nX: ";
  const std::size_t room = 8192 - just_fits_start.size() - 4;
  RawClient fits(server.port());
  EXPECT_EQ(fits.ask(just_fits_start + std::string(room, 'x') + "\r\n\r\n").status, 200);
  EXPECT_EQ(fits.ask(just_fits_start + std::string(room + 1, 'x') + "\r\n\r\n").status, 431);
  EXPECT_TRUE(fits.ends());
  RawClient endless(server.port());
  EXPECT_EQ(endless.ask("GET /" + std::string(100'000, 'a')).status, 431);
}

TEST(ServerLimits, ASlowHeadIs408) {
  RunningServer server([](Settings& settings) { settings.header_timeout = std::chrono::seconds(1); });
  RawClient client(server.port());
  const RawAnswer answer = client.ask("GET /hello/you HTTP/1.1\r\nHost:");
  EXPECT_EQ(answer.status, 408);
  EXPECT_TRUE(client.ends());
}

TEST(ServerLimits, ASlowBodyIs408) {
  RunningServer server([](Settings& settings) { settings.body_timeout = std::chrono::seconds(1); });
  RawClient client(server.port());
  EXPECT_EQ(client.ask("PUT /json HTTP/1.1\r\nHost: a\r\nApi-Key: good\r\nContent-Length: 9\r\n\r\n{").status,
            408);
  EXPECT_TRUE(client.ends());
  EXPECT_EQ(server.handled(), 0);
}

TEST(ServerLimits, ABodyThatNeverEndsIs408ThoughBytesKeepComing) {
  const auto refused = [](const std::string& head, const auto& adjust) {
    RunningServer server(adjust);
    RawClient client(server.port());
    client.send(head);
    while (!client.has_answer(5))
      client.send(std::string(2048, 'x'));
    EXPECT_EQ(server.handled(), 0);
    return client.read_answer();
  };
  const RawAnswer upload = refused(
      "POST /upload HTTP/1.1\r\nHost: a\r\nApi-Key: good\r\nContent-Type: multipart/form-data; boundary=B\r\n"
      "Content-Length: 1000000000\r\n\r\n--B\r\nContent-Disposition: form-data; name=\"filedata\"; "
      "filename=\"a.jpg\"\r\n\r\n",
      [](Settings& settings) { settings.upload_timeout = std::chrono::seconds(1); });
  EXPECT_EQ(upload.status, 408);
  EXPECT_THAT(upload.body, testing::HasSubstr("whole within 1 seconds"));
  const RawAnswer json =
      refused("PUT /json HTTP/1.1\r\nHost: a\r\nApi-Key: good\r\nContent-Length: 900000000\r\n\r\n",
              [](Settings& settings) {
                settings.json_limit = std::int64_t{1} << 30;
                settings.json_memory = std::int64_t{1} << 30;
                settings.json_timeout = std::chrono::seconds(1);
              });
  EXPECT_EQ(json.status, 408);
}

TEST(ServerLimits, AnIdleConnectionIsClosedSilently) {
  RunningServer server([](Settings& settings) { settings.idle_timeout = std::chrono::seconds(1); });
  RawClient fresh(server.port());
  RawClient used(server.port());
  EXPECT_EQ(used.ask(hello).status, 200);
  EXPECT_TRUE(fresh.ends());
  EXPECT_TRUE(used.ends());
}

/// One every second kept a connection open for ever. What it is held against is a connection that begins
/// later and says nothing: both end after the same time, so that the earlier one is the first to go.
TEST(ServerLimits, AnEmptyLineIsNoRequestThatBegins) {
  RunningServer server([](Settings& settings) { settings.idle_timeout = std::chrono::seconds(3); });
  constexpr std::chrono::seconds apart{1};
  RawClient line(server.port());
  RawClient half_a_line(server.port());
  std::this_thread::sleep_for(apart);
  RawClient silent(server.port());
  std::this_thread::sleep_for(apart);
  line.send("\r\n");
  half_a_line.send("\r");
  auto silent_end = std::async(std::launch::async, [&] {
    EXPECT_TRUE(silent.ends());
    return std::chrono::steady_clock::now();
  });
  EXPECT_TRUE(line.ends());
  EXPECT_TRUE(half_a_line.ends());
  const auto end = std::chrono::steady_clock::now();
  EXPECT_LT(end, silent_end.get());
}

TEST(ServerLimits, AHandlerMayTakeLongerThanAnyOfThese) {
  RunningServer server([](Settings& settings) {
    settings.idle_timeout = std::chrono::seconds(1);
    settings.header_timeout = std::chrono::seconds(1);
  });
  RawClient waiting(server.port());
  waiting.send(waits);
  RawClient idle(server.port());
  EXPECT_TRUE(idle.ends()) << "the idle timeout has passed";
  server.gate().open();
  EXPECT_EQ(waiting.read_answer().body, "waited");
}

TEST(ServerLimits, AReaderThatTakesNothingIsDisconnected) {
  RunningServer server([](Settings& settings) { settings.write_timeout = std::chrono::seconds(1); });
  RawClient client(server.port());
  // Far more than the sockets' buffers hold, and nothing of it is read until the server has given up.
  std::string requests;
  for (int i = 0; i < 40; ++i)
    requests += "GET /file HTTP/1.1\r\nHost: a\r\n\r\n";
  client.send(requests);
  const int first_seen = server.handled();
  EXPECT_TRUE(eventually([&, last = first_seen, since = std::chrono::steady_clock::now()]() mutable {
    if (server.handled() != last) {
      last = server.handled();
      since = std::chrono::steady_clock::now();
    }
    return std::chrono::steady_clock::now() - since > std::chrono::seconds(3);
  })) << "the answers stop";
  EXPECT_LT(server.handled(), 40);
  int whole = 0;
  while (client.read_answer().status == 200)
    ++whole;
  EXPECT_LT(whole, 40);
}

TEST(ServerLimits, ConnectionsInAll) {
  RunningServer server([](Settings& settings) { settings.connections = 2; });
  RawClient first(server.port());
  auto second = std::make_unique<RawClient>(server.port());
  EXPECT_EQ(first.ask(hello).status, 200);
  EXPECT_EQ(second->ask(hello).status, 200);
  RawClient third(server.port());
  const RawAnswer answer = third.ask(hello);
  EXPECT_EQ(answer.status, 503);
  EXPECT_NE(answer.field("Retry-After"), "");
  EXPECT_TRUE(third.ends());
  second.reset();
  EXPECT_TRUE(eventually([&] { return RawClient(server.port()).ask(hello).status == 200; }))
      << "the place is free again";
}

TEST(ServerLimits, ConnectionsPerAddress) {
  const auto limit = [](Settings& settings) { settings.connections_per_address = 1; };
  RunningServer server(limit);
  RawClient first(server.port());
  EXPECT_EQ(first.ask(hello).status, 200);
  EXPECT_EQ(RawClient(server.port()).ask(hello).status, 429);
  RunningServer behind_proxy([&](Settings& settings) {
    limit(settings);
    settings.trusted_proxies = {"127.0.0.1"};
  });
  RawClient one(behind_proxy.port());
  EXPECT_EQ(one.ask(hello).status, 200);
  EXPECT_EQ(RawClient(behind_proxy.port()).ask(hello).status, 200) << "a proxy is many clients";
}

TEST(ServerLimits, RequestsPerConnection) {
  RunningServer server([](Settings& settings) { settings.requests_per_connection = 2; });
  RawClient client(server.port());
  EXPECT_EQ(client.ask(hello).field("Connection"), "");
  EXPECT_EQ(client.ask(hello).field("Connection"), "close");
  EXPECT_TRUE(client.ends());
}

TEST(ServerLimits, TheLastAnswerIsReadThoughMoreWasSent) {
  RunningServer server([](Settings& settings) { settings.requests_per_connection = 1; });
  RawClient client(server.port());
  client.send("GET /render/hit/a HTTP/1.1\r\nHost: a\r\n\r\n");
  for (int i = 0; i < 1000; ++i)
    client.send(hello);  // unread when the server closes
  EXPECT_EQ(client.read_answer().body, FakeRenderer::hit_body());
  EXPECT_TRUE(client.ends());
}

TEST(ServerLimits, AFullExecutorIs503) {
  RunningServer server;
  std::vector<std::unique_ptr<RawClient>> clients;
  // 4 threads and 64 places in the queue.
  for (int i = 0; i < 4 + 64 + 8; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    clients.back()->send(waits);
    if (i == 3) server.gate().wait_for_visitors(4);
  }
  const auto answered = [](const auto& client) { return client->has_answer(); };
  EXPECT_TRUE(eventually([&] { return std::ranges::count_if(clients, answered) == 8; }));
  server.gate().open();
  int busy = 0;
  int served = 0;
  for (const auto& client : clients) {
    const RawAnswer answer = client->read_answer();
    busy += answer.status == 503 && answer.field("Retry-After") == "1" ? 1 : 0;
    served += answer.status == 200 ? 1 : 0;
  }
  EXPECT_EQ(busy, 8);
  EXPECT_EQ(served, 68);
}

TEST(ServerDrain, FinishesWhatIsInFlightAndClosesTheRest) {
  RunningServer server;
  RawClient idle(server.port());
  RawClient used(server.port());
  EXPECT_EQ(used.ask(hello).status, 200);
  RawClient busy(server.port());
  busy.send(waits);
  server.gate().wait_for_visitors();
  auto drained = std::async(std::launch::async, [&] { server.server().drain_and_stop(); });
  EXPECT_TRUE(idle.ends());
  EXPECT_TRUE(used.ends());
  EXPECT_TRUE(eventually([&] { return refuses_clients(server.port()); }));
  server.gate().open();
  const RawAnswer answer = busy.read_answer();
  EXPECT_EQ(answer.body, "waited");
  EXPECT_EQ(answer.field("Connection"), "close");
  EXPECT_TRUE(busy.ends());
  drained.get();
}

TEST(ServerDrain, EndsInTimeThoughAHandlerDoesNot) {
  RunningServer server([](Settings& settings) { settings.drain = std::chrono::seconds(1); });
  RawClient stuck(server.port());
  stuck.send(waits);
  server.gate().wait_for_visitors();
  server.server().drain_and_stop();
  server.gate().open();  // its late answer finds the loop alive, and nobody to send it to
  EXPECT_EQ(stuck.read_answer().status, 0);
}

TEST(ServerDrain, MayComeTwiceAndWithoutClients) {
  RunningServer server;
  server.server().drain_and_stop();
  server.server().drain_and_stop();
}

TEST(ServerDrain, AnUploadUnderWayIsFinished) {
  RunningServer server;
  RawClient client(server.port());
  client.send(
      "PUT /json HTTP/1.1\r\nHost: a\r\nApi-Key: good\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  ASSERT_EQ(client.read_answer().status, 100);
  auto drained = std::async(std::launch::async, [&] { server.server().drain_and_stop(); });
  EXPECT_TRUE(eventually([&] { return refuses_clients(server.port()); }));
  EXPECT_EQ(client.ask("{}").body, "{}");
  drained.get();
}

}  // namespace
}  // namespace rucola::http
