#include "base/ip_address.h"

#include <cstring>
#include <string>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace rucola {
namespace {

TEST(IpAddress, ReadsBothVersions) {
  const auto v4 = IpAddress::parse("192.0.2.7");
  ASSERT_TRUE(v4);
  EXPECT_TRUE(v4->is_v4());
  EXPECT_EQ(*v4, IpAddress::v4(0xC0000207));

  const auto v6 = IpAddress::parse("2001:db8::1");
  ASSERT_TRUE(v6);
  EXPECT_FALSE(v6->is_v4());
  EXPECT_EQ(v6->bytes(), (IpAddress::Bytes{0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
}

TEST(IpAddress, TakesNoFormThatPeopleDisagreeAbout) {
  for (const char* text :
       {"", "1", "127.1", "0177.0.0.1", "0x7f.0.0.1", "2130706433", "127.0.0.1 ", " 127.0.0.1", "127.0.0.256",
        "127.0.0.1:80", "[::1]", "fe80::1%lo", "::1/128", ":::", "localhost"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
  EXPECT_FALSE(IpAddress::parse(std::string_view("127.0.0.1\0x", 11)));
}

TEST(IpAddress, UnmapsOnlyMappedAddresses) {
  EXPECT_EQ(IpAddress::parse("::ffff:10.1.2.3")->unmapped(), *IpAddress::parse("10.1.2.3"));
  for (const char* text :
       {"::10.1.2.3", "::fffe:10.1.2.3", "64:ff9b::10.1.2.3", "10.1.2.3", "1::ffff:10.1.2.3"}) {
    EXPECT_EQ(IpAddress::parse(text)->unmapped(), *IpAddress::parse(text)) << text;
  }
}

TEST(IpAddress, ComesOutOfSocketAddresses) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_addr.s_addr = htonl(0x7F000001);
  EXPECT_EQ(IpAddress::from_socket_address(reinterpret_cast<const sockaddr&>(v4)),
            IpAddress::parse("127.0.0.1"));

  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_addr = in6addr_loopback;
  EXPECT_EQ(IpAddress::from_socket_address(reinterpret_cast<const sockaddr&>(v6)), IpAddress::parse("::1"));

  sockaddr_un path{};
  path.sun_family = AF_UNIX;
  EXPECT_FALSE(IpAddress::from_socket_address(reinterpret_cast<const sockaddr&>(path)));
}

TEST(IpAddress, AClientOwnsItsSlash64) {
  EXPECT_EQ(IpAddress::parse("2001:db8::1:2:3:4")->client_network(),
            IpAddress::parse("2001:db8::9:9:9:9")->client_network());
  EXPECT_NE(IpAddress::parse("192.0.2.1")->client_network(), IpAddress::parse("192.0.2.2")->client_network());
}

TEST(IpAddress, IsWrittenAsItIsRead) {
  for (const char* text : {"192.0.2.1", "0.0.0.0", "2001:db8::1", "::"})
    EXPECT_EQ(IpAddress::parse(text)->text(), text);
}

}  // namespace
}  // namespace rucola
