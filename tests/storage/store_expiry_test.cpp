// What expires, in every adapter.
#include <algorithm>

#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using catalog::SeenTime;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr Time noon{std::chrono::seconds{1'700'000'000}};

class StoreExpiry : public StoreConformance {
 protected:
  /// So many hours more are seen.
  SeenTime pass(hours time) {
    SeenTime seen{};
    for (hours passed{0}; passed < time; ++passed) {
      clock += hours{1};
      seen = store->expiry().look_at_clock(clock).value();
    }
    return seen;
  }
  /// All that was deleted earlier.
  std::int64_t remove_images(SeenTime before = SeenTime::max(), std::int64_t most = 100) {
    const auto removed = store->expiry().remove_images(before, most);
    EXPECT_THAT(removed, Succeeds());
    return removed->things;
  }
  std::string add_and_delete(const catalog::SourceImage& image) {
    EXPECT_THAT(store->images().add(image), Succeeds());
    EXPECT_THAT(store->images().remove(image.organization, image.hash), Succeeds());
    return image.hash;
  }
  /// The image of that number, which is gone for good.
  catalog::SourceImage gone(int number) {
    const catalog::SourceImage image = picture(number);
    add_and_delete(image);
    EXPECT_EQ(remove_images(), 1);
    return image;
  }
  [[nodiscard]] std::vector<std::string> waiting(SeenTime before = SeenTime::max()) const {
    return store->expiry().waiting_files(before, "", 1000).value();
  }
  /// Another image of the same file.
  static catalog::SourceImage variant(int number) {
    catalog::SourceImage image = picture(number);
    image.is_protected = true;
    image.hash = catalog::image_hash(image.blob, "{}", true);
    return image;
  }

  Time clock = noon;
};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreExpiry, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StoreExpiry, TimeGoesOnWhereItWas) {
  EXPECT_EQ(store->expiry().look_at_clock(noon).value(), SeenTime::zero());
  EXPECT_EQ(store->expiry().look_at_clock(noon + minutes{10}).value(), minutes{10});
  store = reopen();
  EXPECT_EQ(store->expiry().look_at_clock(noon + minutes{20}).value(), minutes{20});
  EXPECT_EQ(store->expiry().look_at_clock(noon + days{40}).value(), minutes{20} + catalog::longest_step);
}

TEST_P(StoreExpiry, ADeletionIsAsOldAsTheTimeThatWasSeenSince) {
  static_cast<void>(store->expiry().look_at_clock(clock));
  const std::string early = add_and_delete(picture(1));
  const SeenTime between = pass(hours{5});
  const std::string late = add_and_delete(picture(2));
  EXPECT_EQ(remove_images(between), 1) << "the one that was deleted before";
  EXPECT_THAT(store->images().find_even_deleted("acme", early), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->images().find_even_deleted("acme", late), Succeeds());
}

TEST_P(StoreExpiry, TheOldestGoFirstAndNoMoreThanAsked) {
  static_cast<void>(store->expiry().look_at_clock(clock));
  const std::string second = add_and_delete(picture(2));
  pass(hours{1});
  const std::string first = add_and_delete(picture(1));
  const auto removed = store->expiry().remove_images(SeenTime::max(), 1);
  EXPECT_EQ(removed->things, 1);
  EXPECT_TRUE(removed->more);
  EXPECT_THAT(store->images().find_even_deleted("acme", second), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->images().find_even_deleted("acme", first), Succeeds());
  EXPECT_FALSE(store->expiry().remove_images(SeenTime::max(), 2)->more);
}

TEST_P(StoreExpiry, WhatIsGoneIsNotThereInAnyWay) {
  const catalog::SourceImage image = gone(1);
  EXPECT_THAT(store->images().find("acme", image.hash), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->images().find_even_deleted("acme", image.hash), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->images().restore("acme", image.hash), FailsWith(ErrorCode::not_found));
  const auto deleted = store->images().search("acme", {.deleted = true});
  ASSERT_THAT(deleted, Succeeds());
  EXPECT_EQ(deleted->total, 0);
  EXPECT_THAT(deleted->items, IsEmpty());
  EXPECT_THAT(store->images().each_blob([](auto, auto) { ADD_FAILURE(); }), Succeeds());
}

TEST_P(StoreExpiry, WhatLivesOrWasRestoredDoesNotGo) {
  const std::string living = add(1);
  const std::string restored = add_and_delete(picture(2));
  ASSERT_THAT(store->images().restore("acme", restored), Succeeds());
  const std::string again = add_and_delete(picture(3));
  ASSERT_THAT(store->images().add(picture(3)), Succeeds());
  EXPECT_EQ(remove_images(), 0);
  for (const std::string& hash : {living, restored, again})
    EXPECT_THAT(store->images().find("acme", hash), Succeeds());
}

TEST_P(StoreExpiry, DeletedAgainItBeginsAnew) {
  static_cast<void>(store->expiry().look_at_clock(clock));
  const std::string hash = add_and_delete(picture(1));
  const SeenTime between = pass(hours{5});
  ASSERT_THAT(store->images().restore("acme", hash), Succeeds());
  ASSERT_THAT(store->images().remove("acme", hash), Succeeds());
  EXPECT_EQ(remove_images(between), 0);
  EXPECT_EQ(remove_images(), 1);
}

TEST_P(StoreExpiry, EveryWayOfDeletingCounts) {
  add(1);
  ASSERT_THAT(store->images().remove_file("acme", picture(1).binary_hash), Succeeds());
  add(2);
  const auto derived = store->images().derive(
      "acme", picture(2).hash,
      {.derive = [](const catalog::SourceImage&) -> Result<catalog::SourceImage> { return variant(2); },
       .delete_previous = true});
  ASSERT_THAT(derived, Succeeds());
  EXPECT_EQ(remove_images(), 2);
  EXPECT_THAT(store->images().find("acme", variant(2).hash), Succeeds());
}

TEST_P(StoreExpiry, AFileWaitsOnceNoImageIsOfItAnyMore) {
  ASSERT_THAT(store->organizations().create("other", "", ""), Succeeds());
  ASSERT_THAT(store->images().add(picture(1, "other")), Succeeds());
  ASSERT_THAT(store->images().add(variant(1)), Succeeds());
  const std::string file = picture(1).blob;
  gone(1);
  EXPECT_THAT(waiting(), IsEmpty()) << "two more images are of it";
  ASSERT_THAT(store->images().remove("acme", variant(1).hash), Succeeds());
  EXPECT_EQ(remove_images(), 1);
  EXPECT_THAT(waiting(), IsEmpty()) << "another organization has one";
  EXPECT_EQ(store->expiry().is_wanted(file).value(), true);
  ASSERT_THAT(store->images().remove("other", picture(1).hash), Succeeds());
  EXPECT_EQ(store->expiry().is_wanted(file).value(), true) << "it can be restored";
  EXPECT_EQ(remove_images(), 1);
  EXPECT_THAT(waiting(), ElementsAre(file));
  EXPECT_EQ(store->expiry().is_wanted(file).value(), false);
}

TEST_P(StoreExpiry, AFileOfSeveralImagesThatGoTogetherWaitsOnce) {
  add_and_delete(picture(1));
  add_and_delete(variant(1));
  EXPECT_EQ(remove_images(), 2);
  EXPECT_THAT(waiting(), ElementsAre(picture(1).blob));
}

TEST_P(StoreExpiry, FilesWaitFromWhenTheyBegan) {
  static_cast<void>(store->expiry().look_at_clock(clock));
  gone(1);
  const SeenTime between = pass(hours{2});
  gone(2);
  EXPECT_THAT(waiting(between), ElementsAre(picture(1).blob));
  EXPECT_THAT(waiting(), UnorderedElementsAre(picture(1).blob, picture(2).blob));
  std::vector<std::string> all;
  ASSERT_THAT(store->expiry().each_waiting([&](std::string_view file) { all.emplace_back(file); }),
              Succeeds());
  EXPECT_THAT(all, UnorderedElementsAre(picture(1).blob, picture(2).blob));
}

TEST_P(StoreExpiry, FilesArePagedByTheirNames) {
  std::vector<std::string> files;
  for (const int number : {1, 2, 3}) {
    gone(number);
    files.push_back(picture(number).blob);
  }
  std::ranges::sort(files);
  EXPECT_THAT(store->expiry().waiting_files(SeenTime::max(), "", 2).value(), ElementsAre(files[0], files[1]));
  EXPECT_THAT(store->expiry().waiting_files(SeenTime::max(), files[1], 2).value(), ElementsAre(files[2]));
}

TEST_P(StoreExpiry, AFileThatBeganAnewGoesOnWaiting) {
  static_cast<void>(store->expiry().look_at_clock(clock));
  gone(1);
  const SeenTime between = pass(hours{2});
  gone(1);
  ASSERT_THAT(store->expiry().wait_no_more({picture(1).blob}, between), Succeeds());
  EXPECT_THAT(waiting(), ElementsAre(picture(1).blob));
  ASSERT_THAT(store->expiry().wait_no_more({picture(1).blob}, SeenTime::max()), Succeeds());
  EXPECT_THAT(waiting(), IsEmpty());
  EXPECT_THAT(store->expiry().wait_no_more({picture(1).blob}, SeenTime::max()), Succeeds()) << "twice";
}

TEST_P(StoreExpiry, ItsAliasesGoOnPointingAtItsHash) {
  const std::string hash = add(1);
  ASSERT_THAT(move_alias("logo", hash), Succeeds());
  ASSERT_THAT(move_alias("deleted", hash), Succeeds());
  ASSERT_THAT(store->aliases().remove("acme", "deleted", {}), Succeeds());
  ASSERT_THAT(store->images().remove("acme", hash), Succeeds());
  EXPECT_EQ(remove_images(), 1);
  const auto alias = store->aliases().find("acme", "logo");
  ASSERT_THAT(alias, Succeeds());
  EXPECT_EQ(alias->hash, hash);
  EXPECT_EQ(alias->version, 1);
  EXPECT_EQ(store->aliases().history("acme", "logo")->size(), 1U);
  EXPECT_EQ(store->aliases().list("acme", 10, 0)->total, 1);
  EXPECT_THAT(move_alias("other", hash), FailsWith(ErrorCode::not_found));
  EXPECT_EQ(move_alias("logo", add(2))->alias.version, 2);
  EXPECT_EQ(move_alias("deleted", add(2))->alias.version, 2);
}

TEST_P(StoreExpiry, TheSameFileAgainIsANewImageOfTheSameHash) {
  catalog::SourceImage image = picture(1);
  image.user_metadata_json = R"({"title":"of before"})";
  add_and_delete(image);
  EXPECT_EQ(remove_images(), 1);
  const auto again = store->images().add(picture(1));
  ASSERT_THAT(again, Succeeds());
  EXPECT_TRUE(again->created);
  EXPECT_EQ(again->image.hash, image.hash);
  EXPECT_EQ(again->image.user_metadata_json, "{}");
  EXPECT_EQ(store->images().add_fetched(picture(1), "http://a.example/").value(), image.hash);
  EXPECT_EQ(store->expiry().is_wanted(image.blob).value(), true);
}

Result<std::string> fetched_from(catalog::Store& store, const std::string& url) {
  Result<std::string> hash = fail(ErrorCode::internal, "not asked");
  EXPECT_THAT(store.render_lookup().read(
                  [&](catalog::RenderSnapshot& snapshot) { hash = snapshot.remote_image("acme", url); }),
              Succeeds());
  return hash;
}

TEST_P(StoreExpiry, WhatWasTakenDownIsNotFetchedBack) {
  const std::string hash = store->images().add_fetched(picture(1), "http://a.example/").value();
  ASSERT_THAT(store->images().remove("acme", hash), Succeeds());
  EXPECT_EQ(remove_images(), 1);
  EXPECT_EQ(fetched_from(*store, "http://a.example/").value(), hash) << "so it is not asked for again";
  EXPECT_EQ(store->images().add_fetched(picture(1), "http://b.example/").value(), hash);
  EXPECT_EQ(fetched_from(*store, "http://b.example/").value(), hash);
  EXPECT_THAT(store->images().find_even_deleted("acme", hash), FailsWith(ErrorCode::not_found));
  EXPECT_EQ(store->images().add_fetched(variant(1), "http://c.example/").value(), hash)
      << "nor as another one";
}

TEST_P(StoreExpiry, WhoMayOnlyUploadDoesNotBringItBack) {
  gone(1);
  for (const catalog::SourceImage& image : {picture(1), variant(1)})
    EXPECT_THAT(store->images().add_all({image}, catalog::MayChange::no), FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(store->images().add_all({picture(2)}, catalog::MayChange::no), Succeeds());
  ASSERT_THAT(store->images().add_all({picture(1)}, catalog::MayChange::yes), Succeeds());
  EXPECT_THAT(store->images().add_all({picture(1)}, catalog::MayChange::no), Succeeds());
  ASSERT_THAT(store->organizations().create("other", "", ""), Succeeds());
  EXPECT_THAT(store->images().add_all({picture(1, "other")}, catalog::MayChange::no), Succeeds());
}

TEST_P(StoreExpiry, TheFileOfWhatIsRefusedWaitsAsWell) {
  const std::vector<std::string> files{gone(1).blob, picture(2).blob};
  const auto wait_no_more = [&] {
    ASSERT_THAT(store->expiry().wait_no_more(files, SeenTime::max()), Succeeds());
    ASSERT_THAT(waiting(), IsEmpty());
  };
  wait_no_more();
  EXPECT_THAT(store->images().add_all({picture(2), picture(1)}, catalog::MayChange::no),
              FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(waiting(), testing::UnorderedElementsAreArray(files)) << "all come, or none";
  wait_no_more();
  ASSERT_THAT(store->images().add_fetched(picture(1), "http://a.example/"), Succeeds());
  EXPECT_THAT(waiting(), ElementsAre(picture(1).blob));
  wait_no_more();
  const catalog::FetchedVideo video{
      .url = "http://b.example/", .sha1 = picture(1).binary_hash, .sha256 = picture(1).blob};
  ASSERT_THAT(store->images().add_fetched_still(picture(2), "http://b.example/ @1ms", video), Succeeds());
  EXPECT_THAT(waiting(), ElementsAre(picture(2).blob));
  wait_no_more();
  EXPECT_THAT(store->images().add(picture(2, "nobody")), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->images().add_fetched(picture(1, "nobody"), "http://a.example/"),
              FailsWith(ErrorCode::not_found));
  EXPECT_THAT(waiting(), testing::UnorderedElementsAreArray(files));
  ASSERT_THAT(store->images().add(picture(3)), Succeeds());
  EXPECT_THAT(store->images().add(picture(3, "nobody")), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(waiting(), testing::UnorderedElementsAreArray(files)) << "but not what an image is of";
}

TEST_P(StoreExpiry, WhatIsLeftInCachesCanStillBePurged) {
  const catalog::SourceImage image = gone(1);
  const auto existed = [&](std::string_view hash) {
    return store->purges().ever_existed("acme", catalog::PurgeKind::source_image, hash).value();
  };
  EXPECT_TRUE(existed(image.hash));
  EXPECT_TRUE(existed(image.hash.substr(0, 8)));
  EXPECT_FALSE(existed(picture(2).hash));
}

TEST_P(StoreExpiry, ItsShortHashIsFreeForOthers) {
  const auto first = picture_with_hash(1, "abcdef1");
  ASSERT_THAT(store->images().add(first), Succeeds());
  const auto second = picture_with_hash(2, "abcdef2");
  ASSERT_THAT(store->images().add(second), Succeeds());
  EXPECT_EQ(store->images().find("acme", second.hash)->short_hash, "abcdef2");
  ASSERT_THAT(store->images().remove("acme", first.hash), Succeeds());
  EXPECT_THAT(store->images().find("acme", "abcdef"), FailsWith(ErrorCode::bad_request));
  EXPECT_EQ(remove_images(), 1);
  EXPECT_EQ(store->images().find("acme", "abcdef")->hash, second.hash);
}

TEST_P(StoreExpiry, WhatPointedAtItIsTold) {
  const std::string hash = add_and_delete(picture(1));
  const auto before = store->change_feed().changes_since(0, 1000)->newest;
  EXPECT_EQ(remove_images(), 1);
  const auto changes = store->change_feed().changes_since(before.number + 1, 1000)->changes;
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].kind, catalog::ChangeKind::image);
  EXPECT_EQ(changes[0].name, hash);
}

TEST_P(StoreExpiry, PreviewsGoByWhenTheyWerePutLast) {
  static_cast<void>(store->expiry().look_at_clock(clock));
  const auto put = [&](std::string_view name, std::string_view definition) {
    EXPECT_THAT(store->stacks().put("acme", name, definition, catalog::Overwrite::yes), Succeeds());
  };
  for (const char* name : {"_preview", "_preview_b", "_preview_c", "_preview_deleted", "thumb", "preview"})
    put(name, "{}");
  ASSERT_THAT(store->stacks().remove("acme", "_preview_deleted"), Succeeds());
  const SeenTime between = pass(hours{5});
  put("_preview_b", R"({"operations":[]})");
  put("_preview_deleted", "{}");
  EXPECT_EQ(store->expiry().remove_previews(between, 1)->things, 1);
  EXPECT_EQ(store->expiry().remove_previews(between, 100)->things, 1);
  const auto names = [&] {
    std::vector<std::string> found;
    const auto stacks = store->stacks().list("acme");
    for (const catalog::Stack& stack : *stacks)
      found.push_back(stack.name);
    return found;
  };
  EXPECT_THAT(names(), UnorderedElementsAre("_preview_b", "_preview_deleted", "preview", "thumb"));
  EXPECT_EQ(store->expiry().remove_previews(SeenTime::max(), 100)->things, 2);
  EXPECT_THAT(names(), UnorderedElementsAre("preview", "thumb"));
  EXPECT_EQ(store->expiry().remove_previews(SeenTime::max(), 100)->things, 0);
  EXPECT_TRUE(store->purges().ever_existed("acme", catalog::PurgeKind::stack, "_preview").value());
}

TEST_P(StoreExpiry, APreviewThatIsPutAsItIsBeginsAnew) {
  const auto put = [&](std::string_view name) {
    EXPECT_THAT(store->stacks().put("acme", name, "{}", catalog::Overwrite::yes), Succeeds());
  };
  put("_preview");
  put("_preview_b");
  const SeenTime between = pass(hours{5});
  put("_preview");
  EXPECT_EQ(store->expiry().remove_previews(between, 100)->things, 1);
  EXPECT_THAT(store->stacks().find("acme", "_preview"), Succeeds());
  EXPECT_EQ(store->expiry().remove_previews(SeenTime::max(), 100)->things, 1);
}

TEST_P(StoreExpiry, ACatalogWhoseImagesAreAllGoneIsNotTakenForAnotherOne) {
  EXPECT_NE(store->without_images_since().value(), std::nullopt);
  gone(1);
  EXPECT_EQ(store->without_images_since().value(), std::nullopt);
}

}  // namespace
}  // namespace rucola::test
