#include "security/allowed_addresses.h"

#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola::test {
namespace {

using security::AllowedAddresses;

AllowedAddresses of(const std::vector<std::string>& entries) {
  return AllowedAddresses::parse(entries).value();
}

TEST(AllowedAddresses, NoEntriesAllowAll) {
  EXPECT_TRUE(of({}).allow(IpAddress::parse("192.0.2.1")));
  EXPECT_TRUE(of({}).allow(std::nullopt));
}

TEST(AllowedAddresses, AddressesAndNetworks) {
  const AllowedAddresses allowed = of({"192.0.2.7", "212.40.50.1/24", "2001:db8::7"});
  for (const char* good : {"192.0.2.7", "212.40.50.0", "212.40.50.255", "2001:db8::7", "::ffff:192.0.2.7"})
    EXPECT_TRUE(allowed.allow(IpAddress::parse(good))) << good;
  for (const char* bad : {"192.0.2.8", "212.40.51.1", "2001:db8::8"})
    EXPECT_FALSE(allowed.allow(IpAddress::parse(bad))) << bad;
  EXPECT_FALSE(allowed.allow(std::nullopt)) << "an address that isn't known is not on the list";
}

TEST(AllowedAddresses, WhatIsNone) {
  for (const char* text : {"", "here", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8 ", "10.0.0",
                           "2001:db8::/64", "request_ip"})
    EXPECT_THAT(AllowedAddresses::parse({text}), FailsWith(ErrorCode::bad_request)) << text;
}

TEST(AllowedAddresses, AreBounded) {
  EXPECT_THAT(AllowedAddresses::parse(std::vector<std::string>(11, "192.0.2.1")),
              FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(AllowedAddresses::parse({"10.0.0.0/19", "10.1.0.0/21"}), FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(AllowedAddresses::parse({"0.0.0.0/0"}), FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(AllowedAddresses::parse({"10.0.0.0/19"}), Succeeds());
}

TEST(AllowedAddresses, CoverWhatIsNarrower) {
  const AllowedAddresses wide = of({"10.1.0.0/24", "192.0.2.7"});
  EXPECT_TRUE(wide.cover(wide));
  EXPECT_TRUE(wide.cover(of({"10.1.0.9"})));
  EXPECT_TRUE(wide.cover(of({"10.1.0.128/25", "192.0.2.7"})));
  EXPECT_FALSE(wide.cover(of({"10.1.0.9", "10.1.1.1"})));
  EXPECT_FALSE(wide.cover(of({"10.1.0.0/23"})));
  EXPECT_FALSE(wide.cover(of({}))) << "everywhere is wider than anything";
  EXPECT_TRUE(of({}).cover(wide));
}

}  // namespace
}  // namespace rucola::test
