#include "base/hashing.h"

#include <algorithm>
#include <cctype>
#include <set>

#include <gtest/gtest.h>

#include "sha1_hex.h"

namespace rucola {
namespace {

TEST(Hashing, KnowsThePublishedValues) {
  EXPECT_EQ(test::sha1_hex(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(test::sha1_hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // RFC 4231, test case 2
  EXPECT_EQ(hmac_sha256_hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Hashing, PiecesMakeTheSameDigestAsTheWhole) {
  const std::string text(10'000, 'x');
  Digest digest(Digest::Algorithm::sha256);
  digest.update("");
  digest.update(std::string_view(text).substr(0, 1));
  Digest moved = std::move(digest);
  moved.update(std::string_view(text).substr(1));
  EXPECT_EQ(moved.finish_hex(), sha256_hex(text));
}

TEST(Hashing, TokensAreRandomLettersAndDigits) {
  std::set<std::string> seen;
  std::set<char> characters;
  for (int i = 0; i < 200; ++i) {
    const std::string token = random_token(64);
    EXPECT_EQ(token.size(), 64U);
    EXPECT_TRUE(std::ranges::all_of(token, [](unsigned char c) { return std::isalnum(c) != 0; })) << token;
    EXPECT_TRUE(seen.insert(token).second);
    characters.insert(token.begin(), token.end());
  }
  EXPECT_EQ(characters.size(), 62U);
  EXPECT_EQ(random_token(0), "");
}

TEST(Hashing, UuidsAreOfVersionFour) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string uuid = random_uuid();
    ASSERT_EQ(uuid.size(), 36U);
    for (const std::size_t dash : {8, 13, 18, 23})
      EXPECT_EQ(uuid[dash], '-') << uuid;
    EXPECT_EQ(uuid[14], '4') << uuid;
    EXPECT_NE(std::string_view("89ab").find(uuid[19]), std::string_view::npos) << uuid;
    EXPECT_TRUE(seen.insert(uuid).second);
  }
}

TEST(Hashing, ComparisonTellsEqualFromUnequal) {
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
  EXPECT_FALSE(equal_in_constant_time("Secret", "secret"));
  EXPECT_FALSE(equal_in_constant_time("secret", "secret1"));
  EXPECT_FALSE(equal_in_constant_time("secret", ""));
}

}  // namespace
}  // namespace rucola
