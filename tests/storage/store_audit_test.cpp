// Whatever changes is in the history: who, when, from where, and what it was before.
#include <map>
#include <thread>

#include "base/request_id.h"
#include "storage/catalog/sqlite/connection.h"
#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using catalog::AuditSearch;
using catalog::HistoryEntry;
using catalog::HistoryKind;
using catalog::Overwrite;
using catalog::Role;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class StoreAudit : public StoreConformance {
 protected:
  [[nodiscard]] std::vector<HistoryEntry> entries(const AuditSearch& asked = {},
                                                  std::string_view organization = "acme") const {
    return store->audit().list(organization, asked).value();
  }
  /// Newest first.
  [[nodiscard]] std::vector<std::string> actions(HistoryKind kind,
                                                 std::string_view organization = "acme") const {
    std::vector<std::string> all;
    for (const HistoryEntry& entry : entries({.kind = kind}, organization))
      all.push_back(entry.action);
    return all;
  }
  [[nodiscard]] HistoryEntry newest(HistoryKind kind, std::string_view organization = "acme") const {
    return entries({.kind = kind, .limit = 1}, organization).at(0);
  }
};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreAudit, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StoreAudit, SaysWhoFromWhereAndForWhichRequest) {
  const RequestScope request("3k9q0d7x2mvfa");
  const Time before = now();
  add(1);
  const HistoryEntry entry = newest(HistoryKind::image);
  EXPECT_EQ(entry.name, picture(1).hash);
  EXPECT_EQ(entry.action, "add");
  EXPECT_EQ(entry.before, std::nullopt);
  EXPECT_EQ(entry.after, "picture.jpg");
  EXPECT_GE(entry.at, before - std::chrono::milliseconds{1});
  EXPECT_LE(entry.at, now());
  EXPECT_EQ(entry.by.user_id, somebody.user_id);
  EXPECT_EQ(entry.by.email, somebody.email);
  EXPECT_EQ(entry.by.key_id, somebody.key_id);
  EXPECT_EQ(entry.by.via, Via::api);
  EXPECT_EQ(entry.by.address, "192.0.2.7");
  EXPECT_EQ(entry.request, "3k9q0d7x2mvfa");
}

TEST_P(StoreAudit, WhatNobodyAskedForIsTheServersDoing) {
  const AuthorScope nobody(std::shared_ptr<const Author>{});
  ASSERT_THAT(store->images().add_fetched(picture(1), "http://a.example/"), Succeeds());
  const HistoryEntry entry = newest(HistoryKind::image);
  EXPECT_EQ(entry.by.via, Via::server);
  EXPECT_EQ(entry.by.user_id + entry.by.email + entry.by.key_id + entry.by.address, "");
}

TEST_P(StoreAudit, TellsOfImages) {
  const std::string hash = add(1);
  add(1);  // it is there
  ASSERT_THAT(store->images().set_locked("acme", hash, true), Succeeds());
  ASSERT_THAT(store->images().set_locked("acme", hash, true), Succeeds());
  ASSERT_THAT(store->images().set_locked("acme", hash, false), Succeeds());
  ASSERT_THAT(store->images().set_user_metadata(
                  "acme", hash, [](const auto&) { return boost::json::object{{"title", "Logo"}}; }),
              Succeeds());
  EXPECT_EQ(newest(HistoryKind::image).before, "{}");
  EXPECT_EQ(newest(HistoryKind::image).after, R"({"title":"Logo"})");
  ASSERT_THAT(store->images().remove("acme", hash), Succeeds());
  ASSERT_THAT(store->images().restore("acme", hash), Succeeds());
  ASSERT_THAT(store->images().remove_file("acme", picture(1).binary_hash), Succeeds());
  add(1);
  EXPECT_THAT(actions(HistoryKind::image), ElementsAre("restore", "delete", "restore", "delete",
                                                       "user_metadata", "unlock", "lock", "add"));
}

TEST_P(StoreAudit, TellsOfDynamicMetadataThatChangesInItsPlace) {
  const std::string hash = add(1);
  const auto derive = [](const catalog::SourceImage& image) -> Result<catalog::SourceImage> {
    catalog::SourceImage changed = image;
    changed.dynamic_metadata_json = R"({"version":{"text":"2"}})";
    return changed;
  };
  ASSERT_THAT(store->images().derive("acme", hash, {.derive = derive}), Succeeds());
  EXPECT_EQ(newest(HistoryKind::image).action, "dynamic_metadata");
  EXPECT_EQ(newest(HistoryKind::image).before, "{}");
  EXPECT_EQ(newest(HistoryKind::image).after, R"({"version":{"text":"2"}})");
}

TEST_P(StoreAudit, LongValuesAreLeftOut) {
  const std::string hash = add(1);
  ASSERT_THAT(
      store->images().set_user_metadata(
          "acme", hash, [](const auto&) { return boost::json::object{{"title", std::string(3000, 'x')}}; }),
      Succeeds());
  EXPECT_EQ(newest(HistoryKind::image).action, "user_metadata");
  EXPECT_EQ(newest(HistoryKind::image).before, std::nullopt);
  EXPECT_EQ(newest(HistoryKind::image).after, std::nullopt);
}

TEST_P(StoreAudit, TellsOfStacks) {
  ASSERT_THAT(store->stacks().put("acme", "thumb", R"({"a":1})", Overwrite::no), Succeeds());
  EXPECT_EQ(newest(HistoryKind::stack).after, R"({"a":1})");
  ASSERT_THAT(store->stacks().put("acme", "thumb", R"({"a":1})", Overwrite::yes), Succeeds());
  ASSERT_THAT(store->stacks().put("acme", "thumb", R"({"a":2})", Overwrite::yes), Succeeds());
  EXPECT_EQ(newest(HistoryKind::stack).before, R"({"a":1})");
  EXPECT_EQ(newest(HistoryKind::stack).after, R"({"a":2})");
  ASSERT_THAT(store->stacks().remove("acme", "thumb"), Succeeds());
  ASSERT_THAT(store->stacks().put("acme", "thumb", R"({"a":3})", Overwrite::no), Succeeds());
  EXPECT_THAT(actions(HistoryKind::stack), ElementsAre("put", "delete", "put", "put"));
  EXPECT_EQ(newest(HistoryKind::stack).name, "thumb");
}

TEST_P(StoreAudit, TellsOfOrganizations) {
  ASSERT_THAT(store->organizations().set_options("acme", {{"protect_dynamic_stack", "true"}}, {}),
              Succeeds());
  ASSERT_THAT(store->organizations().set_options("acme", {{"protect_dynamic_stack", "true"}}, {}),
              Succeeds());
  EXPECT_THAT(actions(HistoryKind::organization), ElementsAre("options", "add"));
  EXPECT_EQ(newest(HistoryKind::organization).before, "{}");
  EXPECT_EQ(newest(HistoryKind::organization).after, R"({"protect_dynamic_stack":true})");
  EXPECT_THAT(actions(HistoryKind::signing_key), ElementsAre("add"));
}

TEST_P(StoreAudit, TellsOfMembersByTheirId) {
  const auto user = store->users().create("a@b.example", "acme", {Role::read}, sha256_hex("k"));
  ASSERT_THAT(user, Succeeds());
  ASSERT_THAT(store->users().set_membership("a@b.example", "acme", {Role::read, Role::write}), Succeeds());
  EXPECT_EQ(newest(HistoryKind::membership).action, "add_role");
  EXPECT_EQ(newest(HistoryKind::membership).after, "write");
  ASSERT_THAT(store->users().create("admin@b.example", "acme", {Role::admin}, sha256_hex("k2")), Succeeds());
  ASSERT_THAT(store->members().put("acme", user->id,
                                   {.roles = {Role::read, Role::write}, .active = false, .comment = "gone"}),
              Succeeds());
  std::map<std::string, std::pair<std::string, std::string>> changed;
  for (const HistoryEntry& entry : entries({.kind = HistoryKind::membership, .name = user->id, .limit = 2}))
    changed[entry.action] = {entry.before.value(), entry.after.value()};
  EXPECT_EQ(changed, (std::map<std::string, std::pair<std::string, std::string>>{
                         {"active", {"true", "false"}}, {"comment", {"", "gone"}}}));
  ASSERT_THAT(store->members().remove("acme", user->id), Succeeds());
  std::map<std::string, int> of_user;
  for (const HistoryEntry& entry : entries({.kind = HistoryKind::membership, .name = user->id}))
    ++of_user[entry.action];
  EXPECT_EQ(
      of_user,
      (std::map<std::string, int>{
          {"active", 1}, {"add", 1}, {"add_role", 2}, {"comment", 1}, {"delete", 1}, {"delete_role", 2}}));
}

TEST_P(StoreAudit, TellsOfUsersAndKeys) {
  const std::string first = sha256_hex("k1");
  const std::string second = sha256_hex("k2");
  const auto user = store->users().create("a@b.example", "acme", {Role::read}, first);
  ASSERT_THAT(user, Succeeds());
  ASSERT_THAT(store->users().add_key("a@b.example", second, {.comment = "laptop"}), Succeeds());
  ASSERT_THAT(store->users().change_key("a@b.example", second, {.trusted = true}), Succeeds());
  ASSERT_THAT(store->users().change_key("a@b.example", second, {.trusted = true}), Succeeds());
  ASSERT_THAT(store->users().revoke_key(second), Succeeds());
  for (const std::string_view organization : {"acme", ""})
    EXPECT_THAT(actions(HistoryKind::key, organization), ElementsAre("delete", "trusted", "add", "add"));
  EXPECT_EQ(newest(HistoryKind::key).name, second.substr(0, 16));
  EXPECT_EQ(newest(HistoryKind::key).before, user->id);
  ASSERT_THAT(store->users().remove("a@b.example", catalog::LastAdmin::may_go), Succeeds());
  EXPECT_THAT(actions(HistoryKind::user, ""), ElementsAre("delete", "add"));
  EXPECT_EQ(newest(HistoryKind::user, "").before, "a@b.example");
  EXPECT_THAT(actions(HistoryKind::user), IsEmpty()) << "they are of no organization";
  EXPECT_EQ(newest(HistoryKind::key).action, "delete");
}

TEST_P(StoreAudit, TellsOfPurgesThatSomebodyAskedFor) {
  add(1);
  ASSERT_THAT(move_alias("logo", picture(1).hash), Succeeds());
  const catalog::PurgeRequest request{
      .organization = "acme", .name = "logo", .tags = {}, .caches = {"one", "other"}, .calls_per_hour = 1};
  ASSERT_THAT(store->purges().request(request, now()), Succeeds());
  ASSERT_FALSE(store->purges().request(request, now())->admitted);
  catalog::PurgeRequest following = request;
  following.calls_per_hour = 0;
  following.follows = true;
  ASSERT_THAT(store->purges().request(following, now()), Succeeds());
  EXPECT_THAT(actions(HistoryKind::purge), ElementsAre("request"));
  EXPECT_EQ(newest(HistoryKind::purge).name, "logo");
  EXPECT_EQ(newest(HistoryKind::purge).after, "alias");
}

TEST_P(StoreAudit, WhatFailedIsNotThere) {
  const std::string hash = add(1);
  ASSERT_THAT(store->images().set_locked("acme", hash, true), Succeeds());
  const auto before = entries().size();
  EXPECT_THAT(store->images().remove("acme", hash), FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(store->organizations().create("acme", "", ""), FailsWith(ErrorCode::conflict));
  EXPECT_THAT(store->users().create("a@b.example", "acme", {}, sha256_hex("k")),
              FailsWith(ErrorCode::bad_request));
  EXPECT_EQ(entries().size(), before);
}

/// Changes that come at once share a transaction.
TEST_P(StoreAudit, EveryChangeIsOfWhoMadeIt) {
  constexpr int people = 8;
  constexpr int each = 25;
  const std::string hash = add(1);
  std::vector<std::jthread> threads;
  for (int who = 0; who < people; ++who) {
    threads.emplace_back([&, who] {
      const std::string name = "person" + std::to_string(who);
      const AuthorScope scope(Author{.user_id = name, .email = name + "@acme.example", .key_id = {}});
      for (int i = 0; i < each; ++i) {
        static_cast<void>(
            store->aliases().put("acme", name + "_" + std::to_string(i), hash, Overwrite::no, {}));
        static_cast<void>(
            store->aliases().put("acme", name + "_" + std::to_string(i), hash, Overwrite::no, {}));
      }
    });
  }
  threads.clear();
  const auto all = entries({.kind = HistoryKind::alias, .limit = 1000});
  EXPECT_EQ(all.size(), std::size_t{people * each});
  for (const HistoryEntry& entry : all)
    EXPECT_EQ(entry.by.user_id, entry.name.substr(0, entry.name.find('_')));
}

/// Whoever lets a published key's user in knows no more of him than the id, and must not learn it here.
TEST_P(StoreAudit, HidesTheAddressOfWhoIsKnownByItsIdAlone) {
  const auto user = store->users().create("secret@b.example", "acme", {Role::upload}, sha256_hex("k"));
  ASSERT_THAT(user, Succeeds());
  ASSERT_THAT(store->organizations().create("other", "", ""), Succeeds());
  ASSERT_THAT(store->users().create("admin@other.example", "other", {Role::admin}, sha256_hex("k2")),
              Succeeds());
  ASSERT_THAT(store->members().put("other", user->id, {.roles = {Role::write}}), Succeeds());
  {
    const AuthorScope scope(Author{.user_id = user->id, .email = user->email, .key_id = "k"});
    ASSERT_THAT(store->images().add(picture(1, "other")), Succeeds());
    ASSERT_THAT(store->images().add(picture(1)), Succeeds());
    ASSERT_THAT(store->users().add_key(user->id, sha256_hex("k3"), {}), Succeeds());
    ASSERT_THAT(store->members().remove("other", user->id), Succeeds());
  }
  EXPECT_EQ(newest(HistoryKind::image, "other").by.user_id, user->id);
  for (const HistoryEntry& entry : entries({}, "other")) {
    EXPECT_THAT(entry.by.email, Not(testing::HasSubstr("secret"))) << catalog::name_of(entry.kind);
    EXPECT_THAT(entry.before.value_or("") + entry.after.value_or(""), Not(testing::HasSubstr("secret")));
  }
  EXPECT_EQ(newest(HistoryKind::image).by.email, "secret@b.example") << "where it is known";
  EXPECT_EQ(actions(HistoryKind::key, "other").size(), 1U) << "of its own admin";
}

TEST_P(StoreAudit, AnotherOrganizationSeesNothing) {
  add(1);
  ASSERT_THAT(store->organizations().create("other", "", ""), Succeeds());
  for (const HistoryEntry& entry : entries({}, "other"))
    EXPECT_THAT(entry.name, testing::AnyOf("other", testing::MatchesRegex("[0-9]+")));
  EXPECT_THAT(store->audit().list("nobody", {}), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreAudit, IsFoundByAllThatIsAsked) {
  const std::string first = add(1);
  const std::string second = add(2);
  {
    const AuthorScope scope(Author{.user_id = "u2", .email = "B@acme.example", .key_id = {}});
    ASSERT_THAT(store->images().remove("acme", second), Succeeds());
  }
  EXPECT_EQ(entries({.name = first}).size(), 1U);
  EXPECT_EQ(entries({.name = second}).size(), 2U);
  EXPECT_EQ(entries({.kind = HistoryKind::stack, .name = second}).size(), 0U);
  EXPECT_EQ(entries({.by = "u2"}).size(), 1U);
  EXPECT_EQ(entries({.by = "b@acme.example"}).size(), 1U);
  EXPECT_EQ(entries({.by = "c@acme.example"}).size(), 0U);
  const Time at = entries({.by = "u2"}).at(0).at;
  EXPECT_EQ(entries({.by = "u2", .since = at}).size(), 1U);
  EXPECT_EQ(entries({.by = "u2", .since = at + std::chrono::milliseconds{1}}).size(), 0U);
  EXPECT_EQ(entries({.by = "u2", .until = at}).size(), 0U);
  EXPECT_EQ(entries({.by = "u2", .until = at + std::chrono::milliseconds{1}}).size(), 1U);
}

TEST_P(StoreAudit, PagesNeitherRepeatNorLeaveOut) {
  for (int i = 0; i < 10; ++i)
    add(i);
  ASSERT_THAT(move_alias("logo", picture(1).hash), Succeeds());
  std::vector<std::int64_t> all;
  for (const HistoryEntry& entry : entries())
    all.push_back(entry.id);
  std::vector<std::int64_t> seen;
  AuditSearch page{.limit = 3};
  for (auto found = entries(page); !found.empty(); found = entries(page)) {
    for (const HistoryEntry& entry : found)
      seen.push_back(entry.id);
    page.after = {.at = found.back().at, .id = found.back().id};
    add(100 + static_cast<int>(seen.size()));  // what comes meanwhile stands before them
  }
  EXPECT_EQ(seen, all);
}

TEST_P(StoreAudit, ForgetsWhatIsOldAndAliasesOnTheirOwn) {
  for (int i = 0; i < 600; ++i)
    add(i);
  ASSERT_THAT(move_alias("logo", picture(1).hash), Succeeds());
  const auto go_on = [] { return true; };
  const Time later = now() + std::chrono::hours{1};
  EXPECT_EQ(store->audit().forget({}, go_on).value(), 0);
  EXPECT_EQ(store->audit().forget({.before = now() - std::chrono::hours{1}}, {}).value(), 0);
  EXPECT_EQ(store->audit().forget({.before = later}, [] { return false; }).value(), 0);
  EXPECT_GE(store->audit().forget({.before = later}, go_on).value(), 600);
  EXPECT_THAT(actions(HistoryKind::image), IsEmpty());
  EXPECT_THAT(actions(HistoryKind::alias), ElementsAre("put"));
  EXPECT_EQ(store->audit().forget({.aliases_before = later}, go_on).value(), 1);
  EXPECT_THAT(store->aliases().history("acme", "logo").value(), IsEmpty());
  EXPECT_THAT(store->aliases().history("acme", "never_was"), FailsWith(ErrorCode::not_found));
  ASSERT_THAT(move_alias("logo", picture(2).hash), Succeeds());
  EXPECT_EQ(store->aliases().history("acme", "logo")->at(0).version, 2);
}

class SqliteAudit : public StoreAudit {
 protected:
  void by_hand(const std::string& script) const {
    storage::Connection(catalog_file(), storage::Connection::Use::write).execute(script);
  }
  [[nodiscard]] std::filesystem::path catalog_file() const { return folder.path() / "catalog.sqlite"; }
};
INSTANTIATE_TEST_SUITE_P(Adapters, SqliteAudit, testing::Values(store_backends().front()), backend_name);

TEST_P(SqliteAudit, TakesNoteOfWhoWritesPastTheProgram) {
  const std::string hash = add(1);
  ASSERT_THAT(store->stacks().put("acme", "thumb", "{}", Overwrite::no), Succeeds());
  ASSERT_THAT(store->users().create("a@b.example", "acme", {Role::read}, sha256_hex("k")), Succeeds());
  const std::pair<std::string, HistoryKind> changes[] = {
      {"UPDATE images SET locked = 1", HistoryKind::image},
      {"UPDATE images SET name = 'x'", HistoryKind::image},
      {"UPDATE stacks SET definition = 'damaged'", HistoryKind::stack},
      {"DELETE FROM stacks", HistoryKind::stack},
      {"UPDATE organizations SET billing_email = 'x'", HistoryKind::organization},
      {"UPDATE organizations SET options = 'damaged'", HistoryKind::organization},
      {"UPDATE signing_keys SET key = 'x'", HistoryKind::signing_key},
      {"DELETE FROM signing_keys", HistoryKind::signing_key},
      {"INSERT INTO roles SELECT user, organization, 'admin' FROM memberships", HistoryKind::membership},
      {"UPDATE memberships SET active = 0", HistoryKind::membership},
      {"UPDATE api_keys SET trusted = 1", HistoryKind::key},
      {"DELETE FROM api_keys", HistoryKind::key},
      {"INSERT INTO purge_deliveries (organization, kind, name, cache, tags, round, created, due) "
       "VALUES ('acme', 'alias', 'logo', 'edge', '[]', 1, 1, 1)",
       HistoryKind::purge},
  };
  for (const auto& [script, kind] : changes) {
    const std::size_t before = entries({.kind = kind}).size();
    by_hand(script);
    EXPECT_EQ(entries({.kind = kind}).size(), before + 1) << script;
    EXPECT_EQ(newest(kind).by.via, Via::sql) << script;
    EXPECT_EQ(newest(kind).by.email, "") << script;
  }
  by_hand("UPDATE users SET email = 'c@d.example'");
  EXPECT_EQ(newest(HistoryKind::user, "").action, "email");
  EXPECT_EQ(newest(HistoryKind::user, "").before, "a@b.example");
  EXPECT_EQ(newest(HistoryKind::user, "").after, "c@d.example");
  EXPECT_THAT(store->images().find("acme", hash), Succeeds());
}

/// A key that changes something back and forth had the catalog grow for as long as `audit.days`.
TEST_P(SqliteAudit, ForgetsTheOldestOfWhatIsTooMuch) {
  ASSERT_THAT(store->stacks().put("acme", "thumb", "{}", Overwrite::no), Succeeds());
  for (int i = 0; i < 10; ++i)
    add(i);
  for (int i = 0; i < 6; ++i)
    ASSERT_THAT(move_alias("logo", picture(i).hash), Succeeds());
  by_hand("UPDATE history SET at = id");  // no two at once
  const auto go_on = [] { return true; };
  EXPECT_EQ(store->audit().forget({.most = 10}, go_on).value(), 0);
  EXPECT_EQ(store->audit().forget({.most = 4}, go_on).value(), 6);
  std::vector<std::string> left;
  for (const HistoryEntry& entry : entries({.kind = HistoryKind::image}))
    left.push_back(entry.name);
  EXPECT_THAT(left, ElementsAre(picture(9).hash, picture(8).hash, picture(7).hash, picture(6).hash));
  EXPECT_THAT(actions(HistoryKind::stack), ElementsAre("put")) << "it is older, and of another kind";
  EXPECT_EQ(actions(HistoryKind::alias).size(), 6U) << "aliases have a history of their own";
  EXPECT_EQ(store->audit().forget({.most = 4}, go_on).value(), 0);
}

/// The bound left what was written in the same millisecond as the last that may stay.
TEST_P(SqliteAudit, ForgetsWhatIsTooMuchOfOneMoment) {
  for (int i = 0; i < 6; ++i)
    add(i);
  by_hand("UPDATE history SET at = 1000");
  const auto go_on = [] { return true; };
  EXPECT_EQ(store->audit().forget({.before = Time{std::chrono::milliseconds{1000}}}, go_on).value(), 0);
  EXPECT_EQ(store->audit().forget({.most = 4}, go_on).value(), 2);
  std::vector<std::string> left;
  for (const HistoryEntry& entry : entries({.kind = HistoryKind::image}))
    left.push_back(entry.name);
  EXPECT_THAT(left, ElementsAre(picture(5).hash, picture(4).hash, picture(3).hash, picture(2).hash));
}

TEST_P(SqliteAudit, HasNoSecrets) {
  const std::string digest = sha256_hex("k");
  ASSERT_THAT(store->users().create("a@b.example", "acme", {Role::admin}, digest), Succeeds());
  ASSERT_THAT(store->users().change_key("a@b.example", digest, {.trusted = true}), Succeeds());
  const std::string token_secret = store->users().keys("a@b.example")->at(0).token_secret;
  const std::string signing_key = store->organizations().signing_keys("acme")->at(0).key;
  by_hand("UPDATE signing_keys SET created = 1; UPDATE api_keys SET token_secret = token_secret || 'x'");
  ASSERT_THAT(store->users().revoke_key(digest), Succeeds());
  storage::Connection connection(catalog_file(), storage::Connection::Use::write);
  auto row =
      connection.query("SELECT json_array(kind, name, action, hash, by_key, before, after) FROM history");
  int rows = 0;
  for (; row.step(); ++rows) {
    for (const std::string& secret : {digest.substr(0, 17), token_secret, signing_key})
      EXPECT_THAT(row.text(0), Not(testing::HasSubstr(secret)));
  }
  EXPECT_GT(rows, 5);
}

TEST_P(SqliteAudit, WhoActedStandsNowhereAfterwards) {
  add(1);
  storage::Connection connection(catalog_file(), storage::Connection::Use::write);
  auto row = connection.query("SELECT by_user || by_email || by_key || address || request, via FROM feed");
  ASSERT_TRUE(row.step());
  EXPECT_EQ(row.text(0), "");
  EXPECT_TRUE(row.is_null(1));
}

}  // namespace
}  // namespace rucola::test
