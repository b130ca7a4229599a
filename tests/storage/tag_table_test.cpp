#include "storage/cache/tag_table.h"

#include <fstream>

#include <gtest/gtest.h>

#include "base/hashing.h"
#include "scratch_folder.h"

namespace rucola::test {
namespace {

using delivery::RenderTag;

class TagTable : public testing::Test {
 protected:
  void open() { tags = std::move(storage::open_tag_table(file).value()); }
  void SetUp() override { open(); }

  ScratchFolder folder;
  const std::filesystem::path file = folder.path() / "tags";
  const std::string key = sha256_hex("a key");
  const RenderTag tag{.digest = sha256_hex("bytes").substr(0, 32),
                      .rendered = Time{std::chrono::milliseconds{7}}};
  std::unique_ptr<delivery::RenderTags> tags;
};

TEST_F(TagTable, KnowsWhatItWasToldAlsoAfterARestart) {
  EXPECT_FALSE(tags->find(key));
  tags->remember(key, {sha256_hex("bytes"), tag.rendered});
  open();
  const auto found = tags->find(key);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->digest, tag.digest);
  EXPECT_EQ(found->rendered, tag.rendered);
  EXPECT_FALSE(tags->find(sha256_hex("another key")));
}

TEST_F(TagTable, ANewRenderBringsANewTag) {
  tags->remember(key, tag);
  tags->remember(key, {sha256_hex("other bytes"), tag.rendered});
  EXPECT_EQ(tags->find(key)->digest, sha256_hex("other bytes").substr(0, 32));
}

TEST_F(TagTable, AKeyTakesThePlaceOfAnother) {
  std::string rival = key;
  rival.back() = key.back() == '0' ? '1' : '0';  // the place is told by the first bytes
  tags->remember(key, tag);
  tags->remember(rival, {sha256_hex("other bytes"), tag.rendered});
  EXPECT_FALSE(tags->find(key));
  EXPECT_TRUE(tags->find(rival));
}

TEST_F(TagTable, ADamagedPlaceIsUnknown) {
  tags->remember(key, tag);
  const auto size = std::filesystem::file_size(file);
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(static_cast<std::streamoff>(size - 20));
  bytes.put('x');
  bytes.close();
  EXPECT_FALSE(tags->find(key));
}

TEST_F(TagTable, WhatIsNoKeyOrNoDigestIsNotKept) {
  tags->remember("no key", tag);
  EXPECT_FALSE(tags->find("no key"));
  tags->remember(key, {"no digest", tag.rendered});
  EXPECT_FALSE(tags->find(key));
}

}  // namespace
}  // namespace rucola::test
