#include "base/ip_network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola {
namespace {

using ::testing::HasSubstr;

bool contains(std::string_view network, std::string_view address) {
  return IpNetwork::parse(network).value().contains(IpAddress::parse(address).value());
}

TEST(IpNetwork, EndsWhereItsPrefixEnds) {
  EXPECT_TRUE(contains("10.0.0.0/8", "10.0.0.0"));
  EXPECT_TRUE(contains("10.0.0.0/8", "10.255.255.255"));
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.0"));
  EXPECT_FALSE(contains("10.0.0.0/8", "9.255.255.255"));
  EXPECT_TRUE(contains("172.16.0.0/12", "172.31.255.255"));
  EXPECT_FALSE(contains("172.16.0.0/12", "172.32.0.0"));
  EXPECT_TRUE(contains("192.0.2.128/25", "192.0.2.129"));
  EXPECT_FALSE(contains("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(contains("fc00::/7", "fdff::1"));
  EXPECT_FALSE(contains("fc00::/7", "fe00::1"));
  EXPECT_TRUE(contains("2001:db8:8000::/33", "2001:db8:8000::1"));
  EXPECT_FALSE(contains("2001:db8:8000::/33", "2001:db8:7fff::1"));
}

TEST(IpNetwork, OfNoPrefixIsEverythingOfItsVersion) {
  EXPECT_TRUE(contains("0.0.0.0/0", "203.0.113.1"));
  EXPECT_FALSE(contains("0.0.0.0/0", "::1"));
  EXPECT_TRUE(contains("::/0", "2001:db8::1"));
  EXPECT_FALSE(contains("::/0", "127.0.0.1"));
}

TEST(IpNetwork, WithoutASlashIsOneAddress) {
  EXPECT_TRUE(contains("10.1.2.3", "10.1.2.3"));
  EXPECT_FALSE(contains("10.1.2.3", "10.1.2.2"));
  EXPECT_TRUE(contains("::1", "::1"));
  EXPECT_FALSE(contains("::1", "::"));
}

TEST(IpNetwork, RefusesWhatIsNone) {
  for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08",
                           "10.0.0.0/8/8", "10.0.0.0/255.0.0.0", "10.0.0/8", "::/129", "example.com/8",
                           "10.0.0.0/ 8", "10.0.0.0 /8", "10.0.0.0/99999999999999999999"}) {
    const auto network = IpNetwork::parse(text);
    ASSERT_FALSE(network) << text;
    EXPECT_EQ(network.error().code, ErrorCode::bad_request);
    EXPECT_THAT(network.error().message.text, HasSubstr("\"" + std::string(text) + "\""));
  }
}

TEST(IpNetwork, RefusesBitsBehindThePrefix) {
  for (const char* text : {"10.1.2.3/8", "10.0.0.1/31", "172.17.0.0/11", "fd00::1/64", "fe80::/8"}) {
    const auto network = IpNetwork::parse(text);
    ASSERT_FALSE(network) << text;
    EXPECT_THAT(network.error().message.text, HasSubstr("behind the prefix"));
  }
}

TEST(IpNetwork, OfMappedAddressesIsOneOfVersion4) {
  EXPECT_TRUE(contains("::ffff:10.0.0.0/104", "10.1.2.3"));
  EXPECT_FALSE(contains("::ffff:10.0.0.0/104", "11.1.2.3"));
  EXPECT_TRUE(contains("::ffff:10.0.0.1", "10.0.0.1"));
  EXPECT_TRUE(contains("::/0", "2001:db8::1"));
}

TEST(IpNetworks, ContainWhatOneOfThemDoes) {
  const IpNetworks networks = *IpNetworks::parse({"10.0.0.0/8", "192.0.2.128/25", "2001:db8::/33", "::1"});
  EXPECT_FALSE(networks.empty());
  for (const char* inside : {"10.255.0.1", "192.0.2.129", "2001:db8:7fff::1", "::1"})
    EXPECT_TRUE(networks.contains(*IpAddress::parse(inside))) << inside;
  for (const char* outside : {"11.0.0.1", "192.0.2.127", "2001:db8:8000::1", "::2", "127.0.0.1"})
    EXPECT_FALSE(networks.contains(*IpAddress::parse(outside))) << outside;
  EXPECT_FALSE(IpNetworks::parse({"10.0.0.0/8", "localhost"}));
}

}  // namespace
}  // namespace rucola
