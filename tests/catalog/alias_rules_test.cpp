#include "catalog/alias_rules.h"

#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola::catalog {
namespace {

using test::FailsWith;
using test::Succeeds;

const std::string one(40, '1');
const std::string two(40, '2');
constexpr Time then{std::chrono::seconds{1'000}};
constexpr Time later{std::chrono::seconds{2'000}};

AliasRow row(bool deleted = false) {
  return {.alias = {.organization = "acme",
                    .name = "logo",
                    .hash = one,
                    .created = then,
                    .updated = then,
                    .version = 7},
          .deleted = deleted};
}

Result<void> may_put(const std::optional<AliasRow>& before, const Precondition& precondition,
                     Overwrite overwrite = Overwrite::yes) {
  return may_put_alias(before, "logo", overwrite, precondition);
}

TEST(AliasRules, ANewNameBeginsWithVersionOne) {
  ASSERT_THAT(may_put(std::nullopt, {}, Overwrite::no), Succeeds());
  const MovedAlias after = put_alias(std::nullopt, "acme", "logo", one, later);
  EXPECT_TRUE(after.moved);
  EXPECT_TRUE(after.put.created);
  EXPECT_EQ(after.put.alias.version, 1);
  EXPECT_EQ(after.put.alias.hash, one);
  EXPECT_EQ(after.put.alias.created, later);
  EXPECT_EQ(after.put.alias.updated, later);
}

TEST(AliasRules, AMoveCountsOnAndKeepsWhenItWasCreated) {
  EXPECT_THAT(may_put(row(), {}, Overwrite::no), FailsWith(ErrorCode::conflict));
  ASSERT_THAT(may_put(row(), {}), Succeeds());
  const MovedAlias after = put_alias(row(), "acme", "logo", two, later);
  EXPECT_TRUE(after.moved);
  EXPECT_FALSE(after.put.created);
  EXPECT_EQ(after.put.alias.version, 8);
  EXPECT_EQ(after.put.alias.created, then);
  EXPECT_EQ(after.put.alias.updated, later);
}

/// `If-Modified-Since` with the date of before was answered 304.
TEST(AliasRules, AMoveIsLaterThanTheOneBeforeAlsoWhereTheClockWasSetBack) {
  const Time earlier = then - std::chrono::hours{24};
  EXPECT_GT(put_alias(row(), "acme", "logo", two, earlier).put.alias.updated, then);
  EXPECT_GT(put_alias(row(), "acme", "logo", two, then).put.alias.updated, then);
  EXPECT_GT(put_alias(row(true), "acme", "logo", one, earlier).put.alias.updated, then);
}

TEST(AliasRules, TheSameImageAgainIsNoMove) {
  const MovedAlias after = put_alias(row(), "acme", "logo", one, later);
  EXPECT_FALSE(after.moved);
  EXPECT_FALSE(after.put.created);
  EXPECT_EQ(after.put.alias.version, 7);
  EXPECT_EQ(after.put.alias.updated, then);
}

TEST(AliasRules, ANameThatComesBackIsCreatedAndCountsOn) {
  ASSERT_THAT(may_put(row(true), {}, Overwrite::no), Succeeds());
  const MovedAlias after = put_alias(row(true), "acme", "logo", one, later);
  EXPECT_TRUE(after.moved) << "also to where it pointed before it was deleted";
  EXPECT_TRUE(after.put.created);
  EXPECT_EQ(after.put.alias.version, 8);
}

TEST(AliasRules, PreconditionsAreMetOrNot) {
  const Precondition seven{.match_any_of = {{3, 7}}};
  const Precondition eight{.match_any_of = {{8}}};
  const Precondition none{.match_any_of = std::vector<std::int64_t>{}};
  const Precondition exists{.must_exist = true};
  const Precondition is_new{.must_not_exist = true};
  const Precondition not_seven{.match_none_of = {3, 7}};
  const Precondition not_eight{.match_none_of = {8}};
  for (const Precondition& met : {seven, exists, not_eight})
    EXPECT_THAT(may_put(row(), met), Succeeds());
  for (const Precondition& failed : {eight, none, is_new, not_seven})
    EXPECT_THAT(may_put(row(), failed), FailsWith(ErrorCode::precondition_failed));
  for (const std::optional<AliasRow>& nobody : {std::optional<AliasRow>(), std::optional(row(true))}) {
    for (const Precondition& met : {is_new, not_seven})
      EXPECT_THAT(may_put(nobody, met), Succeeds());
    for (const Precondition& failed : {seven, eight, exists})
      EXPECT_THAT(may_put(nobody, failed), FailsWith(ErrorCode::precondition_failed));
  }
}

TEST(AliasRules, APreconditionThatFailedIsSaidBeforeTheConflict) {
  EXPECT_THAT(may_put(row(), {.match_any_of = {{8}}}, Overwrite::no),
              FailsWith(ErrorCode::precondition_failed));
}

TEST(AliasRules, OnlyWhatLivesIsDeleted) {
  const auto deleted = may_delete_alias(row(), "acme", "logo", {.match_any_of = {{7}}});
  ASSERT_THAT(deleted, Succeeds());
  EXPECT_EQ(deleted->version, 7);
  EXPECT_THAT(may_delete_alias(row(), "acme", "logo", {.match_any_of = {{6}}}),
              FailsWith(ErrorCode::precondition_failed));
  for (const std::optional<AliasRow>& nobody : {std::optional<AliasRow>(), std::optional(row(true))}) {
    EXPECT_THAT(may_delete_alias(nobody, "acme", "logo", {}), FailsWith(ErrorCode::not_found));
    EXPECT_THAT(living_alias(nobody, "acme", "logo"), FailsWith(ErrorCode::not_found));
  }
}

TEST(AliasRules, AnEntryOfTheHistoryIsAVersion) {
  const HistoryEntry entry{.name = "logo",
                           .version = 7,
                           .action = "put",
                           .hash = one,
                           .at = then,
                           .by = {.user_id = "u", .email = "a@acme.example", .key_id = "k"}};
  const AliasVersion put = alias_version(entry);
  EXPECT_EQ(put.version, 7);
  EXPECT_EQ(put.hash, one);
  EXPECT_EQ(put.at, then);
  EXPECT_EQ(put.by.email, "a@acme.example");
  EXPECT_FALSE(put.deleted);
  EXPECT_TRUE(alias_version({.name = "logo", .action = "delete", .by = {}}).deleted);
}

}  // namespace
}  // namespace rucola::catalog
