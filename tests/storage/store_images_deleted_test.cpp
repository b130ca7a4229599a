// Images that are deleted, and come back.
#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

class StoreImagesDeleted : public StoreConformance {};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreImagesDeleted, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StoreImagesDeleted, AreGoneWhenDeletedAndBackWhenRestored) {
  const std::string hash = add(1);
  ASSERT_THAT(store->images().remove("acme", hash.substr(0, 7)), Succeeds());
  EXPECT_THAT(store->images().find("acme", hash), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->images().remove("acme", hash), FailsWith(ErrorCode::not_found));
  EXPECT_TRUE(store->purges().ever_existed("acme", catalog::PurgeKind::source_image, hash).value());

  const auto restored = store->images().restore("acme", hash.substr(0, 7));
  ASSERT_THAT(restored, Succeeds());
  EXPECT_EQ(restored->hash, hash);
  EXPECT_FALSE(restored->deleted);
  EXPECT_THAT(store->images().find("acme", hash), Succeeds());
}

TEST_P(StoreImagesDeleted, AreShownToWhoAsksForDeletedOnesToo) {
  const std::string hash = add(1);
  EXPECT_FALSE(store->images().find_even_deleted("acme", hash)->deleted);
  ASSERT_THAT(store->images().remove("acme", hash), Succeeds());
  const auto found = store->images().find_even_deleted("acme", hash.substr(0, 7));
  ASSERT_THAT(found, Succeeds());
  EXPECT_EQ(found->hash, hash);
  EXPECT_TRUE(found->deleted);
  EXPECT_THAT(store->images().find("acme", hash), FailsWith(ErrorCode::not_found)) << "it is deleted still";
  EXPECT_THAT(store->images().find_even_deleted("acme", std::string(40, '0')),
              FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->images().find_even_deleted("other", hash), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreImagesDeleted, RestoringALivingOneChangesNothing) {
  const std::string hash = add(1);
  const std::uint64_t bell = store->change_feed().bell();
  EXPECT_THAT(store->images().restore("acme", hash), Succeeds());
  EXPECT_EQ(store->change_feed().bell(), bell);
  EXPECT_THAT(store->images().restore("acme", std::string(40, '0')), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreImagesDeleted, LockedOnesStay) {
  catalog::SourceImage image = picture(1);
  image.locked = true;
  ASSERT_THAT(store->images().add(image), Succeeds());
  EXPECT_THAT(store->images().remove("acme", image.hash), FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(store->images().find("acme", image.hash), Succeeds());
}

/// Those before the locked one went, and the answer said that it may not be.
TEST_P(StoreImagesDeleted, OfAFileAreDeletedTogetherOrNotAtAll) {
  ASSERT_THAT(store->organizations().create("other", "Other", ""), Succeeds());
  catalog::SourceImage of_others = picture(1);
  of_others.organization = "other";
  catalog::SourceImage locked = picture(1);
  locked.hash = std::string(40, '9');
  locked.locked = true;
  for (const catalog::SourceImage& image : {of_others, picture(1), locked, picture(2)})
    ASSERT_THAT(store->images().add(image), Succeeds());

  const std::string& file = picture(1).binary_hash;
  const std::uint64_t bell = store->change_feed().bell();
  EXPECT_THAT(store->images().remove_file("acme", file), FailsWith(ErrorCode::forbidden));
  EXPECT_EQ(store->images().search("acme", {}).value().total, 3);
  EXPECT_EQ(store->change_feed().bell(), bell);

  EXPECT_THAT(store->images().remove_file("other", file), Succeeds());
  EXPECT_EQ(store->images().search("other", {}).value().total, 0);
  EXPECT_THAT(store->images().remove_file("other", file), FailsWith(ErrorCode::not_found));
  EXPECT_EQ(store->images().search("acme", {}).value().total, 3) << "another organization's went as well";
}

}  // namespace
}  // namespace rucola::test
