#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <sqlite3.h>

#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using catalog::ChangeKind;
using catalog::Overwrite;

using Told = std::tuple<ChangeKind, std::string, std::string>;

class StoreChanges : public StoreConformance {
 protected:
  void SetUp() override {
    StoreConformance::SetUp();
    since = changes().newest.number;
  }

  /// Those above `since`.
  catalog::Changes changes(std::int64_t most = 1'000'000) {
    auto found = store->change_feed().changes_since(since + 1, most);
    EXPECT_THAT(found, Succeeds());
    return std::move(found.value());
  }

  /// What was told since the last call; the numbers must follow on each other.
  std::vector<Told> told() {
    std::vector<Told> told;
    for (const catalog::Change& change : changes().changes) {
      EXPECT_EQ(change.place.number, ++since);
      EXPECT_TRUE(change.kind.has_value());
      told.emplace_back(change.kind.value_or(ChangeKind::organization), change.organization, change.name);
    }
    EXPECT_EQ(changes().newest.number, since);
    return told;
  }

  std::int64_t since = 0;
};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreChanges, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StoreChanges, EveryChangeThatARenderMayDependOnIsTold) {
  const std::string hash = picture(1).hash;
  const std::vector<std::pair<std::function<bool()>, Told>> changes = {
      {[&] { return store->organizations().set_options("acme", {{"a", "1"}}, {}).has_value(); },
       {ChangeKind::organization, "acme", ""}},
      {[&] { return store->images().add(picture(1)).has_value(); }, {ChangeKind::image, "acme", hash}},
      {[&] { return store->stacks().put("acme", "thumb", "{}", Overwrite::no).has_value(); },
       {ChangeKind::stack, "acme", "thumb"}},
      {[&] { return store->stacks().put("acme", "thumb", "{ }", Overwrite::yes).has_value(); },
       {ChangeKind::stack, "acme", "thumb"}},
      {[&] { return store->aliases().put("acme", "logo", hash, Overwrite::no, {}).has_value(); },
       {ChangeKind::alias, "acme", "logo"}},
      {[&] { return store->images().add_fetched(picture(1), "http://a.example/").has_value(); },
       {ChangeKind::remote_image, "acme", "http://a.example/"}},
      {[&] { return store->images().remove("acme", hash).has_value(); }, {ChangeKind::image, "acme", hash}},
      {[&] { return store->images().restore("acme", hash).has_value(); }, {ChangeKind::image, "acme", hash}},
      {[&] { return store->aliases().remove("acme", "logo", {}).has_value(); },
       {ChangeKind::alias, "acme", "logo"}},
      {[&] { return store->stacks().remove("acme", "thumb").has_value(); },
       {ChangeKind::stack, "acme", "thumb"}},
  };
  for (const auto& [change, expected] : changes) {
    ASSERT_TRUE(change());
    EXPECT_THAT(told(), testing::ElementsAre(expected));
  }
  ASSERT_THAT(store->organizations().create("other", "", ""), Succeeds());
  EXPECT_THAT(told(), testing::UnorderedElementsAre(Told{ChangeKind::organization, "other", ""},
                                                    Told{ChangeKind::signing_keys, "other", ""}));
}

TEST_P(StoreChanges, WhatIsRolledBackIsNotTold) {
  const std::string hash = add(1);
  told();
  ASSERT_THAT(move_alias("logo", hash), Succeeds());
  EXPECT_THAT(store->aliases().put("acme", "logo", hash, Overwrite::no, {}), FailsWith(ErrorCode::conflict));
  EXPECT_THAT(move_alias("logo", "ffffff"), FailsWith(ErrorCode::not_found));
  EXPECT_EQ(told().size(), 1U);
  ASSERT_THAT(move_alias("logo", add(2)), Succeeds());
  EXPECT_EQ(told().size(), 2U) << "the image and the move, with numbers that follow on";
}

TEST_P(StoreChanges, PurgesTouchNobodysAnswers) {
  const std::uint64_t bell = store->change_feed().bell();
  ASSERT_THAT(store->purges().request(
                  {.organization = "acme", .name = "logo", .tags = {"t"}, .caches = {"edge"}}, now()),
              Succeeds());
  const auto due = store->purge_outbox().due("edge", now() + std::chrono::hours{1}, 10);
  ASSERT_THAT(due, Succeeds());
  ASSERT_THAT(store->purge_outbox().confirm({{.id = due->front().id, .objects = 1}}, now()), Succeeds());
  EXPECT_NE(store->change_feed().bell(), bell);
  EXPECT_TRUE(told().empty());
}

TEST_P(StoreChanges, ASnapshotShowsOneCommitHoweverManyCome) {
  const std::string hashes[] = {add(1), add(2)};
  ASSERT_THAT(move_alias("logo", hashes[0]), Succeeds());
  const catalog::FeedPlace newest = changes().newest;
  const auto read = store->render_lookup().read([&](catalog::RenderSnapshot& snapshot) {
    EXPECT_EQ(snapshot.newest_change(), newest);
    EXPECT_EQ(snapshot.alias("acme", "logo")->hash, hashes[0]);
    ASSERT_THAT(move_alias("logo", hashes[1]), Succeeds());
    EXPECT_EQ(snapshot.alias("acme", "logo")->hash, hashes[0]);
    EXPECT_THAT(snapshot.image("acme", "ffffff"), FailsWith(ErrorCode::not_found));
  });
  ASSERT_THAT(read, Succeeds());
  ASSERT_THAT(store->render_lookup().read([&](catalog::RenderSnapshot& snapshot) {
    EXPECT_EQ(snapshot.newest_change().number, newest.number + 1);
    EXPECT_EQ(snapshot.alias("acme", "logo")->hash, hashes[1]);
  }),
              Succeeds());
}

TEST_P(StoreChanges, AnotherStoreOnTheSameDataTellsTheSame) {
  const auto other = reopen();
  add(1);
  const auto here = changes();
  const auto there = other->change_feed().changes_since(since + 1, 100);
  ASSERT_THAT(there, Succeeds());
  EXPECT_EQ(there->epoch, here.epoch);
  EXPECT_EQ(there->newest, here.newest);
  EXPECT_EQ(there->changes.size(), here.changes.size());
}

TEST_P(StoreChanges, NoMoreAreReadThanAskedFor) {
  for (int i = 0; i < 5; ++i)
    add(i);
  EXPECT_EQ(changes(3).changes.size(), 3U);
  EXPECT_EQ(changes(3).newest.number, since + 5);
}

TEST_P(StoreChanges, EveryChangeHasATokenThatStaysAndTheNumbersOwnIsRead) {
  for (int i = 0; i < 3; ++i)
    add(i);
  const catalog::Changes found = changes();
  ASSERT_EQ(found.changes.size(), 3U);
  EXPECT_EQ(found.newest, found.changes.back().place);
  std::set<std::int64_t> tokens;
  for (const catalog::Change& change : found.changes)
    tokens.insert(change.place.token);
  EXPECT_EQ(tokens.size(), 3U);
  EXPECT_FALSE(tokens.contains(0));
  const auto again = store->change_feed().changes_since(found.newest.number, 10);
  ASSERT_THAT(again, Succeeds());
  ASSERT_EQ(again->changes.size(), 1U);
  EXPECT_EQ(again->changes.front().place, found.newest);
}

/// A writer that knows nothing of the feed.
class SqliteByHand : public StoreChanges {
 protected:
  void run(const std::string& sql) const {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open((folder.path() / "catalog.sqlite").c_str(), &handle), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(handle);
    sqlite3_close(handle);
  }
};
INSTANTIATE_TEST_SUITE_P(Sqlite, SqliteByHand, testing::Values(store_backends().front()), backend_name);

TEST_P(SqliteByHand, ChangesOfAHandAreTold) {
  const std::string hashes[] = {add(1), add(2)};
  ASSERT_THAT(move_alias("logo", hashes[0]), Succeeds());
  told();
  run("UPDATE aliases SET hash = '" + hashes[1] + "'");
  EXPECT_THAT(told(), testing::ElementsAre(Told{ChangeKind::alias, "acme", "logo"}));
  run("UPDATE aliases SET name = 'brand'");
  EXPECT_THAT(told(), testing::UnorderedElementsAre(Told{ChangeKind::alias, "acme", "logo"},
                                                    Told{ChangeKind::alias, "acme", "brand"}));
  run("INSERT OR REPLACE INTO aliases (organization, name, hash, version, created, updated) "
      "SELECT organization, name, hash, 9, 1, 1 FROM aliases");
  EXPECT_THAT(told(), testing::ElementsAre(Told{ChangeKind::alias, "acme", "brand"}));
  run("DELETE FROM aliases; DELETE FROM signing_keys; UPDATE organizations SET name = 'new'");
  EXPECT_THAT(told(), testing::UnorderedElementsAre(Told{ChangeKind::alias, "acme", "brand"},
                                                    Told{ChangeKind::signing_keys, "acme", ""},
                                                    Told{ChangeKind::organization, "acme", ""},
                                                    Told{ChangeKind::organization, "new", ""}));
  run("UPDATE images SET dynamic_metadata = '{\"version\":{\"text\":\"2\"}}' WHERE hash = '" + hashes[0] +
      "'");
  EXPECT_THAT(told(), testing::ElementsAre(Told{ChangeKind::image, "new", hashes[0]}));
}

TEST_P(SqliteByHand, TheFeedKeepsAHundredThousandChanges) {
  run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100100) "
      "INSERT INTO changes (kind, organization, name) SELECT 'alias', 'acme', 'a' FROM n");
  const auto found = changes();
  EXPECT_EQ(found.changes.size(), 100'000U);
  EXPECT_EQ(found.newest.number, since + 100'100);
  EXPECT_EQ(found.changes.back().place, found.newest) << "the newest is what a follower looks for";
}

TEST_P(SqliteByHand, AFeedWithoutItsNewestRowSaysSo) {
  const catalog::FeedPlace before = changes().newest;
  run("DELETE FROM changes");
  EXPECT_EQ(changes().newest, (catalog::FeedPlace{.number = before.number, .token = 0}));
  add(1);
  EXPECT_EQ(changes().newest.number, before.number + 1);
  EXPECT_NE(changes().newest.token, 0);
}

/// OR REPLACE deletes what is in its way, and no trigger for deletions runs: what had been rendered of the
/// row that went was served on.
TEST_P(SqliteByHand, WhatIsReplacedUnderAnotherNameIsTold) {
  const std::string hashes[] = {add(1), add(2)};
  ASSERT_THAT(store->organizations().create("other", "", ""), Succeeds());
  told();
  const std::string other_hash(40, 'e');
  const std::string copy =
      "INSERT OR REPLACE INTO images (id, organization, hash, binary_hash, blob, name, format, mimetype, "
      "bytes, "
      "width, height, frames, opaque, protected, locked, created, user_metadata, dynamic_metadata, "
      "static_metadata) SELECT id, organization, '" +
      other_hash +
      "', binary_hash, blob, name, format, mimetype, bytes, width, height, frames, opaque, protected, "
      "locked, "
      "created, user_metadata, dynamic_metadata, static_metadata FROM images WHERE hash = '";
  run(copy + hashes[0] + "'");
  EXPECT_THAT(told(), testing::UnorderedElementsAre(Told{ChangeKind::image, "acme", hashes[0]},
                                                    Told{ChangeKind::image, "acme", other_hash}));
  run("UPDATE OR REPLACE images SET id = (SELECT id FROM images WHERE hash = '" + other_hash +
      "') WHERE hash = '" + hashes[1] + "'");
  EXPECT_THAT(told(), testing::UnorderedElementsAre(Told{ChangeKind::image, "acme", hashes[1]},
                                                    Told{ChangeKind::image, "acme", other_hash}));

  run("UPDATE OR REPLACE signing_keys SET id = (SELECT min(id) FROM signing_keys) "
      "WHERE id = (SELECT max(id) FROM signing_keys)");
  EXPECT_THAT(told(), testing::UnorderedElementsAre(Told{ChangeKind::signing_keys, "acme", ""},
                                                    Told{ChangeKind::signing_keys, "other", ""}));
  run("INSERT OR REPLACE INTO signing_keys SELECT id, (SELECT id FROM organizations WHERE name = 'acme'), "
      "key, 1 "
      "FROM signing_keys");
  EXPECT_THAT(told(), testing::UnorderedElementsAre(Told{ChangeKind::signing_keys, "acme", ""},
                                                    Told{ChangeKind::signing_keys, "other", ""}));

  run("INSERT OR REPLACE INTO organizations (id, uuid, name, display_name, billing_email, created) "
      "SELECT id, uuid, 'new', '', '', 1 FROM organizations WHERE name = 'other'");
  EXPECT_THAT(told(), testing::UnorderedElementsAre(Told{ChangeKind::organization, "new", ""},
                                                    Told{ChangeKind::organization, "other", ""}));
  run("UPDATE OR REPLACE organizations SET uuid = (SELECT uuid FROM organizations WHERE name = 'new') "
      "WHERE name = 'acme'");
  EXPECT_THAT(told(), testing::UnorderedElementsAre(Told{ChangeKind::organization, "acme", ""},
                                                    Told{ChangeKind::organization, "new", ""}));
}

/// Where the keys are what a row is told by, who takes the place has the name.
TEST_P(SqliteByHand, WhatIsReplacedUnderItsOwnNameIsTold) {
  const std::string hash = add(1);
  ASSERT_THAT(move_alias("logo", hash), Succeeds());
  ASSERT_THAT(move_alias("brand", hash), Succeeds());
  ASSERT_THAT(store->stacks().put("acme", "thumb", "{}", Overwrite::no), Succeeds());
  ASSERT_THAT(store->stacks().put("acme", "large", "{}", Overwrite::no), Succeeds());
  ASSERT_THAT(store->images().add_fetched(picture(1), "http://a.example/"), Succeeds());
  ASSERT_THAT(store->images().add_fetched(picture(1), "http://b.example/"), Succeeds());
  told();
  run("UPDATE OR REPLACE aliases SET name = 'brand' WHERE name = 'logo'");
  EXPECT_THAT(told(), testing::UnorderedElementsAre(Told{ChangeKind::alias, "acme", "brand"},
                                                    Told{ChangeKind::alias, "acme", "logo"}));
  run("UPDATE OR REPLACE stacks SET name = 'large' WHERE name = 'thumb'");
  EXPECT_THAT(told(), testing::UnorderedElementsAre(Told{ChangeKind::stack, "acme", "large"},
                                                    Told{ChangeKind::stack, "acme", "thumb"}));
  run("UPDATE OR REPLACE remote_images SET url = 'http://b.example/' WHERE url = 'http://a.example/'");
  EXPECT_THAT(told(),
              testing::UnorderedElementsAre(Told{ChangeKind::remote_image, "acme", "http://a.example/"},
                                            Told{ChangeKind::remote_image, "acme", "http://b.example/"}));
  run("INSERT OR REPLACE INTO stacks SELECT organization, name, '{ }', created, updated, deleted FROM "
      "stacks");
  EXPECT_THAT(told(), testing::ElementsAre(Told{ChangeKind::stack, "acme", "large"}));
}

}  // namespace
}  // namespace rucola::test
