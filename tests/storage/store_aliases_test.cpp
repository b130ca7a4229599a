#include <atomic>
#include <thread>

#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using catalog::Overwrite;
using catalog::Precondition;
using testing::ElementsAre;
using testing::HasSubstr;

class StoreAliases : public StoreConformance {};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreAliases, testing::ValuesIn(store_backends()), backend_name);

Precondition if_match(std::vector<std::int64_t> versions) {
  return {.match_any_of = std::move(versions)};
}

TEST_P(StoreAliases, IsCreatedWithVersionOne) {
  const std::string hash = add(1);
  const Time before = now();
  const auto put = store->aliases().put("acme", "logo", hash, Overwrite::no, {});
  ASSERT_THAT(put, Succeeds());
  EXPECT_TRUE(put->created);

  const auto alias = store->aliases().find("acme", "logo");
  ASSERT_THAT(alias, Succeeds());
  EXPECT_EQ(alias->organization, "acme");
  EXPECT_EQ(alias->name, "logo");
  EXPECT_EQ(alias->hash, hash);
  EXPECT_EQ(alias->version, 1);
  EXPECT_GE(alias->created, before);
  EXPECT_EQ(alias->created, alias->updated);
}

TEST_P(StoreAliases, IsNotTakenOverWithoutOverwrite) {
  const std::string first = add(1);
  const std::string second = add(2);
  ASSERT_THAT(store->aliases().put("acme", "logo", first, Overwrite::no, {}), Succeeds());
  EXPECT_THAT(store->aliases().put("acme", "logo", second, Overwrite::no, {}),
              FailsWith(ErrorCode::conflict));
  EXPECT_THAT(store->aliases().put("acme", "logo", first, Overwrite::no, {}), FailsWith(ErrorCode::conflict));
  EXPECT_EQ(store->aliases().find("acme", "logo").value().hash, first);
}

TEST_P(StoreAliases, MovesAndCounts) {
  ASSERT_THAT(move_alias("logo", add(1)), Succeeds());
  const auto created = store->aliases().find("acme", "logo").value().created;
  const std::string second = add(2);
  const auto moved = move_alias("logo", second);
  ASSERT_THAT(moved, Succeeds());
  EXPECT_FALSE(moved->created);
  EXPECT_EQ(moved->alias.version, 2);
  EXPECT_EQ(moved->alias.hash, second);
  EXPECT_EQ(moved->alias.created, created);
  EXPECT_EQ(store->aliases().find("acme", "logo").value().version, 2);
}

TEST_P(StoreAliases, PointingAtTheSameImageAgainIsNoMove) {
  const std::string hash = add(1);
  const auto first = move_alias("logo", hash);
  const std::uint64_t bell = store->change_feed().bell();
  const auto again = move_alias("logo", hash.substr(0, 8));
  ASSERT_THAT(again, Succeeds());
  EXPECT_FALSE(again->created);
  EXPECT_EQ(again->alias.version, 1);
  EXPECT_EQ(again->alias.updated, first->alias.updated);
  EXPECT_EQ(store->change_feed().bell(), bell);
}

TEST_P(StoreAliases, StoresTheFullHashOfAShortOne) {
  const std::string hash = add(1);
  const auto put = move_alias("logo", hash.substr(0, 6));
  ASSERT_THAT(put, Succeeds());
  EXPECT_EQ(put->alias.hash, hash);
}

TEST_P(StoreAliases, RefusesAnImageThatIsNotThere) {
  const std::string deleted = add(1);
  ASSERT_THAT(store->images().remove("acme", deleted), Succeeds());
  EXPECT_THAT(move_alias("logo", deleted), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(move_alias("logo", std::string(40, '0')), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(move_alias("logo", "zzzzzz"), FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(store->aliases().find("acme", "logo"), FailsWith(ErrorCode::not_found));
  EXPECT_FALSE(store->purges().ever_existed("acme", catalog::PurgeKind::alias, "logo").value());
}

TEST_P(StoreAliases, RefusesAnAmbiguousShortHash) {
  ASSERT_THAT(store->images().add(picture_with_hash(1, "abcdef1")), Succeeds());
  ASSERT_THAT(store->images().add(picture_with_hash(2, "abcdef2")), Succeeds());
  const auto put = move_alias("logo", "abcdef");
  ASSERT_THAT(put, FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(put.error().message.text, HasSubstr("ambiguous"));
}

TEST_P(StoreAliases, BelongToTheirOrganization) {
  ASSERT_THAT(store->organizations().create("other", "Other", ""), Succeeds());
  const std::string hash = add(1);
  ASSERT_THAT(move_alias("logo", hash), Succeeds());
  EXPECT_THAT(store->aliases().find("other", "logo"), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->aliases().put("other", "logo", hash, Overwrite::no, {}),
              FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->aliases().remove("other", "logo", {}), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->aliases().put("nobody", "logo", hash, Overwrite::no, {}),
              FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->aliases().list("nobody", 10, 0), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreAliases, NamesKeepTheirCase) {
  ASSERT_THAT(move_alias("Logo", add(1)), Succeeds());
  EXPECT_THAT(store->aliases().find("acme", "logo"), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreAliases, AreListedByName) {
  const std::string hash = add(1);
  for (const char* name : {"cherry", "apple", "banana", "date"})
    ASSERT_THAT(move_alias(name, hash), Succeeds());
  ASSERT_THAT(store->aliases().remove("acme", "date", {}), Succeeds());

  const auto all = store->aliases().list("acme", 10, 0);
  ASSERT_THAT(all, Succeeds());
  EXPECT_EQ(all->total, 3);
  ASSERT_EQ(all->items.size(), 3U);
  EXPECT_EQ(all->items[0].name, "apple");
  EXPECT_EQ(all->items[2].name, "cherry");
  EXPECT_EQ(all->items[0].hash, hash);
  EXPECT_EQ(all->items[0].version, 1);

  const auto page = store->aliases().list("acme", 1, 1);
  EXPECT_EQ(page->total, 3);
  ASSERT_EQ(page->items.size(), 1U);
  EXPECT_EQ(page->items[0].name, "banana");
  EXPECT_TRUE(store->aliases().list("acme", 10, 3).value().items.empty());
}

TEST_P(StoreAliases, TotalFollowsDeletesAndReturns) {
  const std::string hash = add(1);
  const std::string other = add(2);
  ASSERT_THAT(move_alias("logo", hash), Succeeds());
  ASSERT_THAT(move_alias("logo", other), Succeeds());
  EXPECT_EQ(store->aliases().list("acme", 10, 0).value().total, 1);
  ASSERT_THAT(store->aliases().remove("acme", "logo", {}), Succeeds());
  EXPECT_EQ(store->aliases().list("acme", 10, 0).value().total, 0);
  ASSERT_THAT(move_alias("logo", hash), Succeeds());
  EXPECT_EQ(store->aliases().list("acme", 10, 0).value().total, 1);
}

TEST_P(StoreAliases, GoesOnCountingAfterADelete) {
  const std::string hash = add(1);
  const auto first = move_alias("logo", hash);
  ASSERT_THAT(store->aliases().remove("acme", "logo", {}), Succeeds());
  EXPECT_THAT(store->aliases().find("acme", "logo"), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->aliases().remove("acme", "logo", {}), FailsWith(ErrorCode::not_found));
  EXPECT_TRUE(store->purges().ever_existed("acme", catalog::PurgeKind::alias, "logo").value());

  const auto back = store->aliases().put("acme", "logo", hash, Overwrite::no, {});
  ASSERT_THAT(back, Succeeds());
  EXPECT_TRUE(back->created);
  EXPECT_EQ(back->alias.version, 2);
  EXPECT_EQ(back->alias.created, first->alias.created);
  // An If-Match from before the deletion must not win.
  EXPECT_THAT(move_alias("logo", add(2), if_match({1})), FailsWith(ErrorCode::precondition_failed));
}

TEST_P(StoreAliases, ObeysIfMatch) {
  const std::string first = add(1);
  const std::string second = add(2);
  ASSERT_THAT(move_alias("logo", first), Succeeds());
  EXPECT_THAT(move_alias("logo", second, if_match({2, 3})), FailsWith(ErrorCode::precondition_failed));
  EXPECT_EQ(store->aliases().find("acme", "logo").value().hash, first);
  EXPECT_THAT(move_alias("logo", second, if_match({7, 1})), Succeeds());
  EXPECT_THAT(move_alias("logo", first, if_match({1})), FailsWith(ErrorCode::precondition_failed));
  EXPECT_THAT(move_alias("logo", first, {.must_exist = true}), Succeeds());
  EXPECT_EQ(store->aliases().find("acme", "logo").value().version, 3);
}

TEST_P(StoreAliases, IfMatchWantsAnAliasThatExists) {
  const std::string hash = add(1);
  EXPECT_THAT(move_alias("logo", hash, if_match({1})), FailsWith(ErrorCode::precondition_failed));
  EXPECT_THAT(move_alias("logo", hash, {.must_exist = true}), FailsWith(ErrorCode::precondition_failed));
  EXPECT_THAT(store->aliases().find("acme", "logo"), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreAliases, IfNoneMatchWantsANewOne) {
  const std::string hash = add(1);
  const Precondition new_only{.must_not_exist = true};
  EXPECT_THAT(move_alias("logo", hash, new_only), Succeeds());
  EXPECT_THAT(move_alias("logo", add(2), new_only), FailsWith(ErrorCode::precondition_failed));
  ASSERT_THAT(store->aliases().remove("acme", "logo", {}), Succeeds());
  EXPECT_THAT(move_alias("logo", hash, new_only), Succeeds());
}

TEST_P(StoreAliases, DeletesOnlyTheVersionThatIsMeant) {
  ASSERT_THAT(move_alias("logo", add(1)), Succeeds());
  EXPECT_THAT(store->aliases().remove("acme", "logo", if_match({2})),
              FailsWith(ErrorCode::precondition_failed));
  EXPECT_THAT(store->aliases().find("acme", "logo"), Succeeds());
  EXPECT_THAT(store->aliases().remove("acme", "logo", if_match({1})), Succeeds());
  EXPECT_THAT(store->aliases().remove("acme", "never_was", if_match({1})), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreAliases, OutlivesItsImage) {
  const std::string hash = add(1);
  ASSERT_THAT(move_alias("logo", hash), Succeeds());
  ASSERT_THAT(store->images().remove("acme", hash), Succeeds());
  EXPECT_EQ(store->aliases().find("acme", "logo").value().hash, hash);
  EXPECT_EQ(store->aliases().list("acme", 10, 0).value().total, 1);
}

/// Many threads read a version and move the alias from there; two stores, as two processes would have them.
TEST_P(StoreAliases, ExactlyOneWriterWinsEachVersion) {
  constexpr int threads = 8;
  constexpr std::int64_t rounds = 40;
  std::vector<std::string> hashes;
  for (int i = 0; i < threads; ++i)
    hashes.push_back(add(i));
  hashes.push_back(add(threads));
  ASSERT_THAT(move_alias("logo", hashes.back()), Succeeds());

  const std::unique_ptr<catalog::Store> second = reopen();
  std::vector<std::atomic<int>> winners(rounds + 1);
  std::vector<std::thread> running;
  for (int thread = 0; thread < threads; ++thread) {
    running.emplace_back([&, thread] {
      catalog::Store& mine = thread % 2 == 0 ? *store : *second;
      for (;;) {
        const auto seen = mine.aliases().find("acme", "logo");
        ASSERT_THAT(seen, Succeeds());
        if (seen->version > rounds) return;
        // Never the image it points at now: that would be no move.
        const std::string& target = seen->hash == hashes[thread] ? hashes.back() : hashes[thread];
        const auto put =
            mine.aliases().put("acme", "logo", target, Overwrite::yes, if_match({seen->version}));
        if (!put) {
          ASSERT_THAT(put, FailsWith(ErrorCode::precondition_failed));
          continue;
        }
        ASSERT_EQ(put->alias.version, seen->version + 1);
        ++winners[seen->version];
      }
    });
  }
  for (std::thread& thread : running)
    thread.join();
  for (std::int64_t version = 1; version <= rounds; ++version) {
    EXPECT_EQ(winners[version], 1) << "version " << version;
  }
  EXPECT_EQ(store->aliases().find("acme", "logo").value().version, rounds + 1);
}

TEST_P(StoreAliases, ManyNewNamesAtOnceAllArrive) {
  constexpr int threads = 8;
  constexpr int each = 25;
  const std::string hash = add(1);
  const std::unique_ptr<catalog::Store> second = reopen();
  std::atomic<int> refused = 0;
  std::vector<std::thread> running;
  for (int thread = 0; thread < threads; ++thread) {
    running.emplace_back([&, thread] {
      catalog::Store& mine = thread % 2 == 0 ? *store : *second;
      for (int i = 0; i < each; ++i) {
        const std::string name = "alias_" + std::to_string(thread) + "_" + std::to_string(i);
        EXPECT_THAT(mine.aliases().put("acme", name, hash, Overwrite::no, {}), Succeeds());
        // The same name for all: one is first, the others are refused and spoil nothing.
        if (!mine.aliases().put("acme", "shared_" + std::to_string(i), hash, Overwrite::no, {})) ++refused;
      }
    });
  }
  for (std::thread& thread : running)
    thread.join();
  EXPECT_EQ(store->aliases().list("acme", 1, 0).value().total, threads * each + each);
  EXPECT_EQ(refused, (threads - 1) * each);
}

}  // namespace
}  // namespace rucola::test
