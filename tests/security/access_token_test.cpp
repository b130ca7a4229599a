#include "security/access_token.h"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "base/base64url.h"
#include "base/hashing.h"
#include "result_matchers.h"

namespace rucola::test {
namespace {

using security::AccessToken;
using security::UnverifiedToken;
using namespace std::chrono_literals;
using namespace std::string_literals;

constexpr std::chrono::sys_seconds end{1'700'000'000s};
constexpr Time before{1'699'999'999'999ms};

AccessToken example() {
  return {.key_id = "0123456789abcdef",
          .expires = end,
          .lifetime = 3600s,
          .addresses = {"192.0.2.7"},
          .renewable = true};
}

Result<AccessToken> read(const std::string& text, std::string_view secret = "secret", Time at = before) {
  const auto token = UnverifiedToken::parse(text);
  if (!token) return std::unexpected(token.error());
  return token->verify(secret, at);
}

/// A token whose parts are as given, with a right signature.
std::string with(const std::string& header, const std::string& payload) {
  const std::string text = base64url(header) + "." + base64url(payload);
  return text + "." + base64url(hmac_sha256("secret", text));
}

constexpr const char* header = R"({"typ":"JWT","alg":"HS256"})";
constexpr const char* payload = R"({"id":"0123456789abcdef","exp":1700000000,"expt":3600,"rn":true})";

TEST(AccessTokens, AreReadAsTheyWereSigned) {
  const auto token = read(security::sign_token(example(), "secret"));
  ASSERT_THAT(token, Succeeds());
  EXPECT_EQ(token->key_id, "0123456789abcdef");
  EXPECT_EQ(token->expires, end);
  EXPECT_EQ(token->lifetime, 3600s);
  EXPECT_EQ(token->addresses, std::vector{"192.0.2.7"s});
  EXPECT_TRUE(token->renewable);
}

TEST(AccessTokens, ThePayloadIsTheOneThatClientsRead) {
  AccessToken token = example();
  EXPECT_EQ(boost::json::serialize(security::token_payload(token)),
            R"({"id":"0123456789abcdef","exp":1700000000,"expt":3600,"ips":["192.0.2.7"],"rn":true})");
  token.addresses.clear();
  EXPECT_FALSE(security::token_payload(token).contains("ips"));
}

// RFC 7515, appendix A.1: what others sign with HS256 is signed the same way here.
TEST(AccessTokens, TheSignatureIsThatOfTheRfc) {
  const auto key = parse_base64url(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  ASSERT_TRUE(key);
  EXPECT_EQ(base64url(hmac_sha256(*key,
                                  "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
                                  "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
                                  "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ")),
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

TEST(AccessTokens, EndAtTheirEnd) {
  const std::string text = security::sign_token(example(), "secret");
  EXPECT_THAT(read(text, "secret", end), FailsWith(ErrorCode::unauthenticated));
  EXPECT_THAT(read(text, "secret", before), Succeeds());
}

TEST(AccessTokens, AnotherSecretDidNotSignThem) {
  const std::string text = security::sign_token(example(), "secret");
  EXPECT_THAT(read(text, "Secret"), FailsWith(ErrorCode::unauthenticated));
  EXPECT_THAT(read(text, ""), FailsWith(ErrorCode::unauthenticated));
}

TEST(AccessTokens, AnEmptySecretSignsNothing) {
  EXPECT_THAT(read(security::sign_token(example(), ""), ""), FailsWith(ErrorCode::unauthenticated));
}

TEST(AccessTokens, NoChangedCharacterIsLetThrough) {
  const std::string text = security::sign_token(example(), "secret");
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_THAT(read(changed), FailsWith(ErrorCode::unauthenticated)) << at;
  }
}

TEST(AccessTokens, NoOtherAlgorithmIsTried) {
  EXPECT_THAT(read(with(header, payload)), Succeeds()) << "else nothing below means anything";
  for (const char* other : {R"({"typ":"JWT","alg":"none"})", R"({"alg":"HS256","typ":"JWT"})",
                            R"({"typ":"JWT","alg":"HS512"})", R"({"typ":"JWT","alg":"RS256"})", "", "{}"})
    EXPECT_THAT(read(with(other, payload)), FailsWith(ErrorCode::unauthenticated)) << other;
  EXPECT_THAT(read(base64url(R"({"typ":"JWT","alg":"none"})") + "." + base64url(payload) + "."),
              FailsWith(ErrorCode::unauthenticated));
}

TEST(AccessTokens, APayloadThatLacksSomethingIsNone) {
  for (const char* other : {
           "",
           "null",
           "[]",
           "{}",
           R"({"id":"a","exp":1700000000,"expt":3600})",
           R"({"id":1,"exp":1700000000,"expt":3600,"rn":true})",
           R"({"id":"a","exp":"1700000000","expt":3600,"rn":true})",
           R"({"id":"a","exp":1e300,"expt":3600,"rn":true})",
           R"({"id":"a","exp":1700000000,"expt":3600,"rn":true,"ips":[]})",
           R"({"id":"a","exp":1700000000,"expt":3600,"rn":true,"ips":[1]})",
           R"({"id":"a","exp":1700000000,"expt":3600,"rn":true,"ips":"192.0.2.7"})",
       })
    EXPECT_THAT(read(with(header, other)), FailsWith(ErrorCode::unauthenticated)) << other;
}

TEST(AccessTokens, WhatIsNoTokenIsNone) {
  for (const std::string& text : {""s, "."s, ".."s, "..."s, "x.y.z"s, "a.b"s, std::string(5000, '.')})
    EXPECT_THAT(read(text), FailsWith(ErrorCode::unauthenticated)) << text;
}

}  // namespace
}  // namespace rucola::test
