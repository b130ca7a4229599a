#include <string>

#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using catalog::Day;
using catalog::Days;
using catalog::MayChange;
using catalog::StorageOfDay;
using catalog::TrafficOfDay;
using catalog::UsageByDay;
using std::chrono::days;
using testing::ElementsAre;
using testing::IsEmpty;

Day today() {
  return std::chrono::floor<days>(now());
}

class StoreUsage : public StoreConformance {
 protected:
  [[nodiscard]] UsageByDay usage(const std::string& organization = "acme", days before = days{5}) const {
    const auto found = store->usage().by_day(organization, {today() - before, today() + days{2}});
    EXPECT_THAT(found, Succeeds());
    return found.value_or(UsageByDay{});
  }
  /// As it stands now. A day may begin while a test runs.
  [[nodiscard]] StorageOfDay stored(const std::string& organization = "acme") const {
    const UsageByDay found = usage(organization);
    return found.storage.empty() ? StorageOfDay{} : found.storage.back();
  }
  void expect_stored(std::int64_t images, std::int64_t bytes,
                     const std::string& organization = "acme") const {
    const StorageOfDay found = stored(organization);
    EXPECT_EQ(found.images, images);
    EXPECT_EQ(found.bytes, bytes);
    EXPECT_LE(today() - found.day, days{1});
  }
  /// Of the same file.
  [[nodiscard]] static catalog::SourceImage version_of(int number, int version) {
    catalog::SourceImage image = picture(number);
    image.dynamic_metadata_json = R"({"version":{"text":")" + std::to_string(version) + R"("}})";
    image.hash = catalog::image_hash(image.blob, image.dynamic_metadata_json, false);
    return image;
  }

  const std::int64_t size = picture(1).bytes;
};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreUsage, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StoreUsage, BeginsWithTheOrganization) {
  expect_stored(0, 0);
  EXPECT_LE(usage().storage.size(), 2U) << "nothing is known of the days before";
  EXPECT_THAT(usage().traffic, IsEmpty());
}

TEST_P(StoreUsage, FollowsImagesThatComeAndGo) {
  const std::string first = add(1);
  add(2);
  expect_stored(2, 2 * size);
  ASSERT_THAT(store->images().remove("acme", first), Succeeds());
  expect_stored(1, size);
  ASSERT_THAT(store->images().restore("acme", first), Succeeds());
  expect_stored(2, 2 * size);
  add(1);
  expect_stored(2, 2 * size);
}

TEST_P(StoreUsage, AFileThatSeveralImagesHaveCountsOnce) {
  const std::string first = add(1);
  ASSERT_THAT(store->images().add(version_of(1, 1)), Succeeds());
  ASSERT_THAT(store->images().add(version_of(1, 2)), Succeeds());
  expect_stored(3, size);
  ASSERT_THAT(store->images().remove("acme", first), Succeeds());
  expect_stored(2, size);
  ASSERT_THAT(store->images().remove_file("acme", picture(1).binary_hash), Succeeds());
  expect_stored(0, 0);
  ASSERT_THAT(store->images().restore("acme", first), Succeeds());
  expect_stored(1, size);
}

/// The bytes of whichever went last were taken off, so that what was left was less than nothing.
TEST_P(StoreUsage, AnUploadAsItCameAndOptimizedAreTwoFiles) {
  catalog::SourceImage optimized = picture(1);
  optimized.sent = optimized.blob;
  optimized.blob = picture(2).blob;
  ASSERT_THAT(store->images().add(optimized), Succeeds());
  catalog::SourceImage as_it_came = version_of(1, 1);
  as_it_came.bytes = 3 * size;
  ASSERT_THAT(store->images().add(as_it_came), Succeeds());
  expect_stored(2, 4 * size);
  ASSERT_THAT(store->images().remove("acme", optimized.hash), Succeeds());
  expect_stored(1, 3 * size);
  ASSERT_THAT(store->images().remove("acme", as_it_came.hash), Succeeds());
  expect_stored(0, 0);
}

TEST_P(StoreUsage, OfOneOrganizationIsNotAnothersThoughTheyHaveTheSameFile) {
  ASSERT_THAT(store->organizations().create("other", "", ""), Succeeds());
  add(1);
  ASSERT_THAT(store->images().add(picture(1, "other")), Succeeds());
  ASSERT_THAT(store->images().add(picture(2, "other")), Succeeds());
  expect_stored(1, size);
  expect_stored(2, 2 * size, "other");
}

TEST_P(StoreUsage, IsTheSameForAnotherStore) {
  add(1);
  store = reopen();
  expect_stored(1, size);
}

TEST_P(StoreUsage, TrafficAddsUp) {
  const TrafficOfDay some{.day = today() - days{1}, .downloads = 2, .bytes = 300, .original_bytes = 4000};
  ASSERT_THAT(store->organizations().create("other", "", ""), Succeeds());
  ASSERT_THAT(store->usage().add_traffic({{"acme", some}, {"other", some}}), Succeeds());
  ASSERT_THAT(reopen()->usage().add_traffic({{"acme", some}}), Succeeds());
  const TrafficOfDay twice{.day = some.day, .downloads = 4, .bytes = 600, .original_bytes = 8000};
  EXPECT_THAT(usage().traffic, ElementsAre(twice));
  EXPECT_THAT(usage("other").traffic, ElementsAre(some));
}

TEST_P(StoreUsage, TrafficIsOfTheDaysThatAreAskedFor) {
  for (const int before : {0, 1, 3, 9}) {
    const TrafficOfDay some{.day = Day{days{20'000}} - days{before}, .downloads = before + 1};
    ASSERT_THAT(store->usage().add_traffic({{"acme", some}}), Succeeds());
  }
  const auto found = store->usage().by_day("acme", {Day{days{19'997}}, Day{days{19'999}}});
  ASSERT_THAT(found, Succeeds());
  ASSERT_EQ(found->traffic.size(), 2U);
  EXPECT_EQ(found->traffic[0].downloads, 4);
  EXPECT_EQ(found->traffic[1].downloads, 2);
}

TEST_P(StoreUsage, TrafficOfAnOrganizationThatIsNotThereGoes) {
  const TrafficOfDay some{.day = today(), .downloads = 1};
  EXPECT_THAT(store->usage().add_traffic({{"nobodys", some}, {"acme", some}}), Succeeds());
  EXPECT_THAT(usage().traffic, ElementsAre(some));
}

TEST_P(StoreUsage, OfAnOrganizationThatIsNotThereIsNotFound) {
  EXPECT_THAT(store->usage().by_day("nobodys", {today(), today()}), FailsWith(ErrorCode::not_found));
}

/// It costs no answer that is kept its place: who follows finds nothing to note.
TEST_P(StoreUsage, TrafficChangesNothingThatAnAnswerDependsOn) {
  const auto before = store->change_feed().changes_since(0, 100);
  ASSERT_THAT(before, Succeeds());
  ASSERT_THAT(store->usage().add_traffic({{"acme", {.day = today(), .downloads = 1}}}), Succeeds());
  EXPECT_EQ(store->change_feed().changes_since(0, 100)->newest, before->newest);
}

class StoreParts : public StoreConformance {};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreParts, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StoreParts, OfAnOrganizationAreFoundByIt) {
  EXPECT_THAT(store->organizations().parts_of("acme").value(), IsEmpty());
  const auto user = store->users().create("a@b.example", "acme", {catalog::Role::admin}, sha256_hex("a key"));
  ASSERT_THAT(user, Succeeds());
  const std::string key = sha256_hex("a key").substr(0, 16);
  for (const char* part : {"west", "east"}) {
    ASSERT_THAT(store->organizations().create_for(
                    user->id, key, {.name = part, .display_name = {}, .billing_email = {}, .master = "acme"}),
                Succeeds());
  }
  EXPECT_THAT(store->organizations().parts_of("acme").value(), ElementsAre("east", "west"));
  EXPECT_THAT(store->organizations().parts_of("east").value(), IsEmpty());
  EXPECT_THAT(store->organizations().parts_of("nobodys"), FailsWith(ErrorCode::not_found));
}

}  // namespace
}  // namespace rucola::test
