#include "security/api_keys.h"

#include <set>

#include <gtest/gtest.h>

namespace rucola::security {
namespace {

TEST(ApiKeys, AreLongRandomAndOfPlainCharacters) {
  std::set<std::string> keys;
  for (int i = 0; i < 100; ++i) {
    const std::string key = new_api_key();
    EXPECT_EQ(key.size(), 64U);
    EXPECT_TRUE(looks_like_api_key(key)) << key;
    EXPECT_TRUE(keys.insert(key).second) << "twice the same key";
  }
}

TEST(ApiKeys, AreStoredAsSha256) {
  EXPECT_EQ(api_key_digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ApiKeys, WhatCanNotBeOneIsToldApart) {
  EXPECT_TRUE(looks_like_api_key(std::string(64, 'a')));
  for (const std::string& text :
       {std::string(), std::string(63, 'a'), std::string(65, 'a'), std::string(64, '-'),
        std::string(63, 'a') + '\0', std::string(63, 'a') + "\xC3"}) {
    EXPECT_FALSE(looks_like_api_key(text)) << text;
  }
}

TEST(ApiKeys, AnIdTellsKeysApartAndIsNoWayBack) {
  const std::string one = api_key_id(api_key_digest(new_api_key()));
  EXPECT_EQ(one.size(), 16U);
  EXPECT_NE(one, api_key_id(api_key_digest(new_api_key())));
}

}  // namespace
}  // namespace rucola::security
