#include <map>
#include <thread>

#include <boost/json/parse.hpp>

#include "catalog/dynamic_metadata.h"
#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using testing::HasSubstr;

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

TEST_P(StoreImages, AreFoundByAnUnambiguousPrefix) {
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

TEST_P(StoreImages, PrefixesReachFromZeroToF) {
  ASSERT_THAT(store->images().add(picture_with_hash(1, "000000")), Succeeds());
  ASSERT_THAT(store->images().add(picture_with_hash(2, std::string(40, 'f'))), Succeeds());
  EXPECT_EQ(store->images().find("acme", "000000").value().blob, picture(1).blob);
  EXPECT_EQ(store->images().find("acme", "ffffff").value().blob, picture(2).blob);
}

TEST_P(StoreImages, HaveTheShortestHashThatIsTheirsAlone) {
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

TEST_P(StoreImages, DeletedOnesKeepShortHashesApart) {
  ASSERT_THAT(store->images().add(picture_with_hash(1, "abcdef1")), Succeeds());
  ASSERT_THAT(store->images().add(picture_with_hash(2, "abcdef2")), Succeeds());
  ASSERT_THAT(store->images().remove("acme", "abcdef2"), Succeeds());
  EXPECT_EQ(store->images().find("acme", "abcdef1").value().short_hash, "abcdef1");
  EXPECT_THAT(store->images().find("acme", "abcdef"), FailsWith(ErrorCode::bad_request));
  ASSERT_THAT(store->images().remove("acme", "abcdef1"), Succeeds());
  EXPECT_THAT(store->images().find("acme", "abcdef"), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreImages, AreListedNewestFirst) {
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

TEST_P(StoreImages, ListsKeepTheDeletedApart) {
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

TEST_P(StoreImages, AreListedByTheirFile) {
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

TEST_P(StoreImages, AreGoneWhenDeletedAndBackWhenRestored) {
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

TEST_P(StoreImages, AreShownToWhoAsksForDeletedOnesToo) {
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

TEST_P(StoreImages, RestoringALivingOneChangesNothing) {
  const std::string hash = add(1);
  const std::uint64_t bell = store->change_feed().bell();
  EXPECT_THAT(store->images().restore("acme", hash), Succeeds());
  EXPECT_EQ(store->change_feed().bell(), bell);
  EXPECT_THAT(store->images().restore("acme", std::string(40, '0')), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreImages, LockedOnesStay) {
  catalog::SourceImage image = picture(1);
  image.locked = true;
  ASSERT_THAT(store->images().add(image), Succeeds());
  EXPECT_THAT(store->images().remove("acme", image.hash), FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(store->images().find("acme", image.hash), Succeeds());
}

/// Those before the locked one went, and the answer said that it may not be.
TEST_P(StoreImages, OfAFileAreDeletedTogetherOrNotAtAll) {
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

/// The same file with that version.
catalog::SourceImage version_of(catalog::SourceImage image, const std::string& version,
                                catalog::Identity identity = catalog::Identity::follows) {
  return catalog::with_dynamic_object(std::move(image), "version", boost::json::object{{"text", version}},
                                      identity);
}

catalog::Derivation to_version(const std::string& version, bool delete_previous = false) {
  return {.derive = [version](const catalog::SourceImage& image) -> Result<catalog::SourceImage> {
            return version_of(image, version);
          },
          .delete_previous = delete_previous,
          .by = somebody};
}

TEST_P(StoreImages, AnotherImageOfTheFileIsDerived) {
  catalog::SourceImage first = picture(1);
  first.user_metadata_json = R"({"a":"1"})";
  ASSERT_THAT(store->images().add(first), Succeeds());
  const auto second = store->images().derive("acme", first.hash.substr(0, 8), to_version("2"));
  ASSERT_THAT(second, Succeeds());
  EXPECT_TRUE(second->changed);
  EXPECT_EQ(second->image.hash, version_of(picture(1), "2").hash);
  EXPECT_EQ(second->image.user_metadata_json, first.user_metadata_json);
  EXPECT_THAT(store->images().find("acme", first.hash), Succeeds());

  const std::uint64_t bell = store->change_feed().bell();
  const auto again = store->images().derive("acme", second->image.hash, to_version("2"));
  ASSERT_THAT(again, Succeeds());
  EXPECT_FALSE(again->changed);
  EXPECT_EQ(store->change_feed().bell(), bell);
  EXPECT_THAT(store->images().derive("acme", picture(9).hash, to_version("2")),
              FailsWith(ErrorCode::not_found));
}

TEST_P(StoreImages, WhatIsThereIsNotOverwrittenByWhatIsDerived) {
  const std::string first = add(1);
  const std::string second = store->images().derive("acme", first, to_version("2"))->image.hash;
  const auto name = [](std::string value) {
    return [value](const boost::json::object&) -> Result<boost::json::object> {
      return boost::json::object{{"name", value}};
    };
  };
  ASSERT_THAT(store->images().set_user_metadata("acme", first, name("first")), Succeeds());
  ASSERT_THAT(store->images().set_user_metadata("acme", second, name("second")), Succeeds());
  EXPECT_EQ(store->images().derive("acme", first, to_version("2"))->image.user_metadata_json,
            R"({"name":"second"})");
  ASSERT_THAT(store->images().remove("acme", second), Succeeds());
  EXPECT_EQ(store->images().derive("acme", first, to_version("2"))->image.user_metadata_json,
            R"({"name":"first"})");
}

/// What had been deleted of the user metadata came back with the image that had it once.
TEST_P(StoreImages, ADeletedFieldDoesNotComeBackWithAnImageThatHadIt) {
  catalog::SourceImage first = picture(1);
  first.user_metadata_json = R"({"secret":"S3","keep":"k"})";
  ASSERT_THAT(store->images().add(first), Succeeds());
  const std::string one = store->images().derive("acme", first.hash, to_version("1", true))->image.hash;
  const std::string two = store->images().derive("acme", one, to_version("2", true))->image.hash;
  const auto kept = [](const boost::json::object&) -> Result<boost::json::object> {
    return boost::json::object{{"keep", "k"}};
  };
  ASSERT_THAT(store->images().set_user_metadata("acme", two, kept), Succeeds());
  const auto back = store->images().derive("acme", two, to_version("1", true));
  ASSERT_THAT(back, Succeeds());
  EXPECT_EQ(back->image.hash, one);
  EXPECT_EQ(back->image.user_metadata_json, R"({"keep":"k"})");
}

/// An image that was changed under its hash, and deleted, came back as what it was changed to.
TEST_P(StoreImages, ADeletedOneComesBackWithTheDynamicMetadataThatIsAskedFor) {
  const std::string first = add(1);
  const catalog::Derivation in_place{
      .derive = [](const catalog::SourceImage& image) -> Result<catalog::SourceImage> {
        return version_of(image, "7", catalog::Identity::stays);
      },
      .by = {}};
  const auto one = store->images().derive("acme", first, to_version("1"))->image;
  for (const std::string& hash : {first, one.hash}) {
    ASSERT_THAT(store->images().derive("acme", hash, in_place), Succeeds());
    ASSERT_THAT(store->images().remove("acme", hash), Succeeds());
  }
  const auto changed = store->images().find_even_deleted("acme", one.hash)->changed;
  ASSERT_TRUE(changed);

  const auto uploaded = store->images().add(picture(1));
  ASSERT_THAT(uploaded, Succeeds());
  EXPECT_EQ(uploaded->image.hash, first);
  EXPECT_EQ(uploaded->image.dynamic_metadata_json, "{}");
  const auto derived = store->images().derive("acme", first, to_version("1"));
  ASSERT_THAT(derived, Succeeds());
  EXPECT_EQ(derived->image.hash, one.hash);
  EXPECT_EQ(derived->image.dynamic_metadata_json, one.dynamic_metadata_json);
  ASSERT_TRUE(derived->image.changed);
  EXPECT_GT(*derived->image.changed, *changed) << "its renders show something else than with the date before";
}

/// Between the two steps somebody locked the one that was to go: both stayed.
TEST_P(StoreImages, AreReplacedAsAWholeOrNotAtAll) {
  catalog::SourceImage locked = picture(1);
  locked.locked = true;
  ASSERT_THAT(store->images().add(locked), Succeeds());
  catalog::Derivation how = to_version("2", true);
  how.purge = [](const catalog::SourceImage& previous) -> std::optional<catalog::PurgeRequest> {
    return catalog::PurgeRequest{.organization = "acme",
                                 .kind = catalog::PurgeKind::source_image,
                                 .name = previous.hash,
                                 .tags = {"tag"},
                                 .caches = {"cache"}};
  };
  const std::string changed = version_of(picture(1), "2").hash;
  EXPECT_THAT(store->images().derive("acme", locked.hash, how), FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(store->images().find("acme", changed), FailsWith(ErrorCode::not_found));
  EXPECT_TRUE(store->purge_outbox().due("cache", now(), 10).value().empty());

  const std::string open = add(3);
  const auto replaced = store->images().derive("acme", open, how);
  ASSERT_THAT(replaced, Succeeds());
  EXPECT_THAT(store->images().find("acme", replaced->image.hash), Succeeds());
  EXPECT_THAT(store->images().find("acme", open), FailsWith(ErrorCode::not_found));
  EXPECT_EQ(store->purge_outbox().due("cache", now(), 10).value().size(), 1U);
}

/// They pointed at what was deleted, and every render of theirs was 404.
TEST_P(StoreImages, AliasesFollowTheImageThatComesInTheirsPlace) {
  const std::string first = add(1);
  const std::string other = add(2);
  ASSERT_THAT(move_alias("logo", first), Succeeds());
  ASSERT_THAT(move_alias("icon", first), Succeeds());
  ASSERT_THAT(move_alias("gone", first), Succeeds());
  ASSERT_THAT(store->aliases().remove("acme", "gone", {}, somebody), Succeeds());
  ASSERT_THAT(move_alias("other", other), Succeeds());

  const std::string kept = store->images().derive("acme", first, to_version("2"))->image.hash;
  EXPECT_EQ(store->aliases().find("acme", "logo")->hash, first) << "the previous image is still there";
  const std::string second = store->images().derive("acme", first, to_version("3", true))->image.hash;
  for (const char* name : {"logo", "icon"}) {
    const auto alias = store->aliases().find("acme", name);
    ASSERT_THAT(alias, Succeeds());
    EXPECT_EQ(alias->hash, second);
    EXPECT_EQ(alias->version, 2);
    const auto history = store->aliases().history("acme", name);
    ASSERT_THAT(history, Succeeds());
    ASSERT_EQ(history->size(), 2U);
    EXPECT_EQ(history->front().hash, second);
    EXPECT_EQ(history->front().by.email, somebody.email);
  }
  EXPECT_EQ(store->aliases().find("acme", "other")->version, 1);
  EXPECT_THAT(store->aliases().find("acme", "gone"), FailsWith(ErrorCode::not_found));
  // The image that comes may be there already.
  ASSERT_THAT(store->images().derive("acme", second, to_version("2", true)), Succeeds());
  EXPECT_EQ(store->aliases().find("acme", "logo")->hash, kept);
}

TEST_P(StoreImages, ChangeUnderTheHashThatTheyHave) {
  const std::string hash = add(1);
  const auto in_place = [](const std::string& version) {
    return catalog::Derivation{
        .derive = [version](const catalog::SourceImage& image) -> Result<catalog::SourceImage> {
          return version_of(image, version, catalog::Identity::stays);
        },
        .delete_previous = true,
        .by = {}};
  };
  const auto changed = store->images().derive("acme", hash, in_place("2"));
  ASSERT_THAT(changed, Succeeds());
  EXPECT_TRUE(changed->changed);
  EXPECT_EQ(changed->image.hash, hash);
  EXPECT_EQ(changed->image.dynamic_metadata_json, R"({"version":{"text":"2"}})");
  EXPECT_THAT(store->images().find("acme", hash), Succeeds()) << "it deleted itself";
  ASSERT_TRUE(changed->image.changed);
  const auto again = store->images().derive("acme", hash, in_place("3"));
  ASSERT_THAT(again, Succeeds());
  EXPECT_GT(*again->image.changed, *changed->image.changed);

  catalog::SourceImage locked = picture(2);
  locked.locked = true;
  ASSERT_THAT(store->images().add(locked), Succeeds());
  EXPECT_THAT(store->images().derive("acme", locked.hash, in_place("2")), FailsWith(ErrorCode::forbidden));
}

TEST_P(StoreImages, UserMetadataChangesAreNotLost) {
  const std::string hash = add(1);
  const auto other = reopen();
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      catalog::Images& images = (writer % 2 == 0 ? store : other)->images();
      for (int turn = 0; turn < 25; ++turn) {
        const auto add_one = [&](const boost::json::object& stored) -> Result<boost::json::object> {
          boost::json::object fields = stored;
          fields["f" + std::to_string(writer * 100 + turn)] = "x";
          return fields;
        };
        EXPECT_THAT(images.set_user_metadata("acme", hash, add_one), Succeeds());
      }
    });
  }
  for (std::thread& writer : writers)
    writer.join();
  const auto image = store->images().find("acme", hash);
  ASSERT_THAT(image, Succeeds());
  EXPECT_EQ(boost::json::parse(image->user_metadata_json).as_object().size(), 100U);
}

TEST_P(StoreImages, UserMetadataChangesAreToldAndRefusedWhereTheyMustBe) {
  const std::string hash = add(1);
  const auto set = [&](const std::string& of, boost::json::object fields) {
    return store->images().set_user_metadata(
        "acme", of, [&](const boost::json::object&) -> Result<boost::json::object> { return fields; });
  };
  const std::int64_t before = store->change_feed().changes_since(0, 1)->newest.number;
  const auto changed = set(hash.substr(0, 10), {{"a", "1"}});
  ASSERT_THAT(changed, Succeeds());
  EXPECT_EQ(changed->user_metadata_json, R"({"a":"1"})");
  ASSERT_TRUE(changed->changed);
  const auto told = store->change_feed().changes_since(before + 1, 10);
  ASSERT_THAT(told, Succeeds());
  ASSERT_EQ(told->changes.size(), 1U);
  EXPECT_EQ(told->changes[0].kind, catalog::ChangeKind::image);
  EXPECT_EQ(told->changes[0].name, hash);

  const std::uint64_t bell = store->change_feed().bell();
  EXPECT_THAT(set(hash, {{"a", "1"}}), Succeeds());
  EXPECT_EQ(store->change_feed().bell(), bell) << "nothing changed";
  EXPECT_THAT(set(picture(9).hash, {}), FailsWith(ErrorCode::not_found));
  catalog::SourceImage locked = picture(2);
  locked.locked = true;
  ASSERT_THAT(store->images().add(locked), Succeeds());
  EXPECT_THAT(set(locked.hash, {{"a", "1"}}), FailsWith(ErrorCode::forbidden));
  locked.user_metadata_json = R"({"a":"1"})";
  EXPECT_THAT(store->images().add(locked), FailsWith(ErrorCode::forbidden));
  ASSERT_THAT(store->images().remove("acme", hash), Succeeds());
  EXPECT_THAT(set(hash, {{"a", "2"}}), FailsWith(ErrorCode::not_found));
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

/// The full hash of the image, as a render finds it.
Result<std::string> fetched_from(catalog::Store& store, const std::string& organization,
                                 const std::string& url) {
  Result<std::string> found = fail(ErrorCode::internal, "nobody was asked");
  const auto read = store.render_lookup().read(
      [&](catalog::RenderSnapshot& snapshot) { found = snapshot.remote_image(organization, url); });
  if (!read) return std::unexpected(read.error());
  return found;
}

TEST_P(StoreImages, RememberWhatTheyWereFetchedFrom) {
  const std::string url = "https://example.org/a.jpg?b=c";
  EXPECT_THAT(fetched_from(*store, "acme", url), FailsWith(ErrorCode::not_found));
  EXPECT_EQ(store->images().add_fetched(picture(1), url).value(), picture(1).hash);
  EXPECT_THAT(store->images().find("acme", picture(1).hash), Succeeds());
  EXPECT_EQ(fetched_from(*store, "acme", url).value(), picture(1).hash);
  EXPECT_THAT(fetched_from(*store, "acme", url + "d"), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(fetched_from(*store, "other", url), FailsWith(ErrorCode::not_found));
  EXPECT_EQ(store->images().add_fetched(picture(2), url).value(), picture(2).hash);
  EXPECT_EQ(fetched_from(*store, "acme", url).value(), picture(2).hash);
  EXPECT_THAT(store->images().add_fetched(picture(1, "nobody"), url), FailsWith(ErrorCode::not_found));
}

/// Anybody's render URL did, with the same bytes from anywhere.
TEST_P(StoreImages, AreNotFetchedBackToLife) {
  const std::string hash = add(1);
  ASSERT_THAT(store->images().remove("acme", hash), Succeeds());
  EXPECT_EQ(store->images().add_fetched(picture(1), "http://a.example/").value(), hash);
  EXPECT_THAT(store->images().find("acme", hash), FailsWith(ErrorCode::not_found));
  EXPECT_EQ(fetched_from(*store, "acme", "http://a.example/").value(), hash) << "it is not fetched again";
  // Who uploads it wants it, and may.
  ASSERT_THAT(store->images().add(picture(1)), Succeeds());
  EXPECT_THAT(store->images().find("acme", hash), Succeeds());
  EXPECT_EQ(store->images().add_fetched(picture(1), "http://b.example/").value(), hash);
}

TEST_P(StoreImages, OfAFileThatWasDeletedAreNotFetchedInAnotherVariant) {
  catalog::SourceImage shielded = picture(1);
  shielded.is_protected = true;
  shielded.hash = catalog::image_hash(shielded.blob, "{}", true);
  ASSERT_THAT(store->images().add(shielded), Succeeds());
  ASSERT_THAT(store->images().remove("acme", shielded.hash), Succeeds());
  EXPECT_EQ(store->images().add_fetched(picture(1), "http://a.example/").value(), shielded.hash);
  EXPECT_THAT(store->images().find_even_deleted("acme", picture(1).hash), FailsWith(ErrorCode::not_found));
  // It is another file, and another organization's images are its own business.
  EXPECT_EQ(store->images().add_fetched(picture(2), "http://b.example/").value(), picture(2).hash);
  ASSERT_THAT(store->organizations().create("other", "", ""), Succeeds());
  EXPECT_THAT(store->images().add_fetched(picture(1, "other"), "http://a.example/"), Succeeds());
  EXPECT_THAT(store->images().find("other", picture(1).hash), Succeeds());
}

}  // namespace
}  // namespace rucola::test
