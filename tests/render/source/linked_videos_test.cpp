#include "render/source/linked_videos.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rucola::render {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(LinkedVideos, AreNamedByTheirHashes) {
  EXPECT_THAT(linked_videos(R"({"linked":{"hashes":["a","b","a"]},"version":{"text":"1"}})"),
              ElementsAre("a", "b"));
  EXPECT_THAT(linked_videos(R"({"linked":{"hashes":["a",1,null,"b"]}})"), ElementsAre("a", "b"));
}

TEST(LinkedVideos, WhatIsNoListLinksNothing) {
  for (const char* text : {"", "{", "[]", "{}", R"({"linked":[]})", R"({"linked":{"hashes":"a"}})",
                           R"({"linked":{"hashes":{"a":1}}})", R"({"hashes":["a"]})"}) {
    EXPECT_THAT(linked_videos(text), IsEmpty()) << text;
  }
}

TEST(LinkedVideos, AreOnlySoMany) {
  EXPECT_EQ(linked_videos(R"({"linked":{"hashes":["1","2","3","4","5","6","7","8","9"]}})").size(),
            most_linked_videos);
}

}  // namespace
}  // namespace rucola::render
