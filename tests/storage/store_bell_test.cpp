#include <functional>
#include <set>

#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using catalog::Overwrite;

class StoreBell : public StoreConformance {};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreBell, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StoreBell, ChangesWithEveryKindOfChangeAndIsSeenByOtherStores) {
  const std::unique_ptr<catalog::Store> other = reopen();
  const std::string hash = picture(1).hash;
  const std::vector<std::function<bool()>> changes = {
      [&] { return store->organizations().create("other", "", "").has_value(); },
      [&] { return store->organizations().set_options("acme", {{"a", "1"}}, {}).has_value(); },
      [&] {
        return store->users()
            .create("a@b.example", "acme", {catalog::Role::read}, sha256_hex("k"))
            .has_value();
      },
      [&] { return store->images().add(picture(1)).has_value(); },
      [&] { return store->stacks().put("acme", "thumb", "{}", Overwrite::no).has_value(); },
      [&] { return store->stacks().put("acme", "thumb", "{ }", Overwrite::yes).has_value(); },
      [&] { return store->aliases().put("acme", "logo", hash, Overwrite::no, {}).has_value(); },
      [&] { return store->images().remove("acme", hash).has_value(); },
      [&] { return store->images().restore("acme", hash).has_value(); },
      [&] { return store->aliases().remove("acme", "logo", {}).has_value(); },
      [&] { return store->stacks().remove("acme", "thumb").has_value(); },
  };
  std::set<std::uint64_t> seen = {store->change_feed().bell()};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    ASSERT_TRUE(changes[i]()) << "change " << i;
    EXPECT_TRUE(seen.insert(store->change_feed().bell()).second) << "change " << i;
    EXPECT_EQ(other->change_feed().bell(), store->change_feed().bell()) << "change " << i;
  }
}

TEST_P(StoreBell, StaysWithoutAChange) {
  const std::string hash = add(1);
  ASSERT_THAT(move_alias("logo", hash), Succeeds());
  const std::uint64_t bell = store->change_feed().bell();
  const std::unique_ptr<catalog::Store> other = reopen();
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(store->aliases().find("acme", "logo"), Succeeds());
    EXPECT_THAT(other->images().find("acme", hash), Succeeds());
    EXPECT_THAT(store->aliases().put("acme", "logo", hash, Overwrite::no, {}),
                FailsWith(ErrorCode::conflict));
    EXPECT_THAT(store->check(), Succeeds());
    EXPECT_EQ(store->change_feed().bell(), bell);
  }
}

/// Enough to fill and restart SQLite's log several times.
TEST_P(StoreBell, NeverComesBack) {
  const std::string hashes[] = {add(1), add(2)};
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 2500; ++i) {
    ASSERT_THAT(move_alias("logo", hashes[i % 2]), Succeeds());
    ASSERT_TRUE(seen.insert(store->change_feed().bell()).second) << "after " << i << " moves";
  }
}

}  // namespace
}  // namespace rucola::test
