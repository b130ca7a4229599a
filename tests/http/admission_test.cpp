#include "http/admission.h"

#include <gtest/gtest.h>

namespace rucola::http {
namespace {

using Verdict = Admission::Verdict;

const IpAddress one = *IpAddress::parse("192.0.2.1");
const IpAddress other = *IpAddress::parse("192.0.2.2");

TEST(Admission, CountsPerAddressAndInAll) {
  Admission admission({.connections = 3, .per_address = 2});
  EXPECT_EQ(admission.admit(one, false), Verdict::admitted);
  EXPECT_EQ(admission.admit(one, false), Verdict::admitted);
  EXPECT_EQ(admission.admit(one, false), Verdict::address_full);
  EXPECT_EQ(admission.admit(other, false), Verdict::admitted) << "a refused connection takes no place";
  EXPECT_EQ(admission.admit(other, false), Verdict::full);
  admission.release(one, false);
  EXPECT_EQ(admission.admit(one, false), Verdict::admitted);
}

TEST(Admission, AnExemptAddressCountsInAllOnly) {
  Admission admission({.connections = 2, .per_address = 1});
  EXPECT_EQ(admission.admit(one, true), Verdict::admitted);
  EXPECT_EQ(admission.admit(one, true), Verdict::admitted);
  EXPECT_EQ(admission.admit(one, true), Verdict::full);
  admission.release(one, true);
  EXPECT_EQ(admission.admit(one, false), Verdict::admitted);
}

TEST(Admission, NeighboursInOneIpv6NetworkAreOneClient) {
  Admission admission({.connections = 9, .per_address = 1});
  EXPECT_EQ(admission.admit(*IpAddress::parse("2001:db8::1"), false), Verdict::admitted);
  EXPECT_EQ(admission.admit(*IpAddress::parse("2001:db8::2"), false), Verdict::address_full);
  EXPECT_EQ(admission.admit(*IpAddress::parse("2001:db8:0:1::1"), false), Verdict::admitted);
}

}  // namespace
}  // namespace rucola::http
