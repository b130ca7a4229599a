#include "message/headers.h"

#include <gtest/gtest.h>

namespace rucola::message {
namespace {

TEST(Headers, NamesCompareWithoutCase) {
  const Headers headers{{"Content-Type", "image/png"}};
  EXPECT_EQ(headers.get("content-type"), "image/png");
  EXPECT_TRUE(headers.has("CONTENT-TYPE"));
  EXPECT_EQ(headers.get("Content-Typ"), "");
}

TEST(Headers, RepeatedFieldsAreJoined) {
  const Headers headers{{"Accept", "image/avif"}, {"X", "1"}, {"accept", "image/webp"}};
  EXPECT_EQ(headers.joined("Accept"), "image/avif, image/webp");
  EXPECT_EQ(headers.get("Accept"), "image/avif");
}

TEST(Headers, TheOnlyFieldIsNoneWhereThereAreSeveral) {
  const Headers headers{{"Range", "bytes=0-1"}, {"X", "1"}, {"range", "bytes=2-3"}, {"X-Y", "2"}};
  EXPECT_EQ(headers.only("x"), "1");
  EXPECT_EQ(headers.only("Range"), "");
  EXPECT_EQ(headers.only("Y"), "");
}

TEST(Headers, SetReplacesEveryFieldOfTheName) {
  Headers headers{{"Cache-Control", "a"}, {"cache-control", "b"}};
  headers.set("Cache-Control", "no-store");
  EXPECT_EQ(headers.joined("Cache-Control"), "no-store");
}

}  // namespace
}  // namespace rucola::message
