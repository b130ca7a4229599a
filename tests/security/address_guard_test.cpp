#include "security/address_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::security {
namespace {

struct Case {
  const char* address;
  const char* why;  ///< nullptr: public
};

std::ostream& operator<<(std::ostream& out, const Case& one) {
  return out << one.address;
}

class WhyNotPublic : public ::testing::TestWithParam<Case> {};

TEST_P(WhyNotPublic, IsAsTheTableSays) {
  const auto address = IpAddress::parse(GetParam().address);
  ASSERT_TRUE(address);
  const auto why = why_not_public(*address);
  if (GetParam().why == nullptr) {
    EXPECT_FALSE(why) << *why;
  } else {
    ASSERT_TRUE(why) << "it counts as public";
    EXPECT_EQ(*why, GetParam().why);
  }
}

// Both ends of every range, and their neighbours outside.
INSTANTIATE_TEST_SUITE_P(V4, WhyNotPublic,
                         ::testing::Values(Case{"0.0.0.0", "this host"}, Case{"0.255.255.255", "this host"},
                                           Case{"1.0.0.0", nullptr},                                      //
                                           Case{"9.255.255.255", nullptr}, Case{"10.0.0.0", "private"},   //
                                           Case{"10.255.255.255", "private"}, Case{"11.0.0.0", nullptr},  //
                                           Case{"100.63.255.255", nullptr},                               //
                                           Case{"100.64.0.0", "carrier-grade NAT"},                       //
                                           Case{"100.127.255.255", "carrier-grade NAT"},                  //
                                           Case{"100.128.0.0", nullptr},                                  //
                                           Case{"126.255.255.255", nullptr},
                                           Case{"127.0.0.0", "loopback"},  //
                                           Case{"127.0.0.1", "loopback"}, Case{"127.255.255.255", "loopback"},
                                           Case{"128.0.0.0", nullptr},             //
                                           Case{"169.253.255.255", nullptr},       //
                                           Case{"169.254.0.0", "link-local"},      //
                                           Case{"169.254.169.254", "link-local"},  // the clouds' metadata
                                           Case{"169.254.255.255", "link-local"},  //
                                           Case{"169.255.0.0", nullptr},           //
                                           Case{"172.15.255.255", nullptr}, Case{"172.16.0.0", "private"},
                                           Case{"172.31.255.255", "private"}, Case{"172.32.0.0", nullptr}));
INSTANTIATE_TEST_SUITE_P(
    MoreV4, WhyNotPublic,
    ::testing::Values(
        Case{"191.255.255.255", nullptr},          //
        Case{"192.0.0.0", "protocol assignment"},  //
        Case{"192.0.0.255", "protocol assignment"}, Case{"192.0.1.0", nullptr},
        Case{"192.0.2.0", "documentation"}, Case{"192.0.2.255", "documentation"}, Case{"192.0.3.0", nullptr},
        Case{"192.88.98.255", nullptr}, Case{"192.88.99.1", "6to4 relay"}, Case{"192.88.100.0", nullptr},
        Case{"192.167.255.255", nullptr}, Case{"192.168.0.0", "private"}, Case{"192.168.255.255", "private"},
        Case{"192.169.0.0", nullptr}, Case{"198.17.255.255", nullptr}, Case{"198.18.0.0", "benchmark"},
        Case{"198.19.255.255", "benchmark"}, Case{"198.20.0.0", nullptr}, Case{"198.51.99.255", nullptr},
        Case{"198.51.100.0", "documentation"}, Case{"198.51.101.0", nullptr}, Case{"203.0.112.255", nullptr},
        Case{"203.0.113.255", "documentation"}, Case{"203.0.114.0", nullptr},
        Case{"223.255.255.255", nullptr}, Case{"224.0.0.0", "multicast"},
        Case{"239.255.255.255", "multicast"}, Case{"240.0.0.0", "reserved"},
        Case{"255.255.255.254", "reserved"}, Case{"255.255.255.255", "broadcast"}, Case{"8.8.8.8", nullptr},
        Case{"93.184.216.34", nullptr}));

INSTANTIATE_TEST_SUITE_P(
    V6, WhyNotPublic,
    ::testing::Values(
        Case{"::", "unspecified"}, Case{"::1", "loopback"}, Case{"fc00::", "unique-local"},
        Case{"fdff:ffff::1", "unique-local"}, Case{"fe80::1", "link-local"}, Case{"febf::1", "link-local"},
        Case{"fec0::1", "site-local"}, Case{"feff::1", "site-local"}, Case{"ff00::", "multicast"},
        Case{"ff02::1", "multicast"}, Case{"2001:db8::1", "documentation"},
        Case{"2001:db8:ffff:ffff::1", "documentation"}, Case{"3fff::1", "documentation"},
        Case{"3fff:fff::1", "documentation"}, Case{"2001:2::1", "protocol assignment"},  // benchmarking
        Case{"2001:20::1", "protocol assignment"},                                       // ORCHIDv2
        Case{"2001:1ff::1", "protocol assignment"},                                      //
        Case{"100::1", "unassigned"}, Case{"4000::1", "unassigned"}, Case{"5f00::1", "unassigned"},
        Case{"1fff::1", "unassigned"}, Case{"2001:200::1", nullptr}, Case{"2001:4860:4860::8888", nullptr},
        Case{"2606:4700::1111", nullptr}, Case{"3ffe::1", nullptr}));

// 7f00:1 is 127.0.0.1, a00:1 is 10.0.0.1, a9fe:a9fe is 169.254.169.254, 808:808 is 8.8.8.8.
INSTANTIATE_TEST_SUITE_P(V4InsideV6, WhyNotPublic,
                         ::testing::Values(Case{"::ffff:127.0.0.1", "loopback"},          // mapped
                                           Case{"::ffff:10.0.0.1", "private"},            //
                                           Case{"::ffff:169.254.169.254", "link-local"},  //
                                           Case{"::ffff:8.8.8.8", nullptr},               //
                                           Case{"::127.0.0.1", "IPv4-compatible"},        //
                                           Case{"::8.8.8.8", "IPv4-compatible"},          // routed nowhere
                                           Case{"::ffff:0:127.0.0.1", "unassigned"},  // translated, RFC 2765
                                           Case{"2002:7f00:1::", "loopback"},         // 6to4
                                           Case{"2002:a00:1::1", "private"},          //
                                           Case{"2002:a9fe:a9fe::1", "link-local"},   //
                                           Case{"2002:808:808::1", nullptr},          //
                                           Case{"64:ff9b::7f00:1", "loopback"},       // NAT64
                                           Case{"64:ff9b::10.0.0.1", "private"},      //
                                           Case{"64:ff9b::169.254.169.254", "link-local"},  //
                                           Case{"64:ff9b::8.8.8.8", nullptr},               //
                                           Case{"64:ff9b:0:1::8.8.8.8", "unassigned"},      //
                                           Case{"64:ff9b:1::7f00:1", "local NAT64"},        // RFC 8215
                                           Case{"64:ff9b:1:7f00:0:100::",
                                                "local NAT64"},  // as a /48 writes it
                                           Case{"64:ff9b:1:ffff::8.8.8.8", "local NAT64"}));
INSTANTIATE_TEST_SUITE_P(
    MoreV4InsideV6, WhyNotPublic,
    ::testing::Values(Case{"2001:0:7f00:1::f7f7:f7f7", "loopback"},     // Teredo: the server
                      Case{"2001:0:808:808::80ff:fffe", "loopback"},    // the client, inverted
                      Case{"2001:0:808:808::f5ff:fffe", "private"},     //
                      Case{"2001:0:808:808::f7f7:f7f7", nullptr},       //
                      Case{"2606:4700::5efe:7f00:1", "loopback"},       // ISATAP
                      Case{"2606:4700::200:5efe:10.0.0.1", "private"},  //
                      Case{"2606:4700::5efe:8.8.8.8", nullptr},         //
                      Case{"2002:808:808::5efe:10.0.0.1", "private"},   // both must be public
                      Case{"2002:a00:1::5efe:8.8.8.8", "private"},      //
                      Case{"fe80::5efe:8.8.8.8", "link-local"}));

TEST(AddressGuard, AllowsThePublicInternetOnly) {
  const auto guard = AddressGuard::make({}).value();
  EXPECT_FALSE(guard.refusal(*IpAddress::parse("8.8.8.8")));
  EXPECT_TRUE(guard.refusal(*IpAddress::parse("127.0.0.1")));
}

TEST(AddressGuard, AllowsWhatTheOperatorNames) {
  const auto guard = AddressGuard::make({"10.20.0.0/16", "fd00::/8"}).value();
  EXPECT_FALSE(guard.refusal(*IpAddress::parse("10.20.3.4")));
  EXPECT_FALSE(guard.refusal(*IpAddress::parse("::ffff:10.20.3.4")));
  EXPECT_FALSE(guard.refusal(*IpAddress::parse("fd12::1")));
  EXPECT_TRUE(guard.refusal(*IpAddress::parse("10.21.0.0")));
  EXPECT_TRUE(guard.refusal(*IpAddress::parse("127.0.0.1")));
  EXPECT_TRUE(guard.refusal(*IpAddress::parse("fc00::1")));
}

TEST(AddressGuard, AnAllowedV4NetworkOpensNoTunnelToIt) {
  const auto guard = AddressGuard::make({"10.0.0.0/8"}).value();
  EXPECT_TRUE(guard.refusal(*IpAddress::parse("2002:a00:1::")));
  EXPECT_TRUE(guard.refusal(*IpAddress::parse("64:ff9b::10.0.0.1")));
}

TEST(AddressGuard, RefusesAnAllowListThatIsNone) {
  const auto guard = AddressGuard::make({"10.0.0.0/8", "10.1.2.3/8"});
  ASSERT_FALSE(guard);
  EXPECT_EQ(guard.error().code, ErrorCode::bad_request);
  EXPECT_THAT(guard.error().message.text, ::testing::HasSubstr("10.1.2.3/8"));
}

}  // namespace
}  // namespace rucola::security
