#include "catalog/organization_options.h"

#include <gmock/gmock.h>

#include "result_matchers.h"

namespace rucola::catalog {
namespace {

using test::FailsWith;
using test::Succeeds;
using testing::ElementsAre;
using testing::HasSubstr;

Organization with(std::string options) {
  Organization organization;
  organization.options_json = std::move(options);
  return organization;
}

TEST(OrganizationOptions, AreTakenAsTheTableSays) {
  for (const auto& [name, text] : std::initializer_list<std::pair<const char*, const char*>>{
           {"protect_dynamic_stack", "true"},
           {"protect_dynamic_stack", "false"},
           {"remote_basepath", R"("https://images.example/uploads/")"},
           {"remote_basepath", "https://images.example/uploads/"},
           {"remote_fullurl_allow", "true"},
           {"remote_fullurl_whitelist", R"(["\\.example$", "^a\\.test$"])"},
           {"remote_fullurl_whitelist", "[]"},
           {"render_org_fallback", "production"},
           {"alias_browser_max_age", "0"},
           {"fallback_image", "placeholder"},
           {"fallback_image", R"("-_placeholder_-")"},
           {"fallback_image", R"("0123456789012345678901234567890123456789")"},
           {"fallback_image_status", "ok"},
           {"fallback_image_status", R"("error")"},
           {"url_expressions_read_private", "true"}}) {
    EXPECT_THAT(parse_organization_option(name, std::string_view(text)), Succeeds()) << name << " " << text;
  }
  const auto removed = parse_organization_option("remote_basepath", std::string_view("null"));
  ASSERT_THAT(removed, Succeeds());
  EXPECT_EQ(removed->value_json, std::nullopt);
}

TEST(OrganizationOptions, AreRefusedWithWhatIsAllowed) {
  for (const auto& [name, text, allowed] :
       std::initializer_list<std::tuple<const char*, const char*, const char*>>{
           {"protect_dynamic_stack", "1", "true or false"},
           {"protect_dynamic_stack", R"("true")", "true or false"},
           {"protect_dynamic_stack", "yes", "must be true or false"},
           {"remote_basepath", "ftp://images.example/", "an http or https URL"},
           {"remote_basepath", "file:///etc/passwd", "an http or https URL"},
           {"remote_basepath", "https://", "an http or https URL"},
           {"remote_basepath", "https:///path", "an http or https URL"},
           {"remote_basepath", "https://ann:secret@images.example/", "without a user name or password"},
           {"remote_basepath", R"("https://images.example/\n")", "an http or https URL"},
           {"remote_basepath", "true", "an http or https URL"},
           {"remote_fullurl_whitelist", R"("x")", "a list"},
           {"remote_fullurl_whitelist", R"x(["("])x", "a list"},
           {"remote_fullurl_whitelist", R"x(["(?=x)"])x", "a list"},
           {"remote_fullurl_whitelist", "[1]", "a list"},
           {"render_org_fallback", "Not An Organization", "the name of another organization"},
           {"alias_browser_max_age", "-1", "a number of seconds"},
           {"fallback_image", "no alias!", "the hash or the alias of an image"},
           {"fallback_image", R"("no alias!")", "the hash or the alias of an image"},
           {"fallback_image", R"("-__-")", "the hash or the alias of an image"},
           {"fallback_image", R"("")", "the hash or the alias of an image"},
           {"fallback_image_status", "200", "error or ok"},
           {"alias_browser_max_age", "1.5", "a number of seconds"},
           {"url_expressions_read_private", "1", "true or false"}}) {
    const auto result = parse_organization_option(name, std::string_view(text));
    ASSERT_THAT(result, FailsWith(ErrorCode::bad_request)) << name << " " << text;
    EXPECT_THAT(result.error().message.text, HasSubstr(allowed)) << name << " " << text;
  }
  const auto unknown = parse_organization_option("protect_everything", std::string_view("true"));
  ASSERT_THAT(unknown, FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(unknown.error().message.text, HasSubstr("protect_dynamic_stack"));
}

TEST(OrganizationOptions, AreReadWithTheirDefaults) {
  const auto defaults = options_of(with("{}"));
  EXPECT_FALSE(defaults.protect_dynamic_stack);
  EXPECT_FALSE(defaults.remote_fullurl_allow);
  EXPECT_FALSE(defaults.url_expressions_read_private);
  EXPECT_TRUE(options_of(with(R"({"url_expressions_read_private":true})")).url_expressions_read_private);
  EXPECT_EQ(defaults.alias_browser_max_age, std::nullopt);
  const auto options = options_of(with(
      R"({"protect_dynamic_stack":true,"remote_basepath":"https://a.test/","remote_fullurl_allow":true,)"
      R"("remote_fullurl_whitelist":["a","b"],"render_org_fallback":"other","alias_browser_max_age":60})"));
  EXPECT_TRUE(options.protect_dynamic_stack);
  EXPECT_EQ(options.remote_basepath, "https://a.test/");
  EXPECT_TRUE(options.remote_fullurl_allow);
  EXPECT_THAT(options.remote_fullurl_whitelist, ElementsAre("a", "b"));
  EXPECT_EQ(options.render_org_fallback, "other");
  EXPECT_EQ(defaults.fallback_image, "");
  EXPECT_FALSE(defaults.fallback_image_is_ok);
  const auto fallback = options_of(with(R"({"fallback_image":"placeholder","fallback_image_status":"ok"})"));
  EXPECT_EQ(fallback.fallback_image, "placeholder");
  EXPECT_TRUE(fallback.fallback_image_is_ok);
  EXPECT_FALSE(options_of(with(R"({"fallback_image_status":"error"})")).fallback_image_is_ok);
  EXPECT_EQ(options.alias_browser_max_age, 60);
}

TEST(OrganizationOptions, WhatCanNotBeReadProtects) {
  EXPECT_TRUE(options_of(with("{")).protect_dynamic_stack);
  EXPECT_TRUE(options_of(with(R"({"protect_dynamic_stack":"no"})")).protect_dynamic_stack);
  EXPECT_FALSE(options_of(with(R"({"remote_fullurl_allow":"yes"})")).remote_fullurl_allow);
  EXPECT_FALSE(options_of(with(R"({"remote_fullurl_allow":true,"remote_fullurl_whitelist":"x"})"))
                   .remote_fullurl_allow);
  EXPECT_FALSE(options_of(with(R"({"remote_fullurl_allow":true,"remote_fullurl_whitelist":[7]})"))
                   .remote_fullurl_allow);
}

}  // namespace
}  // namespace rucola::catalog
