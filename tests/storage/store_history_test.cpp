// Every change of an alias is in its history, whoever made it and by whatever way.
#include "storage/catalog/sqlite/connection.h"
#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using catalog::AliasVersion;
using catalog::Overwrite;

class StoreHistory : public StoreConformance {
 protected:
  [[nodiscard]] std::vector<AliasVersion> history(std::string_view name = "logo") const {
    return store->aliases().history("acme", name).value();
  }
};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreHistory, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StoreHistory, HasEveryVersionNewestFirst) {
  const std::string first = add(1);
  const std::string second = add(2);
  const Time before = now();
  ASSERT_THAT(move_alias("logo", first), Succeeds());
  {
    const AuthorScope system(system_author());
    ASSERT_THAT(move_alias("logo", second), Succeeds());
  }
  ASSERT_THAT(store->aliases().remove("acme", "logo", {}), Succeeds());
  ASSERT_THAT(move_alias("logo", first), Succeeds());

  const auto versions = history();
  ASSERT_EQ(versions.size(), 4U);
  EXPECT_EQ(versions[3].version, 1);
  EXPECT_EQ(versions[3].hash, first);
  EXPECT_FALSE(versions[3].deleted);
  EXPECT_GE(versions[3].at, before);
  EXPECT_EQ(versions[3].by.user_id, somebody.user_id);
  EXPECT_EQ(versions[3].by.email, somebody.email);
  EXPECT_EQ(versions[3].by.key_id, somebody.key_id);
  EXPECT_EQ(versions[3].by.via, Via::api);
  EXPECT_EQ(versions[2].version, 2);
  EXPECT_EQ(versions[2].hash, second);
  EXPECT_EQ(versions[2].by.via, Via::cli);
  EXPECT_EQ(versions[2].by.email, "system");
  EXPECT_EQ(versions[1].version, 2);
  EXPECT_TRUE(versions[1].deleted);
  EXPECT_EQ(versions[1].hash, second);
  EXPECT_EQ(versions[0].version, 3);
  EXPECT_EQ(versions[0].hash, first);
}

TEST_P(StoreHistory, HasNothingOfWhatChangedNothing) {
  const std::string hash = add(1);
  ASSERT_THAT(move_alias("logo", hash), Succeeds());
  ASSERT_THAT(move_alias("logo", hash), Succeeds());
  EXPECT_THAT(store->aliases().put("acme", "logo", hash, Overwrite::no, {}), FailsWith(ErrorCode::conflict));
  EXPECT_THAT(move_alias("logo", hash, {.match_any_of = {{9}}}), FailsWith(ErrorCode::precondition_failed));
  EXPECT_THAT(store->aliases().remove("acme", "logo", {.match_any_of = {{9}}}),
              FailsWith(ErrorCode::precondition_failed));
  EXPECT_EQ(history().size(), 1U);
}

TEST_P(StoreHistory, SurvivesTheNameAndARestart) {
  ASSERT_THAT(move_alias("logo", add(1)), Succeeds());
  ASSERT_THAT(store->aliases().remove("acme", "logo", {}), Succeeds());
  store = nullptr;
  store = reopen();
  EXPECT_EQ(history().size(), 2U);
}

TEST_P(StoreHistory, IsOfOneNameInOneOrganization) {
  ASSERT_THAT(store->organizations().create("other", "Other", ""), Succeeds());
  ASSERT_THAT(store->images().add(picture(1, "other")), Succeeds());
  ASSERT_THAT(store->aliases().put("other", "logo", picture(1).hash, Overwrite::no, {}), Succeeds());
  EXPECT_THAT(store->aliases().history("acme", "logo"), FailsWith(ErrorCode::not_found));
  ASSERT_THAT(move_alias("logo", add(1)), Succeeds());
  ASSERT_THAT(move_alias("logo2", add(1)), Succeeds());
  EXPECT_EQ(history().size(), 1U);
  EXPECT_THAT(store->aliases().history("nobody", "logo"), FailsWith(ErrorCode::not_found));
}

class SqliteHistory : public StoreHistory {
 protected:
  void by_hand(const std::string& script) const {
    storage::Connection(folder.path() / "catalog.sqlite", storage::Connection::Use::write).execute(script);
  }
};
INSTANTIATE_TEST_SUITE_P(Adapters, SqliteHistory, testing::Values(store_backends().front()), backend_name);

TEST_P(SqliteHistory, TakesNoteOfWhoWritesPastTheProgram) {
  const std::string first = add(1);
  const std::string second = add(2);
  ASSERT_THAT(move_alias("logo", first), Succeeds());
  by_hand("UPDATE aliases SET hash = '" + second + "' WHERE name = 'logo'");
  by_hand("UPDATE aliases SET hash = '" + first + "' WHERE name = 'logo'");
  by_hand("UPDATE aliases SET updated = 1 WHERE name = 'logo'");  // no move
  by_hand("UPDATE aliases SET deleted = 1 WHERE name = 'logo'");
  const auto versions = history();
  ASSERT_EQ(versions.size(), 4U);
  EXPECT_EQ(versions[2].hash, second);
  EXPECT_EQ(versions[1].hash, first);
  EXPECT_TRUE(versions[0].deleted);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(versions[i].by.via, Via::sql);
  EXPECT_GT(versions[0].at, now() - std::chrono::minutes{5});
  EXPECT_LT(versions[0].at, now() + std::chrono::minutes{5});
}

TEST_P(SqliteHistory, TakesNoteOfRowsThatComeAndGoByHand) {
  const std::string hash = add(1);
  by_hand("INSERT INTO aliases SELECT id, 'logo', '" + hash + "', 1, 1, 1, NULL FROM organizations");
  by_hand("DELETE FROM aliases");
  const auto versions = history();
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_FALSE(versions[1].deleted);
  EXPECT_TRUE(versions[0].deleted);
  EXPECT_EQ(versions[0].by.via, Via::sql);
}

TEST_P(SqliteHistory, AnEntryThatNobodyUnderstandsCostsThatEntry) {
  ASSERT_THAT(move_alias("logo", add(1)), Succeeds());
  by_hand(
      "INSERT INTO history (organization, kind, name, version, action, at, via) "
      "SELECT organization, kind, name, 2, 'put', at, 'dream' FROM history");
  EXPECT_EQ(history().size(), 1U);
}

}  // namespace
}  // namespace rucola::test
