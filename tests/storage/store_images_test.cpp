#include <map>

#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

class StoreImages : public StoreConformance {};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreImages, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StoreImages, KeepEveryField) {
  catalog::SourceImage image = picture(1);
  image.name = "Grüße \"aus\" Zürich.png";
  image.format = "gif";
  image.mimetype = "image/gif";
  image.bytes = 5'000'000'000;
  image.width = 30'000;
  image.height = 2;
  image.frames = 17;
  image.opaque = false;
  image.is_protected = true;
  image.locked = true;
  image.user_metadata_json = R"({"a":1,"b":[true,null]})";
  image.dynamic_metadata_json = R"({"subject_area":{"x":1}})";
  image.static_metadata_json = R"({"exif":{}})";
  const auto added = store->images().add(image);
  ASSERT_THAT(added, Succeeds());
  EXPECT_TRUE(added->created);

  const auto found = store->images().find("acme", image.hash);
  ASSERT_THAT(found, Succeeds());
  EXPECT_EQ(found->organization, "acme");
  EXPECT_EQ(found->hash, image.hash);
  EXPECT_EQ(found->short_hash, image.hash.substr(0, 6));
  EXPECT_EQ(found->binary_hash, image.binary_hash);
  EXPECT_EQ(found->blob, image.blob);
  EXPECT_EQ(found->name, image.name);
  EXPECT_EQ(found->format, image.format);
  EXPECT_EQ(found->mimetype, image.mimetype);
  EXPECT_EQ(found->bytes, image.bytes);
  EXPECT_EQ(found->width, image.width);
  EXPECT_EQ(found->height, image.height);
  EXPECT_EQ(found->frames, image.frames);
  EXPECT_FALSE(found->opaque);
  EXPECT_TRUE(found->is_protected);
  EXPECT_TRUE(found->locked);
  EXPECT_EQ(found->created, image.created);
  EXPECT_FALSE(found->deleted);
  EXPECT_EQ(found->user_metadata_json, image.user_metadata_json);
  EXPECT_EQ(found->dynamic_metadata_json, image.dynamic_metadata_json);
  EXPECT_EQ(found->static_metadata_json, image.static_metadata_json);
}

/// Of a file from which another one was made to be stored.
catalog::SourceImage repacked(int number, const std::string& stored) {
  catalog::SourceImage image = picture(number);
  image.sent = image.blob;
  image.blob = sha256_hex(stored);
  image.hash = catalog::image_hash(image);
  return image;
}

TEST_P(StoreImages, AreOfTheFileThatWasSent) {
  EXPECT_EQ(repacked(1, "small").hash, picture(1).hash);
  ASSERT_THAT(store->images().add(repacked(1, "small")), Succeeds());
  const auto found = store->images().find("acme", picture(1).hash);
  ASSERT_THAT(found, Succeeds());
  EXPECT_EQ(found->sent, picture(1).blob);
  EXPECT_EQ(found->blob, sha256_hex("small"));
  add(2);
  EXPECT_EQ(store->images().find("acme", picture(2).hash)->sent, "");
}

TEST_P(StoreImages, KeepTheFileThatTheyHave) {
  ASSERT_THAT(store->images().add(repacked(1, "small")), Succeeds());
  for (const catalog::SourceImage& again : {picture(1), repacked(1, "smaller")}) {
    const auto added = store->images().add(again);
    ASSERT_THAT(added, Succeeds());
    EXPECT_FALSE(added->created);
    EXPECT_EQ(added->image.blob, sha256_hex("small"));
  }
  EXPECT_THAT(store->expiry().waiting_files(catalog::SeenTime::max(), "", 10).value(),
              testing::UnorderedElementsAre(picture(1).blob, sha256_hex("smaller")))
      << "what nobody needs is removed";
}

TEST_P(StoreImages, OfOneFileAreNotTakenForCollisions) {
  catalog::SourceImage variant = picture(1);
  variant.is_protected = true;
  variant.hash = catalog::image_hash(variant);
  ASSERT_THAT(store->images().add(repacked(1, "small")), Succeeds());
  ASSERT_THAT(store->images().add(variant), Succeeds());
  catalog::SourceImage collision = repacked(2, "small");
  collision.binary_hash = picture(1).binary_hash;
  EXPECT_THAT(store->images().add(collision), FailsWith(ErrorCode::conflict));
}

TEST_P(StoreImages, ThatWereTakenDownAreKnownByTheFileThatWasSent) {
  ASSERT_THAT(store->images().add(repacked(1, "small")), Succeeds());
  ASSERT_THAT(store->images().remove("acme", picture(1).hash), Succeeds());
  EXPECT_EQ(store->images().add_fetched(picture(1), "http://a.example/").value(), picture(1).hash);
  EXPECT_THAT(store->images().find("acme", picture(1).hash), FailsWith(ErrorCode::not_found));
  ASSERT_THAT(store->expiry().remove_images(catalog::SeenTime::max(), 10), Succeeds());
  EXPECT_THAT(store->images().add_all({picture(1)}, catalog::MayChange::no), FailsWith(ErrorCode::forbidden));
}

TEST_P(StoreImages, AddingAgainFindsWhatIsThere) {
  ASSERT_THAT(store->images().add(picture(1)), Succeeds());
  catalog::SourceImage again = picture(1);
  again.name = "another name.jpg";
  again.created = now();
  const std::uint64_t bell = store->change_feed().bell();
  const auto added = store->images().add(again);
  ASSERT_THAT(added, Succeeds());
  EXPECT_FALSE(added->created);
  EXPECT_EQ(added->image.created, picture(1).created);
  EXPECT_EQ(added->image.name, "picture.jpg");
  EXPECT_EQ(store->images().search("acme", {}).value().total, 1);
  EXPECT_EQ(store->change_feed().bell(), bell);
}

TEST_P(StoreImages, AddingAgainMergesMetadata) {
  catalog::SourceImage first = picture(1);
  first.user_metadata_json = R"({"kept":1,"changed":"old"})";
  ASSERT_THAT(store->images().add(first), Succeeds());
  catalog::SourceImage again = picture(1);
  again.user_metadata_json = R"({"changed":"new","added":[2]})";
  ASSERT_THAT(store->images().add(again), Succeeds());
  EXPECT_EQ(store->images().find("acme", first.hash).value().user_metadata_json,
            R"({"kept":1,"changed":"new","added":[2]})");
}

TEST_P(StoreImages, ComeBackToLifeWhenAddedAgain) {
  const std::string hash = add(1);
  ASSERT_THAT(store->images().remove("acme", hash), Succeeds());
  const auto added = store->images().add(picture(1));
  ASSERT_THAT(added, Succeeds());
  EXPECT_TRUE(added->created) << "for whoever asks, it had not been there";
  EXPECT_FALSE(added->image.deleted);
  EXPECT_THAT(store->images().find("acme", hash), Succeeds());
}

/// Who may only upload wrote over what others had said of an image, and brought deleted ones back.
TEST_P(StoreImages, WhoMayChangeNoneAddsNewOnesAlone) {
  constexpr auto no = catalog::MayChange::no;
  catalog::SourceImage first = picture(1);
  first.user_metadata_json = R"({"kept":1})";
  ASSERT_THAT(store->images().add(first), Succeeds());
  catalog::SourceImage again = picture(1);
  again.user_metadata_json = R"({"kept":2,"added":3})";
  const auto found = store->images().add_all({again, picture(2)}, no);
  ASSERT_THAT(found, Succeeds());
  EXPECT_FALSE((*found)[0].created);
  EXPECT_TRUE((*found)[1].created);
  EXPECT_EQ(store->images().find("acme", first.hash).value().user_metadata_json, R"({"kept":1})");

  ASSERT_THAT(store->images().remove("acme", first.hash), Succeeds());
  EXPECT_THAT(store->images().add_all({picture(3), again}, no), FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(store->images().find("acme", picture(3).hash), FailsWith(ErrorCode::not_found));
  EXPECT_TRUE(store->images().find_even_deleted("acme", first.hash).value().deleted);
  catalog::SourceImage variant = picture(1);
  variant.is_protected = true;
  variant.hash = catalog::image_hash(variant.blob, "{}", true);
  EXPECT_THAT(store->images().add_all({variant}, no), FailsWith(ErrorCode::forbidden))
      << "the same file, as another image";
}

TEST_P(StoreImages, AreLockedAndUnlocked) {
  const std::string hash = add(1);
  const auto locked = store->images().set_locked("acme", hash.substr(0, 8), true);
  ASSERT_THAT(locked, Succeeds());
  EXPECT_TRUE(locked->locked);
  EXPECT_EQ(locked->hash, hash);
  EXPECT_THAT(store->images().remove("acme", hash), FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(store->images().remove_file("acme", picture(1).binary_hash), FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(store->images().set_locked("acme", hash, true), Succeeds());
  EXPECT_FALSE(store->images().set_locked("acme", hash, false).value().locked);
  EXPECT_THAT(store->images().remove("acme", hash), Succeeds());
  EXPECT_THAT(store->images().set_locked("acme", hash, true), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->images().set_locked("acme", picture(2).hash, true), FailsWith(ErrorCode::not_found));
}

/// An upload of the same file changed what the lock is to keep.
TEST_P(StoreImages, WhatIsSaidOfALockedOneStays) {
  catalog::SourceImage image = picture(1);
  image.user_metadata_json = R"({"kept":1})";
  image.locked = true;
  ASSERT_THAT(store->images().add(image), Succeeds());
  catalog::SourceImage again = picture(1);
  EXPECT_THAT(store->images().add(again), Succeeds()) << "it says nothing";
  again.user_metadata_json = R"({"kept":1})";
  EXPECT_THAT(store->images().add(again), Succeeds()) << "it says the same";
  again.user_metadata_json = R"({"kept":2})";
  EXPECT_THAT(store->images().add(again), FailsWith(ErrorCode::forbidden));
  EXPECT_EQ(store->images().find("acme", image.hash).value().user_metadata_json, R"({"kept":1})");
}

TEST_P(StoreImages, RefuseASha1Collision) {
  ASSERT_THAT(store->images().add(picture(1)), Succeeds());
  catalog::SourceImage colliding = picture(2);
  colliding.binary_hash = picture(1).binary_hash;
  EXPECT_THAT(store->images().add(colliding), FailsWith(ErrorCode::conflict));
  EXPECT_THAT(store->images().find("acme", colliding.hash), FailsWith(ErrorCode::not_found));
  ASSERT_THAT(store->organizations().create("other", "Other", ""), Succeeds());
  colliding.organization = "other";
  EXPECT_THAT(store->images().add(colliding), Succeeds())
      << "one organization's clash refused another's upload";
}

TEST_P(StoreImages, OneFileMayBeManyImages) {
  ASSERT_THAT(store->images().add(picture(1)), Succeeds());
  catalog::SourceImage with_area = picture(1);
  with_area.dynamic_metadata_json = R"({"crop_area":{}})";
  with_area.hash = catalog::image_hash(with_area.blob, with_area.dynamic_metadata_json, false);
  const auto added = store->images().add(with_area);
  ASSERT_THAT(added, Succeeds());
  EXPECT_TRUE(added->created);
  const catalog::ImageSearch of_the_file{
      .conditions = {catalog::parse_condition("binaryhash", with_area.binary_hash).value()}};
  EXPECT_EQ(store->images().search("acme", of_the_file).value().total, 2);
}

TEST_P(StoreImages, BelongToTheirOrganization) {
  ASSERT_THAT(store->organizations().create("other", "Other", ""), Succeeds());
  const std::string hash = add(1);
  EXPECT_THAT(store->images().find("other", hash), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->images().remove("other", hash), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->images().restore("other", hash), FailsWith(ErrorCode::not_found));
  EXPECT_TRUE(store->images().add(picture(1, "other")).value().created);
  EXPECT_THAT(store->images().add(picture(1, "nobody")), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->images().search("nobody", {}), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreImages, SeveralAreAddedTogetherOrNotAtAll) {
  catalog::SourceImage clash = picture(2);
  clash.binary_hash = picture(1).binary_hash;
  EXPECT_THAT(store->images().add_all({picture(1), clash}, catalog::MayChange::yes),
              FailsWith(ErrorCode::conflict));
  EXPECT_THAT(store->images().find("acme", picture(1).hash), FailsWith(ErrorCode::not_found))
      << "the first of them stayed";
  const auto added = store->images().add_all({picture(1), picture(2), picture(1)}, catalog::MayChange::yes);
  ASSERT_THAT(added, Succeeds());
  ASSERT_EQ(added->size(), 3U);
  EXPECT_TRUE((*added)[0].created);
  EXPECT_TRUE((*added)[1].created);
  EXPECT_FALSE((*added)[2].created);
}

TEST_P(StoreImages, EveryBlobIsVisited) {
  std::map<std::string, std::int64_t> expected;
  for (int number = 0; number < 1100; ++number) {  // more than one piece
    ASSERT_THAT(store->images().add(picture(number)), Succeeds());
    expected.emplace(picture(number).blob, picture(number).bytes);
  }
  ASSERT_THAT(store->images().remove("acme", picture(0).hash), Succeeds());
  std::map<std::string, std::int64_t> visited;
  ASSERT_THAT(store->images().each_blob(
                  [&](std::string_view blob, std::int64_t bytes) { visited.emplace(blob, bytes); }),
              Succeeds());
  EXPECT_EQ(visited, expected);
}

}  // namespace
}  // namespace rucola::test
