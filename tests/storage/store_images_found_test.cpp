// Images by the beginning of their hash, and in lists.
#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using testing::HasSubstr;

class StoreImagesFound : public StoreConformance {};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreImagesFound, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StoreImagesFound, AreFoundByAnUnambiguousPrefix) {
  ASSERT_THAT(store->images().add(picture_with_hash(1, "abcdef1")), Succeeds());
  ASSERT_THAT(store->images().add(picture_with_hash(2, "abcdef2")), Succeeds());
  EXPECT_EQ(store->images().find("acme", "abcdef1").value().blob, picture(1).blob);
  EXPECT_EQ(store->images().find("acme", "abcdef200").value().blob, picture(2).blob);
  const auto ambiguous = store->images().find("acme", "abcdef");
  ASSERT_THAT(ambiguous, FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(ambiguous.error().message.text, HasSubstr("ambiguous"));
  EXPECT_THAT(store->images().find("acme", "abcdef3"), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->images().find("acme", "abcde"), FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(store->images().find("acme", "%%%%%%"), FailsWith(ErrorCode::bad_request));
}

TEST_P(StoreImagesFound, PrefixesReachFromZeroToF) {
  ASSERT_THAT(store->images().add(picture_with_hash(1, "000000")), Succeeds());
  ASSERT_THAT(store->images().add(picture_with_hash(2, std::string(40, 'f'))), Succeeds());
  EXPECT_EQ(store->images().find("acme", "000000").value().blob, picture(1).blob);
  EXPECT_EQ(store->images().find("acme", "ffffff").value().blob, picture(2).blob);
}

TEST_P(StoreImagesFound, HaveTheShortestHashThatIsTheirsAlone) {
  ASSERT_THAT(store->images().add(picture_with_hash(1, "aaaaaaaa1")), Succeeds());
  EXPECT_EQ(store->images().find("acme", "aaaaaaaa1").value().short_hash, "aaaaaa");
  ASSERT_THAT(store->images().add(picture_with_hash(2, "aaaaaaaa2")), Succeeds());
  ASSERT_THAT(store->images().add(picture_with_hash(3, "aaaaaab")), Succeeds());
  ASSERT_THAT(store->images().add(picture_with_hash(4, "bbbbbb")), Succeeds());
  EXPECT_EQ(store->images().find("acme", "aaaaaaaa1").value().short_hash, "aaaaaaaa1");
  EXPECT_EQ(store->images().find("acme", "aaaaaaaa2").value().short_hash, "aaaaaaaa2");
  EXPECT_EQ(store->images().find("acme", "aaaaaab").value().short_hash, "aaaaaab");
  EXPECT_EQ(store->images().find("acme", "bbbbbb").value().short_hash, "bbbbbb");
  const auto all = store->images().search("acme", {});
  for (const catalog::SourceImage& image : all->items) {
    EXPECT_EQ(store->images().find("acme", image.short_hash).value().hash, image.hash);
  }
}

TEST_P(StoreImagesFound, DeletedOnesKeepShortHashesApart) {
  ASSERT_THAT(store->images().add(picture_with_hash(1, "abcdef1")), Succeeds());
  ASSERT_THAT(store->images().add(picture_with_hash(2, "abcdef2")), Succeeds());
  ASSERT_THAT(store->images().remove("acme", "abcdef2"), Succeeds());
  EXPECT_EQ(store->images().find("acme", "abcdef1").value().short_hash, "abcdef1");
  EXPECT_THAT(store->images().find("acme", "abcdef"), FailsWith(ErrorCode::bad_request));
  ASSERT_THAT(store->images().remove("acme", "abcdef1"), Succeeds());
  EXPECT_THAT(store->images().find("acme", "abcdef"), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreImagesFound, AreListedNewestFirst) {
  for (const int number : {2, 1, 3})
    add(number);
  const auto all = store->images().search("acme", {});
  ASSERT_THAT(all, Succeeds());
  EXPECT_EQ(all->total, 3);
  ASSERT_EQ(all->items.size(), 3U);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(all->items[i].hash, picture(3 - i).hash);

  const auto page = store->images().search("acme", {.limit = 1, .offset = 2});
  EXPECT_EQ(page->total, 3);
  ASSERT_EQ(page->items.size(), 1U);
  EXPECT_EQ(page->items[0].hash, picture(1).hash);
  EXPECT_TRUE(store->images().search("acme", {.limit = 0}).value().items.empty());
}

TEST_P(StoreImagesFound, ListsKeepTheDeletedApart) {
  for (const int number : {1, 2, 3})
    add(number);
  ASSERT_THAT(store->images().remove("acme", picture(2).hash), Succeeds());
  EXPECT_EQ(store->images().search("acme", {}).value().total, 2);
  const auto deleted = store->images().search("acme", {.deleted = true});
  EXPECT_EQ(deleted->total, 1);
  ASSERT_EQ(deleted->items.size(), 1U);
  EXPECT_EQ(deleted->items[0].hash, picture(2).hash);
  EXPECT_TRUE(deleted->items[0].deleted);

  ASSERT_THAT(store->images().restore("acme", picture(2).hash), Succeeds());
  EXPECT_EQ(store->images().search("acme", {}).value().total, 3);
  EXPECT_EQ(store->images().search("acme", {.deleted = true}).value().total, 0);
}

TEST_P(StoreImagesFound, AreListedByTheirFile) {
  for (const int number : {1, 2})
    add(number);
  catalog::ImageSearch query{
      .conditions = {catalog::parse_condition("binaryhash", picture(1).binary_hash).value()}};
  const auto found = store->images().search("acme", query);
  EXPECT_EQ(found->total, 1);
  ASSERT_EQ(found->items.size(), 1U);
  EXPECT_EQ(found->items[0].hash, picture(1).hash);
  ASSERT_THAT(store->images().remove("acme", picture(1).hash), Succeeds());
  EXPECT_EQ(store->images().search("acme", query).value().total, 0);
  query.deleted = true;
  EXPECT_EQ(store->images().search("acme", query).value().total, 1);
}

}  // namespace
}  // namespace rucola::test
