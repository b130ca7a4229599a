#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using catalog::CopyOutcome;
using catalog::Overwrite;

class StoreImageCopies : public StoreConformance {
 protected:
  void SetUp() override {
    StoreConformance::SetUp();
    ASSERT_THAT(store->organizations().create("stage", "Stage", "bills@acme.example"), Succeeds());
  }

  static catalog::Copying to_stage(Overwrite overwrite = Overwrite::yes) {
    return {.from = "acme", .to = "stage", .overwrite = overwrite, .may_copy = [](const auto&) {
              return Result<void>{};
            }};
  }

  /// What became of it.
  CopyOutcome copy(const std::string& hash, Overwrite overwrite = Overwrite::yes) {
    const auto copied = store->images().copy(to_stage(overwrite), hash);
    EXPECT_THAT(copied, Succeeds());
    return copied->outcome;
  }

  Result<catalog::SourceImage> staged(const std::string& hash) { return store->images().find("stage", hash); }
};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreImageCopies, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StoreImageCopies, HaveAllButLockAndDates) {
  catalog::SourceImage image = picture(1);
  image.name = "Grüße.gif";
  image.format = "gif";
  image.mimetype = "image/gif";
  image.frames = 17;
  image.opaque = false;
  image.is_protected = true;
  image.locked = true;
  image.user_metadata_json = R"({"a":1})";
  image.dynamic_metadata_json = R"({"version":{"text":"1"}})";
  image.static_metadata_json = R"({"exif":{}})";
  ASSERT_THAT(store->images().add(image), Succeeds());
  const auto copied = store->images().copy(to_stage(), image.hash.substr(0, 8));
  ASSERT_THAT(copied, Succeeds());
  EXPECT_EQ(copied->outcome, CopyOutcome::created);
  const auto found = staged(image.hash);
  ASSERT_THAT(found, Succeeds());
  EXPECT_EQ(copied->image->hash, found->hash);
  EXPECT_EQ(found->organization, "stage");
  EXPECT_EQ(found->blob, image.blob);
  EXPECT_EQ(found->binary_hash, image.binary_hash);
  EXPECT_EQ(found->name, image.name);
  EXPECT_EQ(found->format, image.format);
  EXPECT_EQ(found->mimetype, image.mimetype);
  EXPECT_EQ(found->bytes, image.bytes);
  EXPECT_EQ(found->width, image.width);
  EXPECT_EQ(found->height, image.height);
  EXPECT_EQ(found->frames, image.frames);
  EXPECT_EQ(found->opaque, image.opaque);
  EXPECT_TRUE(found->is_protected);
  EXPECT_FALSE(found->locked) << "whoever copies may not lock";
  EXPECT_GT(found->created, image.created);
  EXPECT_EQ(found->user_metadata_json, image.user_metadata_json);
  EXPECT_EQ(found->dynamic_metadata_json, image.dynamic_metadata_json);
  EXPECT_EQ(found->static_metadata_json, image.static_metadata_json);
  EXPECT_TRUE(store->images().find("acme", image.hash)->locked) << "the original is as it was";
}

TEST_P(StoreImageCopies, OverwriteWhatIsThere) {
  catalog::SourceImage image = picture(1);
  image.user_metadata_json = R"({"a":1})";
  ASSERT_THAT(store->images().add(image), Succeeds());
  catalog::SourceImage there = picture(1, "stage");
  there.name = "old.jpg";
  there.user_metadata_json = R"({"b":2})";
  there.dynamic_metadata_json = R"({"version":{"text":"7"}})";  // as it may be changed under the hash
  ASSERT_THAT(store->images().add(there), Succeeds());

  EXPECT_EQ(copy(image.hash, Overwrite::no), CopyOutcome::kept);
  EXPECT_EQ(staged(image.hash)->name, "old.jpg");
  EXPECT_EQ(staged(image.hash)->user_metadata_json, there.user_metadata_json);

  EXPECT_EQ(copy(image.hash), CopyOutcome::overwritten);
  const auto after = staged(image.hash);
  EXPECT_EQ(after->name, image.name);
  EXPECT_EQ(after->user_metadata_json, image.user_metadata_json);
  EXPECT_EQ(after->dynamic_metadata_json, "{}");
  EXPECT_EQ(after->created, there.created);
  ASSERT_TRUE(after->changed) << "what renders show may be another thing now";

  const std::uint64_t bell = store->change_feed().bell();
  EXPECT_EQ(copy(image.hash), CopyOutcome::overwritten);
  EXPECT_EQ(store->change_feed().bell(), bell) << "it is so already";
}

TEST_P(StoreImageCopies, AreFoundByWhatTheyAreNow) {
  ASSERT_THAT(store->images().add(picture(1, "stage")), Succeeds());
  ASSERT_THAT(store->images().set_name("stage", picture(1).hash, "lake.jpg"), Succeeds());
  add(1);
  EXPECT_EQ(copy(picture(1).hash), CopyOutcome::overwritten);
  for (const auto& [word, total] : {std::pair("picture", 1), std::pair("lake", 0)}) {
    const catalog::ImageSearch search{.conditions = {catalog::parse_condition("name_text", word).value()}};
    EXPECT_EQ(store->images().search("stage", search).value().total, total) << word;
  }
}

TEST_P(StoreImageCopies, BringDeletedOnesBack) {
  const std::string hash = add(1);
  EXPECT_EQ(copy(hash), CopyOutcome::created);
  ASSERT_THAT(store->images().remove("stage", hash), Succeeds());
  EXPECT_EQ(copy(hash, Overwrite::no), CopyOutcome::created) << "for whoever asks, it was not there";
  EXPECT_THAT(staged(hash), Succeeds());
}

TEST_P(StoreImageCopies, LeaveWhatALockKeeps) {
  catalog::SourceImage image = picture(1);
  image.user_metadata_json = R"({"a":1})";
  ASSERT_THAT(store->images().add(image), Succeeds());
  EXPECT_EQ(copy(image.hash), CopyOutcome::created);
  ASSERT_THAT(store->images().set_locked("stage", image.hash, true), Succeeds());
  ASSERT_THAT(store->images().set_name("acme", image.hash, "new.jpg"), Succeeds());
  EXPECT_EQ(copy(image.hash), CopyOutcome::overwritten);
  EXPECT_EQ(staged(image.hash)->name, "new.jpg");
  EXPECT_TRUE(staged(image.hash)->locked);

  const auto none = [](const boost::json::object&) -> Result<boost::json::object> { return {}; };
  ASSERT_THAT(store->images().set_user_metadata("acme", image.hash, none), Succeeds());
  EXPECT_THAT(store->images().copy(to_stage(), image.hash), FailsWith(ErrorCode::forbidden));
  EXPECT_EQ(copy(image.hash, Overwrite::no), CopyOutcome::kept);
  EXPECT_EQ(staged(image.hash)->user_metadata_json, R"({"a":1})");
}

TEST_P(StoreImageCopies, OfWhatIsNotThereAreNone) {
  const std::string hash = add(1);
  EXPECT_EQ(copy(picture(2).hash), CopyOutcome::not_found);
  ASSERT_THAT(store->images().remove("acme", hash), Succeeds());
  EXPECT_EQ(copy(hash), CopyOutcome::not_found);
  EXPECT_THAT(store->images().copy(to_stage(), "no"), FailsWith(ErrorCode::bad_request));
  EXPECT_EQ(store->images().search("stage", {}).value().total, 0);
}

/// A file that was made to have another's SHA-1 came past the check by a copy.
TEST_P(StoreImageCopies, AreNoWayAroundTheCheckForCollisions) {
  catalog::SourceImage collision = picture(2, "stage");
  collision.binary_hash = picture(1).binary_hash;
  ASSERT_THAT(store->images().add(collision), Succeeds());
  const std::string hash = add(1);
  EXPECT_THAT(store->images().copy(to_stage(), hash), FailsWith(ErrorCode::conflict));
}

TEST_P(StoreImageCopies, ToTheSameOrganizationChangeNothing) {
  const std::string hash = add(1);
  catalog::Copying how = to_stage();
  how.to = "acme";
  const std::uint64_t bell = store->change_feed().bell();
  EXPECT_EQ(store->images().copy(how, hash)->outcome, CopyOutcome::overwritten);
  EXPECT_EQ(store->change_feed().bell(), bell);
}

TEST_P(StoreImageCopies, OfManySayWhatBecameOfEach) {
  add(1);
  add(2);
  EXPECT_EQ(copy(picture(2).hash), CopyOutcome::created);
  const std::vector<std::string> asked{picture(1).hash, picture(2).hash, picture(3).hash, picture(1).hash};
  const auto overwritten = store->images().copy_all(to_stage(), asked);
  ASSERT_THAT(overwritten, Succeeds());
  EXPECT_THAT(*overwritten, testing::ElementsAre(CopyOutcome::created, CopyOutcome::overwritten,
                                                 CopyOutcome::not_found, CopyOutcome::overwritten));
  const auto kept = store->images().copy_all(to_stage(Overwrite::no), {picture(2).hash});
  ASSERT_THAT(kept, Succeeds());
  EXPECT_THAT(*kept, testing::ElementsAre(CopyOutcome::kept));
}

TEST_P(StoreImageCopies, OfManyAreNoneWhereOneIsRefused) {
  catalog::Copying how = to_stage();
  how.may_copy = [](const catalog::SourceImage& image) -> Result<void> {
    if (image.hash != picture(2).hash) return {};
    return fail(ErrorCode::forbidden, "not this one");
  };
  for (const int number : {1, 2, 3})
    add(number);
  const std::vector<std::string> asked{picture(1).hash, picture(2).hash, picture(3).hash};
  EXPECT_THAT(store->images().copy_all(how, asked), FailsWith(ErrorCode::forbidden));
  EXPECT_EQ(store->images().search("stage", {}).value().total, 0);

  catalog::SourceImage collision = picture(4, "stage");
  collision.binary_hash = picture(3).binary_hash;
  ASSERT_THAT(store->images().add(collision), Succeeds());
  EXPECT_THAT(store->images().copy_all(to_stage(), {picture(1).hash, picture(3).hash}),
              FailsWith(ErrorCode::conflict));
  EXPECT_THAT(staged(picture(1).hash), FailsWith(ErrorCode::not_found));

  catalog::SourceImage locked = picture(2, "stage");
  locked.user_metadata_json = R"({"a":1})";
  ASSERT_THAT(store->images().add(locked), Succeeds());
  ASSERT_THAT(store->images().set_locked("stage", locked.hash, true), Succeeds());
  EXPECT_THAT(store->images().copy_all(to_stage(), {picture(1).hash, locked.hash}),
              FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(staged(picture(1).hash), FailsWith(ErrorCode::not_found));
}

/// One transaction for a hundred images with tens of thousands of values each kept all others from writing
/// for as long as that took.
TEST_P(StoreImageCopies, OfManyLetOthersWriteInBetween) {
  for (const int number : {1, 2, 3})
    add(number);
  const std::vector<std::string> asked{picture(1).hash, picture(2).hash, picture(3).hash};
  std::vector<std::int64_t> totals;  // as others see them while an image is looked at, or copied
  catalog::Copying how = to_stage();
  how.may_copy = [&](const catalog::SourceImage&) -> Result<void> {
    totals.push_back(store->images().search("stage", {}).value().total);
    return {};
  };
  ASSERT_THAT(store->images().copy_all(how, asked), Succeeds());
  EXPECT_THAT(totals, testing::ElementsAre(0, 0, 0, 0, 1, 2)) << "each is committed before the next";
}

TEST_P(StoreImageCopies, OfManyStayWhereALaterOneIsRefusedMeanwhile) {
  for (const int number : {1, 2, 3})
    add(number);
  int looks = 0;
  catalog::Copying how = to_stage();
  how.may_copy = [&looks](const catalog::SourceImage& image) -> Result<void> {
    if (image.hash != picture(2).hash || ++looks == 1) return {};
    return fail(ErrorCode::forbidden, "Not this one.");
  };
  const auto refused = store->images().copy_all(how, {picture(1).hash, picture(2).hash, picture(3).hash});
  ASSERT_THAT(refused, FailsWith(ErrorCode::forbidden));
  EXPECT_EQ(refused.error().message.text,
            "Not this one. Copied before that, and so they stay: 1 of the images that were asked for.");
  EXPECT_THAT(staged(picture(1).hash), Succeeds());
  EXPECT_THAT(staged(picture(3).hash), FailsWith(ErrorCode::not_found));
}

}  // namespace
}  // namespace rucola::test
