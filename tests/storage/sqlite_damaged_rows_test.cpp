// A row that can't be read costs that row, not what stands beside it.
#include "base/metrics.h"
#include "security/allowed_addresses.h"
#include "storage/catalog/sqlite/connection.h"
#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using storage::Connection;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Time noon{std::chrono::seconds{1'700'000'000}};

class SqliteDamagedRows : public StoreConformance {
 protected:
  void damage(const std::string& script) const {
    Connection(folder.path() / "catalog.sqlite", Connection::Use::write).execute(script);
  }
};
INSTANTIATE_TEST_SUITE_P(Adapters, SqliteDamagedRows, testing::Values(store_backends().front()),
                         backend_name);

/// It ended the server at each of its starts.
TEST_P(SqliteDamagedRows, APurgeWithoutReadableTagsIsOneOfItsWholeOrganization) {
  const auto request = [&](const std::string& name) {
    return store->purges().request({.organization = "acme",
                                    .name = name,
                                    .tags = {catalog::alias_tag("acme", name)},
                                    .caches = {"edge"},
                                    .calls_per_hour = 0},
                                   noon);
  };
  for (const char* tags : {"", "no JSON", "{}", "[1]", R"(["a1", null])"}) {
    ASSERT_THAT(request("damaged"), Succeeds());
    damage("UPDATE purge_deliveries SET tags = '" + std::string(tags) + "' WHERE name = 'damaged'");
    ASSERT_THAT(request("sound"), Succeeds());

    const auto due = store->purge_outbox().due("edge", noon, 10);
    ASSERT_THAT(due, Succeeds());
    ASSERT_EQ(due->size(), 2U);
    EXPECT_THAT(due->at(0).tags, ElementsAre(catalog::organization_tag("acme"))) << tags;
    EXPECT_THAT(due->at(1).tags, ElementsAre(catalog::alias_tag("acme", "sound")));
    ASSERT_THAT(store->purge_outbox().confirm({{due->at(0).id}, {due->at(1).id}}, noon), Succeeds());
    ASSERT_THAT(store->purge_outbox().due("edge", noon, 10), Succeeds());
  }
  EXPECT_THAT(metrics::expose(), HasSubstr(R"(rucola_damaged_rows_total{table="purge_deliveries"} 5)"));
}

/// It was said to be one of an alias.
TEST_P(SqliteDamagedRows, APurgeOfAKindThatNobodyKnowsPurgesWhatItsTagsSay) {
  ASSERT_THAT(store->purges().request({.organization = "acme",
                                       .kind = catalog::PurgeKind::stack,
                                       .name = "thumb",
                                       .tags = {catalog::stack_tag("acme", "thumb")},
                                       .caches = {"edge"},
                                       .calls_per_hour = 0},
                                      noon),
              Succeeds());
  EXPECT_EQ(store->purge_outbox().due("edge", noon, 10)->at(0).kind, catalog::PurgeKind::stack);
  const auto counted = [] {
    const std::string line = R"(rucola_damaged_rows_total{table="purge_deliveries"} )";
    const std::string all = metrics::expose();
    const std::size_t at = all.find(line);
    return at == std::string::npos ? 0 : std::stoi(all.substr(at + line.size()));
  };
  const int before = counted();
  damage("UPDATE purge_deliveries SET kind = 'mood' WHERE round = 1");
  for (int i = 0; i < 2; ++i) {
    const auto due = store->purge_outbox().due("edge", noon, 10);
    ASSERT_THAT(due, Succeeds());
    ASSERT_EQ(due->size(), 1U);
    EXPECT_EQ(due->at(0).kind, std::nullopt);
    EXPECT_THAT(due->at(0).tags, ElementsAre(catalog::stack_tag("acme", "thumb")));
  }
  EXPECT_LE(counted() - before, 1) << "told once";
}

TEST_P(SqliteDamagedRows, ARoleThatNobodyKnowsGivesNoRightAndTakesNone) {
  ASSERT_THAT(store->users().create("a@b.example", "acme", {catalog::Role::read}, sha256_hex("k")),
              Succeeds());
  damage(
      "INSERT INTO roles SELECT user, organization, 'emperor' FROM roles;"
      "INSERT INTO key_roles SELECT key, organization, 'emperor' FROM key_roles");
  const auto principal = store->users().principal_by_key(sha256_hex("k"));
  ASSERT_THAT(principal, Succeeds());
  ASSERT_TRUE(*principal);
  ASSERT_EQ((*principal)->key.memberships.size(), 1U);
  EXPECT_THAT((*principal)->key.memberships[0].roles, ElementsAre(catalog::Role::read));
  EXPECT_THAT(metrics::expose(), HasSubstr(R"(rucola_damaged_rows_total{table="roles"} 1)"));
}

TEST_P(SqliteDamagedRows, AKeyWhoseAddressesCanNotBeReadIsGoodFromNowhere) {
  ASSERT_THAT(store->users().create("a@b.example", "acme", {catalog::Role::admin}, sha256_hex("k")),
              Succeeds());
  for (const char* text : {"", "[", "{}", "[1]", "null"}) {
    damage("UPDATE api_keys SET allowed_ips = '" + std::string(text) + "'");
    const auto principal = store->users().principal_by_key(sha256_hex("k"));
    ASSERT_THAT(principal, Succeeds());
    ASSERT_TRUE(*principal);
    EXPECT_THAT((*principal)->key.terms.allowed_ips, testing::Not(testing::IsEmpty())) << text;
    EXPECT_FALSE(security::AllowedAddresses::parse((*principal)->key.terms.allowed_ips)) << text;
  }
}

TEST_P(SqliteDamagedRows, OptionsThatCanNotBeReadAreNotReplacedBySome) {
  damage("UPDATE organizations SET options = '{\"protect_dynamic_stack\":tr' WHERE name = 'acme'");
  // They may have protected something; who changes one of them must not lose the others without a word.
  EXPECT_THAT(store->organizations().set_options("acme", {{"alias_browser_max_age", "1"}}, {}),
              FailsWith(ErrorCode::internal));
  EXPECT_THAT(store->organizations().find("acme"), Succeeds());
}

TEST_P(SqliteDamagedRows, MetadataThatCanNotBeReadIsReplacedByWhatTheNextUploadBrings) {
  ASSERT_THAT(store->images().add(picture(1)), Succeeds());
  damage("UPDATE images SET user_metadata = 'no JSON', static_metadata = '[]'");
  catalog::SourceImage again = picture(1);
  again.user_metadata_json = R"({"a":1})";
  const auto added = store->images().add(again);
  ASSERT_THAT(added, Succeeds());
  EXPECT_FALSE(added->created);
  EXPECT_EQ(added->image.user_metadata_json, R"({"a":1})");
  EXPECT_EQ(added->image.static_metadata_json, "{}");
}

TEST_P(SqliteDamagedRows, ListsShowWhatStandsBesideOne) {
  ASSERT_THAT(store->images().add(picture(1)), Succeeds());
  ASSERT_THAT(store->images().add(picture(2)), Succeeds());
  ASSERT_THAT(move_alias("logo", picture(1).hash), Succeeds());
  ASSERT_THAT(store->stacks().put("acme", "thumb", "{}", catalog::Overwrite::no), Succeeds());
  damage(
      "UPDATE images SET user_metadata = x'FF' || 'no JSON', created = -1 WHERE width = 640 AND id = 1;"
      "UPDATE stacks SET definition = '';"
      "UPDATE aliases SET version = -1");
  EXPECT_EQ(store->images().search("acme", {})->items.size(), 2U);
  EXPECT_EQ(store->stacks().list("acme")->size(), 1U);
  EXPECT_EQ(store->aliases().list("acme", 10, 0)->items.size(), 1U);
}

}  // namespace
}  // namespace rucola::test
