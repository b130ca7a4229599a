#include "http/forwarded.h"

#include <gtest/gtest.h>

namespace rucola::http {
namespace {

struct Seen {
  std::string client;
  std::string host;
  bool secure;
  bool operator==(const Seen&) const = default;
};

void PrintTo(const Seen& seen, std::ostream* out) {
  *out << seen.client << " " << seen.host << (seen.secure ? " https" : " http");
}

Seen seen(const char* peer, message::Headers headers) {
  const Networks trusted = *Networks::parse({"10.0.0.0/8", "::1"});
  message::Request request;
  request.host = "acme.localhost";
  request.headers = std::move(headers);
  apply_forwarded(trusted, *NetworkAddress::parse(peer), request);
  return {request.client, request.host, request.secure};
}

TEST(Forwarded, CountsForNothingFromAStranger) {
  EXPECT_EQ(seen("192.0.2.9", {{"X-Forwarded-For", "198.51.100.1"},
                               {"X-Forwarded-Proto", "https"},
                               {"X-Forwarded-Host", "evil.example"},
                               {"Forwarded", "for=198.51.100.1;proto=https;host=evil.example"}}),
            (Seen{"192.0.2.9", "acme.localhost", false}));
}

TEST(Forwarded, TellsOfTheClientBehindAProxy) {
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "198.51.100.1"},
                              {"X-Forwarded-Proto", "https"},
                              {"X-Forwarded-Host", "Img.Example.org:443"}}),
            (Seen{"198.51.100.1", "img.example.org", true}));
  EXPECT_EQ(seen("::1", {{"Forwarded", "for=\"[2001:db8::7]:4711\";proto=https;host=\"img.example.org\""}}),
            (Seen{"2001:db8::7", "img.example.org", true}));
}

TEST(Forwarded, StopsAtTheFirstAddressThatIsNotTrusted) {
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "1.2.3.4, 198.51.100.1, 10.9.9.9"}}).client,
            "198.51.100.1");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "1.2.3.4"}, {"X-Forwarded-For", "198.51.100.1"}}).client,
            "198.51.100.1");
  EXPECT_EQ(seen("10.0.0.1",
                 {{"Forwarded", "for=1.2.3.4;host=evil.example, for=198.51.100.1;host=img.example.org"}}),
            (Seen{"198.51.100.1", "img.example.org", false}));
}

TEST(Forwarded, IgnoresWhatIsMalformed) {
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "unknown"}, {"X-Forwarded-Host", "a/b"}}),
            (Seen{"10.0.0.1", "acme.localhost", false}));
  EXPECT_EQ(seen("10.0.0.1", {{"Forwarded", "for=_hidden;by=\"\\"}}),
            (Seen{"10.0.0.1", "acme.localhost", false}));
  EXPECT_EQ(seen("10.0.0.1", {}), (Seen{"10.0.0.1", "acme.localhost", false}));
}

TEST(Forwarded, TakesAddressesWithPorts) {
  EXPECT_EQ(seen("10.0.0.1", {{"Forwarded", "for=\"198.51.100.1:80\""}}).client, "198.51.100.1");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "2001:db8::7"}}).client, "2001:db8::7");
}

TEST(Networks, ContainByPrefix) {
  const Networks networks = *Networks::parse({"10.0.0.0/8", "192.0.2.128/25", "2001:db8::/33", "::1"});
  for (const char* inside : {"10.255.0.1", "192.0.2.129", "2001:db8:7fff::1", "::1", "::ffff:10.0.0.1"}) {
    EXPECT_TRUE(networks.contain(*NetworkAddress::parse(inside))) << inside;
  }
  for (const char* outside : {"11.0.0.1", "192.0.2.127", "2001:db8:8000::1", "::2", "127.0.0.1"}) {
    EXPECT_FALSE(networks.contain(*NetworkAddress::parse(outside))) << outside;
  }
}

TEST(Networks, SayWhichEntryIsWrong) {
  for (const char* bad :
       {"", "10.0.0.0/33", "::1/129", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/-1", "localhost"}) {
    const auto parsed = Networks::parse({bad});
    ASSERT_FALSE(parsed) << bad;
    EXPECT_NE(parsed.error().message.text.find("\"" + std::string(bad) + "\""), std::string::npos);
  }
}

TEST(NetworkAddress, AClientOwnsItsSlash64) {
  EXPECT_EQ(NetworkAddress::parse("2001:db8::1:2:3:4")->client_network(),
            NetworkAddress::parse("2001:db8::9:9:9:9")->client_network());
  EXPECT_NE(NetworkAddress::parse("192.0.2.1")->client_network(),
            NetworkAddress::parse("192.0.2.2")->client_network());
}

}  // namespace
}  // namespace rucola::http
