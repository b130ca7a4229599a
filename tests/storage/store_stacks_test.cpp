#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using catalog::Overwrite;

class StoreStacks : public StoreConformance {};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreStacks, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StoreStacks, AreKept) {
  const auto put = store->stacks().put("acme", "thumb", R"({"operations":[]})", Overwrite::no);
  ASSERT_THAT(put, Succeeds());
  EXPECT_TRUE(put->created);
  const auto stack = store->stacks().find("acme", "thumb");
  ASSERT_THAT(stack, Succeeds());
  EXPECT_EQ(stack->organization, "acme");
  EXPECT_EQ(stack->name, "thumb");
  EXPECT_EQ(stack->definition_json, R"({"operations":[]})");
  EXPECT_EQ(stack->created, put->stack.created);
}

TEST_P(StoreStacks, AreReplacedOnlyWithOverwrite) {
  ASSERT_THAT(store->stacks().put("acme", "thumb", "{}", Overwrite::no), Succeeds());
  EXPECT_THAT(store->stacks().put("acme", "thumb", "{ }", Overwrite::no), FailsWith(ErrorCode::conflict));
  const auto replaced = store->stacks().put("acme", "thumb", R"({"a":1})", Overwrite::yes);
  ASSERT_THAT(replaced, Succeeds());
  EXPECT_FALSE(replaced->created);
  EXPECT_EQ(store->stacks().find("acme", "thumb").value().definition_json, R"({"a":1})");
}

TEST_P(StoreStacks, AreReplacedOnlyWhereTheCallerMay) {
  const catalog::MayReplace never = [](const catalog::Stack& before) -> Result<void> {
    EXPECT_EQ(before.definition_json, "{}");
    return fail(ErrorCode::conflict, "never");
  };
  EXPECT_TRUE(store->stacks().put("acme", "thumb", "{}", Overwrite::yes, never).value().created);
  EXPECT_THAT(store->stacks().put("acme", "thumb", "{ }", Overwrite::yes, never),
              FailsWith(ErrorCode::conflict));
  EXPECT_EQ(store->stacks().find("acme", "thumb").value().definition_json, "{}");
  ASSERT_THAT(store->stacks().remove("acme", "thumb"), Succeeds());
  EXPECT_THAT(store->stacks().put("acme", "thumb", "{ }", Overwrite::no, never), Succeeds());
}

TEST_P(StoreStacks, AreListedByName) {
  for (const char* name : {"b", "a", "c"}) {
    ASSERT_THAT(store->stacks().put("acme", name, "{}", Overwrite::no), Succeeds());
  }
  ASSERT_THAT(store->stacks().remove("acme", "c"), Succeeds());
  const auto stacks = store->stacks().list("acme");
  ASSERT_THAT(stacks, Succeeds());
  ASSERT_EQ(stacks->size(), 2U);
  EXPECT_EQ((*stacks)[0].name, "a");
  EXPECT_EQ((*stacks)[1].name, "b");
}

TEST_P(StoreStacks, CanBePurgedAfterADelete) {
  EXPECT_FALSE(store->purges().ever_existed("acme", catalog::PurgeKind::stack, "thumb").value());
  ASSERT_THAT(store->stacks().put("acme", "thumb", "{}", Overwrite::no), Succeeds());
  ASSERT_THAT(store->stacks().remove("acme", "thumb"), Succeeds());
  EXPECT_THAT(store->stacks().find("acme", "thumb"), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->stacks().remove("acme", "thumb"), FailsWith(ErrorCode::not_found));
  EXPECT_TRUE(store->purges().ever_existed("acme", catalog::PurgeKind::stack, "thumb").value());
  EXPECT_TRUE(store->stacks().put("acme", "thumb", "{}", Overwrite::no).value().created);
  EXPECT_THAT(store->stacks().find("acme", "thumb"), Succeeds());
}

TEST_P(StoreStacks, BelongToTheirOrganization) {
  ASSERT_THAT(store->organizations().create("other", "Other", ""), Succeeds());
  ASSERT_THAT(store->stacks().put("acme", "thumb", "{}", Overwrite::no), Succeeds());
  EXPECT_THAT(store->stacks().find("other", "thumb"), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->stacks().remove("other", "thumb"), FailsWith(ErrorCode::not_found));
  EXPECT_FALSE(store->purges().ever_existed("other", catalog::PurgeKind::stack, "thumb").value());
  EXPECT_THAT(store->stacks().put("nobody", "thumb", "{}", Overwrite::no), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->stacks().list("nobody"), FailsWith(ErrorCode::not_found));
}

}  // namespace
}  // namespace rucola::test
