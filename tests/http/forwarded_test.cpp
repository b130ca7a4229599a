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

Seen seen(const char* peer, message::Headers headers, std::string_view host_header = {}) {
  const IpNetworks trusted = *IpNetworks::parse({"10.0.0.0/8", "::1"});
  message::Request request;
  request.host = "acme.localhost";
  request.headers = std::move(headers);
  apply_forwarded(trusted, host_header, *IpAddress::parse(peer), request);
  return {request.client, request.host, request.secure};
}

TEST(Forwarded, CountsForNothingFromAStranger) {
  EXPECT_EQ(seen("192.0.2.9",
                 {{"X-Forwarded-For", "198.51.100.1"},
                  {"X-Forwarded-Proto", "https"},
                  {"X-Forwarded-Host", "evil.example"},
                  {"Forwarded", "for=198.51.100.1;proto=https;host=evil.example"}},
                 "X-Forwarded-Host"),
            (Seen{"192.0.2.9", "acme.localhost", false}));
}

TEST(Forwarded, TellsOfTheClientBehindAProxy) {
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "198.51.100.1"}, {"X-Forwarded-Proto", "https"}}),
            (Seen{"198.51.100.1", "acme.localhost", true}));
  EXPECT_EQ(seen("::1", {{"Forwarded", "for=\"[2001:db8::7]:4711\";proto=https"}}),
            (Seen{"2001:db8::7", "acme.localhost", true}));
}

TEST(Forwarded, ChoosesNoHostThatTheClientMayHaveWritten) {
  EXPECT_EQ(
      seen("10.0.0.1", {{"X-Forwarded-For", "198.51.100.1"}, {"X-Forwarded-Host", "evil.example"}}).host,
      "acme.localhost");
  EXPECT_EQ(seen("10.0.0.1", {{"Forwarded", "for=198.51.100.1;host=evil.example"}}).host, "acme.localhost");
  EXPECT_EQ(seen("10.0.0.1",
                 {{"X-Forwarded-Host", "evil.example"},
                  {"Forwarded", "for=198.51.100.1;host=evil.example"},
                  {"X-Asked", "img.example.org"}},
                 "X-Asked"),
            (Seen{"198.51.100.1", "img.example.org", false}));
}

TEST(Forwarded, TakesTheHostFromTheHeaderThatTheProxyOverwrites) {
  const auto host = [](const char* value) {
    return seen("10.0.0.1", {{"X-Forwarded-Host", value}}, "x-forwarded-host").host;
  };
  EXPECT_EQ(host("Img.Example.org:443"), "img.example.org");
  EXPECT_EQ(host("evil.example, img.example.org"), "img.example.org") << "the last is the nearest proxy's";
  EXPECT_EQ(host("a/b"), "acme.localhost");
  EXPECT_EQ(host(""), "acme.localhost");
}

TEST(Forwarded, IsNotBelievedBesideTheProxysOwnHeader) {
  EXPECT_EQ(seen("10.0.0.1", {{"Forwarded", "for=1.2.3.4;proto=https"}, {"X-Forwarded-For", "198.51.100.1"}}),
            (Seen{"198.51.100.1", "acme.localhost", false}));
  EXPECT_EQ(seen("10.0.0.1", {{"Forwarded", "for=1.2.3.4"}, {"X-Forwarded-For", "unknown"}}).client,
            "10.0.0.1");
}

/// The proxy that says no more than how the client came was not heard, and the client's Forwarded was.
TEST(Forwarded, HearsAProxyThatSaysTheProtocolOnly) {
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-Proto", "https"}}), (Seen{"10.0.0.1", "acme.localhost", true}));
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-Proto", "http"}, {"Forwarded", "for=1.2.3.4;proto=https"}}),
            (Seen{"10.0.0.1", "acme.localhost", false}));
}

TEST(Forwarded, StopsAtTheFirstAddressThatIsNotTrusted) {
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "1.2.3.4, 198.51.100.1, 10.9.9.9"}}).client,
            "198.51.100.1");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "1.2.3.4"}, {"X-Forwarded-For", "198.51.100.1"}}).client,
            "198.51.100.1");
  EXPECT_EQ(seen("10.0.0.1", {{"Forwarded", "for=1.2.3.4;proto=http, for=198.51.100.1;proto=https"}}),
            (Seen{"198.51.100.1", "acme.localhost", true}));
}

TEST(Forwarded, IgnoresWhatIsMalformed) {
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "unknown"}}), (Seen{"10.0.0.1", "acme.localhost", false}));
  EXPECT_EQ(seen("10.0.0.1", {{"Forwarded", "for=_hidden;by=\"\\"}}),
            (Seen{"10.0.0.1", "acme.localhost", false}));
  EXPECT_EQ(seen("10.0.0.1", {}), (Seen{"10.0.0.1", "acme.localhost", false}));
}

TEST(Forwarded, TakesAddressesWithPorts) {
  EXPECT_EQ(seen("10.0.0.1", {{"Forwarded", "for=\"198.51.100.1:80\""}}).client, "198.51.100.1");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "2001:db8::7"}}).client, "2001:db8::7");
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "192.0.2.1, ::ffff:10.0.0.2"}}).client, "192.0.2.1")
      << "a trusted proxy, also where it is written as one of version 6";
}

std::optional<std::string> prefix(const char* peer, message::Headers headers,
                                  std::string_view header = "X-Forwarded-Prefix") {
  const IpNetworks trusted = *IpNetworks::parse({"10.0.0.0/8"});
  return forwarded_path_prefix(trusted, header, *IpAddress::parse(peer), headers);
}

TEST(Forwarded, TakesThePathPrefixFromTheHeaderThatTheProxyOverwrites) {
  EXPECT_EQ(prefix("10.0.0.1", {{"x-forwarded-prefix", "/img/"}}), "/img");
  EXPECT_EQ(prefix("10.0.0.1", {{"X-Forwarded-Prefix", "/evil"}, {"X-Forwarded-Prefix", "/img"}}), "/img");
  EXPECT_EQ(prefix("10.0.0.1", {{"X-Forwarded-Prefix", "/evil, /img"}}), "/img");
  EXPECT_EQ(prefix("10.0.0.1", {}), std::nullopt);
}

TEST(Forwarded, TakesNoPathPrefixThatTheClientMayHaveWritten) {
  EXPECT_EQ(prefix("192.0.2.9", {{"X-Forwarded-Prefix", "/img"}}), std::nullopt);
  EXPECT_EQ(prefix("10.0.0.1", {{"X-Forwarded-Prefix", "/img"}}, ""), std::nullopt);
  EXPECT_EQ(prefix("10.0.0.1", {{"X-Forwarded-Prefix", "/evil"}, {"X-Script-Name", "/img"}}, "X-Script-Name"),
            "/img");
}

TEST(Forwarded, IgnoresAPathPrefixThatLeadsElsewhere) {
  EXPECT_EQ(prefix("10.0.0.1", {{"X-Forwarded-Prefix", "//evil.example"}}), std::nullopt);
  EXPECT_EQ(prefix("10.0.0.1", {{"X-Forwarded-Prefix", "https://evil.example"}}), std::nullopt);
}

}  // namespace
}  // namespace rucola::http
