#include <string>
#include <vector>

#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using catalog::DescriptionWish;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Time noon{seconds{1'700'000'000}};

class StoreDescriptionWishes : public StoreConformance {
 protected:
  [[nodiscard]] DescriptionWish wish(int number, const std::string& organization = "acme") const {
    const catalog::SourceImage image = picture(number, organization);
    EXPECT_THAT(store->images().add(image), Succeeds());
    return {.organization = organization, .hash = image.hash, .languages = {"de", "en"}};
  }
  void add(const std::vector<DescriptionWish>& wishes, Time at = noon) const {
    EXPECT_THAT(store->description_wishes().add(wishes, at), Succeeds());
  }
  [[nodiscard]] std::vector<DescriptionWish> due(Time at = noon, std::int64_t of_each = 10,
                                                 std::int64_t limit = 100) const {
    auto found = store->description_wishes().due(at, of_each, limit);
    EXPECT_THAT(found, Succeeds());
    return found.value_or(std::vector<DescriptionWish>{});
  }
  [[nodiscard]] std::vector<std::string> due_hashes(Time at = noon, std::int64_t of_each = 10,
                                                    std::int64_t limit = 100) const {
    std::vector<std::string> hashes;
    for (const DescriptionWish& one : due(at, of_each, limit))
      hashes.push_back(one.organization + "/" + one.hash);
    return hashes;
  }
  static std::string name(const DescriptionWish& wish) { return wish.organization + "/" + wish.hash; }
};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreDescriptionWishes, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StoreDescriptionWishes, AreDueAsTheyWereMade) {
  DescriptionWish forced = wish(1);
  forced.force = true;
  add({forced});
  EXPECT_THAT(due(noon - seconds{1}), IsEmpty());
  store = reopen();
  const auto found = due();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].organization, "acme");
  EXPECT_EQ(found[0].hash, forced.hash);
  EXPECT_THAT(found[0].languages, ElementsAre("de", "en"));
  EXPECT_TRUE(found[0].force);
  EXPECT_EQ(found[0].attempts, 0);
}

TEST_P(StoreDescriptionWishes, OfOneImageIsOne) {
  DescriptionWish changed = wish(1);
  add({changed});
  ASSERT_THAT(store->description_wishes().put_off(due().at(0).id, noon + minutes{5}), Succeeds());
  changed.languages = {"fr"};
  add({changed});
  ASSERT_EQ(due().size(), 1U);
  EXPECT_THAT(due()[0].languages, ElementsAre("fr"));
  EXPECT_EQ(due()[0].attempts, 0);
}

TEST_P(StoreDescriptionWishes, ThatArePutOffAreDueLaterAndCounted) {
  add({wish(1)});
  const std::int64_t id = due().at(0).id;
  ASSERT_THAT(store->description_wishes().put_off(id, noon + minutes{1}), Succeeds());
  EXPECT_THAT(due(), IsEmpty());
  ASSERT_EQ(due(noon + minutes{1}).size(), 1U);
  EXPECT_EQ(due(noon + minutes{1})[0].attempts, 1);
  ASSERT_THAT(store->description_wishes().remove(id), Succeeds());
  EXPECT_THAT(due(noon + minutes{1}), IsEmpty());
  EXPECT_THAT(store->description_wishes().remove(id), Succeeds());
  EXPECT_THAT(store->description_wishes().put_off(id, noon), Succeeds());
}

/// The many of one organization would keep another's waiting for days.
TEST_P(StoreDescriptionWishes, OrganizationsTakeTurns) {
  ASSERT_THAT(store->organizations().create("other", "", ""), Succeeds());
  const DescriptionWish first = wish(1);
  const DescriptionWish second = wish(2);
  const DescriptionWish third = wish(3);
  const DescriptionWish others = wish(4, "other");
  add({first, second, third});
  add({others}, noon + seconds{1});
  EXPECT_THAT(due_hashes(noon + seconds{1}, 2), ElementsAre(name(first), name(others), name(second)));
  EXPECT_THAT(due_hashes(noon + seconds{1}, 10, 2), ElementsAre(name(first), name(others)));
}

TEST_P(StoreDescriptionWishes, GoWithTheirImage) {
  const DescriptionWish gone = wish(1);
  const DescriptionWish stays = wish(2);
  add({gone, stays});
  ASSERT_THAT(store->images().remove("acme", gone.hash), Succeeds());
  EXPECT_THAT(due_hashes(), ElementsAre(name(stays)));
  ASSERT_THAT(store->images().restore("acme", gone.hash), Succeeds());
  EXPECT_THAT(due_hashes(), ElementsAre(name(stays)));
}

TEST_P(StoreDescriptionWishes, GoOnToTheImageThatTakesThePlace) {
  add({wish(1)});
  const auto derived = store->images().derive(
      "acme", picture(1).hash,
      {.derive = [](const catalog::SourceImage& previous) -> Result<catalog::SourceImage> {
         catalog::SourceImage next = catalog::as_another(previous);
         next.dynamic_metadata_json = R"({"version":{"text":"2"}})";
         next.hash = catalog::image_hash(next.blob, next.dynamic_metadata_json, false);
         return next;
       },
       .delete_previous = true});
  ASSERT_THAT(derived, Succeeds());
  EXPECT_THAT(due_hashes(), ElementsAre("acme/" + derived->image.hash));
}

TEST_P(StoreDescriptionWishes, AllAreTakenOrNone) {
  DescriptionWish nobodys = wish(2);
  nobodys.hash = std::string(40, '0');
  EXPECT_THAT(store->description_wishes().add({wish(1), nobodys}, noon), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(due(), IsEmpty());
}

}  // namespace
}  // namespace rucola::test
