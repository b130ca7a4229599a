// Folders live on: one of the first version opens, and keeps everything.
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/store.h"
#include "result_matchers.h"
#include "scratch_folder.h"
#include "storage/catalog/sqlite/connection.h"
#include "storage/catalog/sqlite_store.h"
#include "storage/first_version.h"
#include "storage/restore.h"
#include "storage/reverts.h"

namespace rucola::test {
namespace {

using storage::Connection;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* logo_hash = "17f3a1d0c9a6b4f85e21aa07c3dd9e5b6f120001";
constexpr const char* gone_hash = "17f3a1d0c9a6b4f85e21aa07c3dd9e5b6f120002";

class SqliteMigration : public testing::Test {
 protected:
  SqliteMigration() {
    run(first_version_schema);
    run(first_version_rows);
  }
  void run(const std::string& script) const { Connection(file, Connection::Use::write).execute(script); }
  [[nodiscard]] static std::int64_t number_in(const std::filesystem::path& database, storage::Sql sql) {
    Connection connection(database, Connection::Use::write);
    auto row = connection.query(sql);
    row.step();
    return row.integer(0);
  }
  [[nodiscard]] std::int64_t number(storage::Sql sql) const { return number_in(file, sql); }
  [[nodiscard]] std::unique_ptr<catalog::Store> open() const {
    auto opened = storage::open_sqlite_store(file);
    EXPECT_THAT(opened, Succeeds());
    return std::move(opened.value());
  }

  ScratchFolder folder;
  std::filesystem::path file = folder.path() / "catalog.sqlite";
};

TEST_F(SqliteMigration, ACatalogOfTheFirstVersionKeepsItsHashes) {
  const auto store = open();
  const auto image = store->images().find("acme", "17f3a1d0c9a6b4f85e21aa07c3dd9e5b6f120001");
  ASSERT_THAT(image, Succeeds());
  EXPECT_EQ(image->hash, logo_hash);
  EXPECT_EQ(image->short_hash, logo_hash) << "its neighbour differs in the last character";
  EXPECT_EQ(image->binary_hash, "a000000000000000000000000000000000000001");
  EXPECT_EQ(image->blob, "b000000000000000000000000000000000000000000000000000000000000001");
  EXPECT_EQ(image->dynamic_metadata_json, R"({"subject_area":{"x":1}})");
  EXPECT_EQ(image->user_metadata_json, R"({"title":"Logo"})");
  EXPECT_FALSE(image->opaque);
  const auto gone = store->images().restore("acme", gone_hash);
  ASSERT_THAT(gone, Succeeds());
  EXPECT_EQ(gone->hash, gone_hash);
  EXPECT_TRUE(gone->is_protected);
  EXPECT_TRUE(gone->locked);
}

TEST_F(SqliteMigration, ACatalogOfTheFirstVersionKeepsItsNames) {
  const auto store = open();
  const auto alias = store->aliases().find("acme", "logo");
  ASSERT_THAT(alias, Succeeds());
  EXPECT_EQ(alias->hash, logo_hash);
  EXPECT_EQ(alias->version, 7);
  EXPECT_THAT(store->aliases().find("acme", "gone"), FailsWith(ErrorCode::not_found));
  EXPECT_EQ(store->aliases().list("acme", 10, 0)->total, 1);
  const auto back = store->aliases().put("acme", "gone", logo_hash, catalog::Overwrite::no, {});
  ASSERT_THAT(back, Succeeds());
  EXPECT_EQ(back->alias.version, 4);
  EXPECT_EQ(store->stacks().find("acme", "thumb")->definition_json,
            R"({"operations":[{"name":"resize","options":{"width":100}}]})");
  EXPECT_EQ(store->stacks().list("acme")->size(), 1U);
  EXPECT_EQ(store->organizations().find("acme")->options_json, R"({"protect_dynamic_stack":true})");
  EXPECT_EQ(store->organizations().find("acme")->id, "0b0e0000-0000-4000-8000-000000000001");
}

TEST_F(SqliteMigration, ACatalogOfTheFirstVersionKeepsItsUsersAndPurges) {
  const auto store = open();
  const auto principal =
      store->users().principal_by_key("ac3c8cb6a3d0cdf19c5cdd2c1ec6d3e2e2ad9b8ae5b8b5b4d4d2f4f7d9c1a001");
  ASSERT_THAT(principal, Succeeds());
  ASSERT_TRUE(*principal);
  EXPECT_EQ((*principal)->user.email, "a@acme.example");
  EXPECT_EQ((*principal)->key.memberships.size(), 2U);
  const auto due = store->purge_outbox().due("edge", now(), 10);
  ASSERT_EQ(due->size(), 1U);
  EXPECT_EQ(due->at(0).id, 5);
  EXPECT_THAT(due->at(0).tags, ElementsAre("a0123456789abcdef"));
}

TEST_F(SqliteMigration, OrganizationsOfBeforeSigningKeysGetOne) {
  const auto store = open();
  const auto keys = store->organizations().signing_keys("acme");
  ASSERT_THAT(keys, Succeeds());
  ASSERT_EQ(keys->size(), 1U);
  EXPECT_EQ(keys->front().key.size(), 32U);
  EXPECT_NE(store->organizations().signing_keys("other").value().at(0).key, keys->front().key);
}

TEST_F(SqliteMigration, KeysOfBeforeTokensGetASecretToSignThemWith) {
  const auto store = open();
  const auto keys = store->users().keys("a@acme.example");
  ASSERT_THAT(keys, Succeeds());
  ASSERT_FALSE(keys->empty());
  for (const catalog::ApiKey& key : *keys) {
    EXPECT_EQ(key.token_secret.size(), 64U);
    EXPECT_FALSE(key.terms.trusted);
    EXPECT_TRUE(key.terms.allowed_ips.empty());
    EXPECT_FALSE(key.terms.expires);
  }
}

TEST_F(SqliteMigration, RolesOfBeforeMembershipsHaveThem) {
  const auto store = open();
  const auto members = store->members().list("acme");
  ASSERT_THAT(members, Succeeds());
  ASSERT_FALSE(members->empty());
  for (const catalog::Member& member : *members) {
    EXPECT_TRUE(member.active);
    EXPECT_FALSE(member.roles.empty());
    EXPECT_FALSE(member.created) << "nobody wrote it down";
  }
}

TEST_F(SqliteMigration, AliasesOfBeforeTheHistoryBeginTheirsAsTheyStand) {
  const auto store = open();
  const auto logo = store->aliases().history("acme", "logo");
  ASSERT_THAT(logo, Succeeds());
  ASSERT_EQ(logo->size(), 1U);
  EXPECT_EQ(logo->at(0).version, 7);
  EXPECT_EQ(logo->at(0).hash, logo_hash);
  EXPECT_EQ(logo->at(0).at, Time{std::chrono::milliseconds{1'700'000'000'011}});
  EXPECT_EQ(logo->at(0).by.via, Via::before_history);
  const auto gone = store->aliases().history("acme", "gone");
  ASSERT_THAT(gone, Succeeds());
  EXPECT_TRUE(gone->at(0).deleted);
  EXPECT_EQ(gone->at(0).at, Time{std::chrono::milliseconds{1'700'000'000'012}});
}

TEST_F(SqliteMigration, WhatWasDeletedBeforeExpiryCanBeRestoredFromNowOn) {
  const auto store = open();
  catalog::Expiry& expiry = store->expiry();
  EXPECT_EQ(expiry.remove_images(catalog::SeenTime{0}, 10)->things, 0);
  EXPECT_THAT(store->images().find_even_deleted("acme", gone_hash), Succeeds());
  const std::int64_t deleted = number("SELECT count(*) FROM images WHERE deleted IS NOT NULL");
  EXPECT_EQ(expiry.remove_images(catalog::SeenTime{1}, 100)->things, deleted);
  EXPECT_THAT(store->images().find_even_deleted("acme", gone_hash), FailsWith(ErrorCode::not_found));
}

/// SQLite can't take a foreign key away: the tables were made anew.
TEST_F(SqliteMigration, TablesThatWereMadeAnewHaveAllThatTheyHad) {
  run("INSERT INTO aliases VALUES (1, 'copied', '" + std::string(logo_hash) + "', 3, 1, 2, NULL)");
  const auto store = open();
  EXPECT_EQ(store->aliases().find("acme", "copied")->version, 3);
  EXPECT_EQ(number("SELECT count(*) FROM pragma_foreign_key_list('aliases') WHERE \"table\" = 'images'"), 0);
  EXPECT_EQ(
      number("SELECT count(*) FROM pragma_foreign_key_list('remote_images') WHERE \"table\" = 'images'"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%_before'"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'aliases'"), 8);
  EXPECT_EQ(
      number("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'remote_images'"), 3);
  EXPECT_EQ(number("SELECT count(*) FROM sqlite_schema WHERE name = 'aliases_by_image'"), 1);
}

TEST_F(SqliteMigration, TheHistoryTellsOfNoMigration) {
  const auto store = open();
  for (const catalog::HistoryKind kind : catalog::all_history_kinds()) {
    if (kind == catalog::HistoryKind::alias) continue;  // those have a beginning
    EXPECT_THAT(store->audit().list("acme", {.kind = kind}).value(), testing::IsEmpty())
        << catalog::name_of(kind);
  }
  EXPECT_THAT(store->audit().list("", {}).value(), testing::IsEmpty());
}

TEST_F(SqliteMigration, WhatIsStoredIsKnownFromThenOn) {
  run("UPDATE images SET deleted = NULL, bytes = 4711, "
      "binary_hash = (SELECT min(binary_hash) FROM images), blob = (SELECT min(blob) FROM images)");
  const auto store = open();
  const auto today = std::chrono::floor<std::chrono::days>(now());
  const auto usage = store->usage().by_day("acme", {today - std::chrono::days{30}, today});
  ASSERT_THAT(usage, Succeeds());
  ASSERT_FALSE(usage->storage.empty());
  EXPECT_LE(usage->storage.size(), 2U) << "not of the days before";
  EXPECT_EQ(usage->storage.back().images, 2);
  EXPECT_EQ(usage->storage.back().bytes, 4711) << "both are of one file";
}

TEST_F(SqliteMigration, AllMigrationsHappenOrNone) {
  for (const std::string in_the_way : {"history", "changes_before"}) {  // of the last one
    run("CREATE TABLE " + in_the_way + " (in_the_way)");
    const auto opened = storage::open_sqlite_store(file);
    ASSERT_THAT(opened, FailsWith(ErrorCode::internal));
    EXPECT_THAT(opened.error().message.text, HasSubstr(in_the_way));
    EXPECT_EQ(number("PRAGMA user_version"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM sqlite_schema WHERE name IN ('signing_keys', 'remote_images')"),
              0);
    run("DROP TABLE " + in_the_way);
  }
  EXPECT_THAT(storage::open_sqlite_store(file), Succeeds());
}

/// What tests take back is what the migrations do.
class WaysBack : public SqliteMigration {
 protected:
  /// Each thing by its name, and a table by its columns, too.
  [[nodiscard]] std::vector<std::string> schema() const {
    Connection connection(file, Connection::Use::write);
    auto row = connection.query(
        "SELECT m.type || ' ' || m.name || ifnull(' ' || c.name || ' ' || c.type, '') FROM sqlite_schema m "
        "LEFT JOIN pragma_table_info(m.name) c ON m.type = 'table' ORDER BY 1");
    std::vector<std::string> found;
    while (row.step())
      found.push_back(row.text(0));
    return found;
  }
};

TEST_F(WaysBack, EveryMigrationSinceTheSixthHasOne) {
  static_cast<void>(open());
  std::vector<std::int64_t> wanted(static_cast<std::size_t>(number("PRAGMA user_version")) - 6);
  std::iota(wanted.begin(), wanted.end(), 7);
  std::vector<std::int64_t> found;
  for (const auto& [version, sql] : reverts())
    found.push_back(version);
  EXPECT_EQ(found, wanted) << "a new migration needs the SQL that takes it back in tests/storage/reverts/";
}

TEST_F(WaysBack, LeadToWhereTheMigrationsRunAgain) {
  static_cast<void>(open());
  const std::int64_t newest = number("PRAGMA user_version");
  const std::vector<std::string> whole = schema();
  for (std::int64_t version = newest - 1; version >= 6; --version) {
    run(back_to(version));
    EXPECT_NE(schema(), whole) << version;
    static_cast<void>(open());
    EXPECT_EQ(number("PRAGMA user_version"), newest);
    EXPECT_EQ(schema(), whole) << version;
  }
}

/// Who had let a fallback be was not written down.
TEST_F(WaysBack, FallbacksOfBeforeTheirConsentsAreTheAdminsOfBothOrTheHouses) {
  const auto set = [](catalog::Store& store, const std::string& organization, const std::string& fallback) {
    ASSERT_THAT(store.organizations().set_options(
                    organization,
                    {{.name = "render_org_fallback", .value_json = '"' + fallback + '"', .let_by = {}}}, {}),
                Succeeds());
  };
  {
    const auto store = open();
    ASSERT_THAT(store->users().create("ann@acme.example", "acme", {catalog::Role::admin}, "ann"), Succeeds());
    ASSERT_THAT(store->users().create("bob@acme.example", "acme", {catalog::Role::admin}, "bob"), Succeeds());
    for (const char* name : {"mine", "not-mine"}) {
      ASSERT_THAT(store->organizations().create(name, "", ""), Succeeds());
      set(*store, name, "acme");
    }
    ASSERT_THAT(store->users().set_membership("ann@acme.example", "mine", {catalog::Role::admin}),
                Succeeds());
  }
  run(back_to(15));
  const auto store = open();
  ASSERT_THAT(store->users().remove_membership("ann@acme.example", "acme"), Succeeds());
  EXPECT_EQ(store->organizations().find("mine")->options_json, "{}");
  EXPECT_EQ(store->organizations().find("not-mine")->options_json, R"({"render_org_fallback":"acme"})");
}

/// As the program left it that had the feed, but no tokens in it.
class FeedWithoutTokens : public SqliteMigration {
 protected:
  FeedWithoutTokens() {
    static_cast<void>(open());
    run(back_to(6));
    run("INSERT INTO changes (kind, organization, name) VALUES ('alias', 'acme', 'logo')");
    run("INSERT INTO changes (kind, organization, name) VALUES ('stack', 'acme', 'thumb')");
  }
};

TEST_F(FeedWithoutTokens, TheFeedGoesOnAndItsRowsGetTokens) {
  const std::int64_t newest = number("SELECT max(number) FROM changes");
  const auto store = open();
  const auto found = store->change_feed().changes_since(newest - 1, 100);
  ASSERT_THAT(found, Succeeds());
  ASSERT_EQ(found->changes.size(), 2U);
  EXPECT_EQ(found->changes[0].name, "logo");
  EXPECT_EQ(found->changes[1].name, "thumb");
  EXPECT_EQ(found->changes[1].place, found->newest);
  EXPECT_NE(found->changes[0].place.token, found->changes[1].place.token);
  ASSERT_THAT(store->aliases().put("acme", "new", logo_hash, catalog::Overwrite::no, {}), Succeeds());
  const auto next = store->change_feed().changes_since(newest + 1, 100);
  ASSERT_EQ(next->changes.size(), 1U);
  EXPECT_EQ(next->changes[0].place.number, newest + 1);
  EXPECT_EQ(next->changes[0].name, "new");
  EXPECT_NE(next->changes[0].place.token, 0);
}

TEST_F(FeedWithoutTokens, ANumberIsUsedOnceThoughItsRowIsGone) {
  const std::int64_t newest = number("SELECT max(number) FROM changes");
  run("DELETE FROM changes");
  const auto store = open();
  EXPECT_EQ(store->change_feed().changes_since(0, 100)->newest,
            (catalog::FeedPlace{.number = newest, .token = 0}));
  ASSERT_THAT(store->aliases().put("acme", "new", logo_hash, catalog::Overwrite::no, {}), Succeeds());
  EXPECT_EQ(store->change_feed().changes_since(0, 100)->newest.number, newest + 1);
  EXPECT_THAT(store->lost_changes(), testing::IsEmpty()) << "what the mark counted is still counted";
}

class Restored : public FeedWithoutTokens {
 protected:
  std::filesystem::path in_use = folder.path() / "in-use.sqlite";
  std::unique_ptr<catalog::Store> store = storage::open_sqlite_store(in_use).value();

  void run_in_use(const std::string& script) const {
    Connection(in_use, Connection::Use::write).execute(script);
  }
};

/// It was 500 until the server was started again.
TEST_F(Restored, AnOlderCatalogIsBroughtUpToDateWhileItIsUsed) {
  ASSERT_THAT(store->organizations().create("here-before", "", ""), Succeeds());
  ASSERT_THAT(store->organizations().find("here-before"), Succeeds());
  restore(file, in_use);
  EXPECT_THAT(store->organizations().find("acme"), Succeeds());
  EXPECT_THAT(store->organizations().find("here-before"), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->change_feed().changes_since(0, 100), Succeeds());
  EXPECT_THAT(store->check(), Succeeds());
  EXPECT_THAT(store->aliases().put("acme", "new", logo_hash, catalog::Overwrite::no, {}), Succeeds());
  EXPECT_TRUE(storage::examine_sqlite_store(in_use)) << "it has this program's schema";
}

TEST_F(Restored, SoIsOneThatIsWrittenToFirst) {
  restore(file, in_use);
  EXPECT_THAT(store->aliases().put("acme", "new", logo_hash, catalog::Overwrite::no, {}), Succeeds());
  EXPECT_THAT(store->aliases().find("acme", "new"), Succeeds());
}

/// Its numbers are ours, its tables are not: every answer was 500.
TEST_F(Restored, OneWithoutOurTablesIsRefusedUntilItsOwnIsBack) {
  ASSERT_THAT(store->organizations().create("here-before", "", ""), Succeeds());
  const std::filesystem::path kept = folder.path() / "kept.sqlite";
  restore(in_use, kept);
  const std::filesystem::path foreign = folder.path() / "foreign.sqlite";
  Connection(foreign, Connection::Use::write)
      .execute("CREATE TABLE theirs (x); PRAGMA application_id = 0x7275636F; PRAGMA user_version = " +
               std::to_string(number_in(in_use, "PRAGMA user_version")));
  restore(foreign, in_use);
  for (const ErrorCode code :
       {store->organizations().find("here-before").error().code,
        store->organizations().create("other", "", "").error().code, store->check().error().code}) {
    EXPECT_EQ(code, ErrorCode::overloaded);
  }
  const auto refused = store->organizations().find("here-before");
  EXPECT_THAT(refused.error().message.text, HasSubstr("replaced by one that this server can't use"));
  EXPECT_THAT(refused.error().detail.text, HasSubstr("says that it is a catalog of rucola"));
  restore(kept, in_use);
  EXPECT_THAT(store->organizations().find("here-before"), Succeeds());
  EXPECT_THAT(store->check(), Succeeds());
}

TEST_F(Restored, ANewerOneIsRefusedUntilItsOwnIsBack) {
  ASSERT_THAT(store->organizations().create("acme", "", ""), Succeeds());
  const std::int64_t version = number("PRAGMA user_version");
  run_in_use("PRAGMA user_version = 1000");
  for (const ErrorCode code :
       {store->organizations().find("acme").error().code,
        store->organizations().create("other", "", "").error().code, store->check().error().code,
        store->change_feed().changes_since(0, 1).error().code}) {
    EXPECT_EQ(code, ErrorCode::overloaded);
  }
  const auto refused = store->organizations().find("acme");
  EXPECT_THAT(refused.error().message.text, HasSubstr("replaced by one that this server can't use"));
  EXPECT_THAT(refused.error().detail.text, HasSubstr("schema version 1000"));
  ASSERT_LT(version, 1000);
  static_cast<void>(open());  // migrates the fixture's own: what its version becomes is this program's
  run_in_use("PRAGMA user_version = " + std::to_string(number("PRAGMA user_version")));
  EXPECT_THAT(store->organizations().find("acme"), Succeeds());
  EXPECT_THAT(store->organizations().create("other", "", ""), Succeeds());
}

/// What an older program says of a folder of this one.
TEST_F(SqliteMigration, ANewerFolderIsRefusedWithBothVersions) {
  static_cast<void>(open());
  const std::int64_t version = number("PRAGMA user_version");
  run("PRAGMA user_version = " + std::to_string(version + 1));
  const auto opened = storage::open_sqlite_store(file);
  ASSERT_THAT(opened, FailsWith(ErrorCode::internal));
  EXPECT_THAT(opened.error().message.text,
              testing::AllOf(HasSubstr("schema version " + std::to_string(version + 1)),
                             HasSubstr("only up to " + std::to_string(version)), HasSubstr("newer program")));
}

}  // namespace
}  // namespace rucola::test
