#include "http/settings_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::http {
namespace {

using testing::HasSubstr;

std::string refusal_of(const Settings& settings) {
  const auto checked = check(settings);
  return checked ? std::string() : checked.error().message.text;
}

std::string refusal_of_two(const std::string& listen, const std::string& admin_listen) {
  Settings settings;
  settings.listen = listen;
  settings.admin_listen = admin_listen;
  return refusal_of(settings);
}

TEST(SettingsCheck, DefaultsAreFine) {
  EXPECT_EQ(refusal_of({}), "");
}

TEST(SettingsCheck, FindsWhatNoTypeCanSay) {
  Settings settings;
  settings.trusted_proxies = {"10.0.0.0/8", "10.0.0.0/99"};
  EXPECT_THAT(refusal_of(settings), HasSubstr("server.trusted_proxies"));
  settings = {};
  settings.forwarded_prefix_header = "X Prefix";
  EXPECT_THAT(refusal_of(settings), HasSubstr("server.forwarded_prefix_header"));
  settings = {};
  settings.path_prefix = "img";
  EXPECT_THAT(refusal_of(settings), HasSubstr("server.path_prefix"));
  EXPECT_THAT(refusal_of_two("127.0.0.1", ""), HasSubstr("server.listen"));
  EXPECT_THAT(refusal_of_two("127.0.0.1:80", "127.0.0.1"), HasSubstr("server.admin_listen"));
}

TEST(SettingsCheck, ThePortOfOneListenerIsNotThatOfTheOther) {
  for (const char* other : {"127.0.0.1:80", "0.0.0.0:80", "[::]:80"}) {
    EXPECT_THAT(refusal_of_two("127.0.0.1:80", other), HasSubstr("this one does already")) << other;
    EXPECT_THAT(refusal_of_two(other, "127.0.0.1:80"), HasSubstr("127.0.0.1:80")) << other;
  }
  for (const char* other : {"127.0.0.1:81", "127.0.0.2:80", "[::1]:80"})
    EXPECT_EQ(refusal_of_two("127.0.0.1:80", other), "") << other;
  EXPECT_EQ(refusal_of_two("127.0.0.1:0", "0.0.0.0:0"), "") << "each takes a free one";
}

}  // namespace
}  // namespace rucola::http
