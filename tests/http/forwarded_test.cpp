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
  const IpNetworks trusted = *IpNetworks::parse({"10.0.0.0/8", "::1"});
  message::Request request;
  request.host = "acme.localhost";
  request.headers = std::move(headers);
  apply_forwarded(trusted, *IpAddress::parse(peer), request);
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
  EXPECT_EQ(seen("10.0.0.1", {{"X-Forwarded-For", "192.0.2.1, ::ffff:10.0.0.2"}}).client, "192.0.2.1")
      << "a trusted proxy, also where it is written as one of version 6";
}

}  // namespace
}  // namespace rucola::http
