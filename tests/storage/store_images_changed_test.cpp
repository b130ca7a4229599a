// Images that change: another takes their place, or they stay under their hash.
#include <thread>

#include <boost/json/parse.hpp>

#include "catalog/dynamic_metadata.h"
#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

class StoreImagesChanged : public StoreConformance {};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreImagesChanged, testing::ValuesIn(store_backends()), backend_name);

/// The same file with that version.
catalog::SourceImage version_of(catalog::SourceImage image, const std::string& version,
                                catalog::Identity identity = catalog::Identity::follows) {
  return catalog::with_dynamic_objects(std::move(image), {{"version", {{"text", version}}}}, identity);
}

catalog::Derivation to_version(const std::string& version, bool delete_previous = false) {
  return {.derive = [version](const catalog::SourceImage& image) -> Result<catalog::SourceImage> {
            return version_of(image, version);
          },
          .delete_previous = delete_previous};
}

TEST_P(StoreImagesChanged, AnotherImageOfTheFileIsDerived) {
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

TEST_P(StoreImagesChanged, WhatIsThereIsNotOverwrittenByWhatIsDerived) {
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
TEST_P(StoreImagesChanged, ADeletedFieldDoesNotComeBackWithAnImageThatHadIt) {
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
TEST_P(StoreImagesChanged, ADeletedOneComesBackWithTheDynamicMetadataThatIsAskedFor) {
  const std::string first = add(1);
  const catalog::Derivation in_place{
      .derive = [](const catalog::SourceImage& image) -> Result<catalog::SourceImage> {
        return version_of(image, "7", catalog::Identity::stays);
      }};
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
TEST_P(StoreImagesChanged, AreReplacedAsAWholeOrNotAtAll) {
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
TEST_P(StoreImagesChanged, AliasesFollowTheImageThatComesInTheirsPlace) {
  const std::string first = add(1);
  const std::string other = add(2);
  ASSERT_THAT(move_alias("logo", first), Succeeds());
  ASSERT_THAT(move_alias("icon", first), Succeeds());
  ASSERT_THAT(move_alias("gone", first), Succeeds());
  ASSERT_THAT(store->aliases().remove("acme", "gone", {}), Succeeds());
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

TEST_P(StoreImagesChanged, ChangeUnderTheHashThatTheyHave) {
  const std::string hash = add(1);
  const auto in_place = [](const std::string& version) {
    return catalog::Derivation{
        .derive = [version](const catalog::SourceImage& image) -> Result<catalog::SourceImage> {
          return version_of(image, version, catalog::Identity::stays);
        },
        .delete_previous = true};
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

TEST_P(StoreImagesChanged, UserMetadataChangesAreNotLost) {
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

TEST_P(StoreImagesChanged, UserMetadataChangesAreToldAndRefusedWhereTheyMustBe) {
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

}  // namespace
}  // namespace rucola::test
