#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using catalog::Overwrite;

class StoreStacks : public StoreConformance {};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreStacks, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StoreStacks, AreKept) {
  const auto put = store->put_stack("acme", "thumb", R"({"operations":[]})", Overwrite::no);
  ASSERT_THAT(put, Succeeds());
  EXPECT_TRUE(put->created);
  const auto stack = store->stack("acme", "thumb");
  ASSERT_THAT(stack, Succeeds());
  EXPECT_EQ(stack->organization, "acme");
  EXPECT_EQ(stack->name, "thumb");
  EXPECT_EQ(stack->definition_json, R"({"operations":[]})");
  EXPECT_EQ(stack->created, put->stack.created);
}

TEST_P(StoreStacks, AreReplacedOnlyWithOverwrite) {
  ASSERT_THAT(store->put_stack("acme", "thumb", "{}", Overwrite::no), Succeeds());
  EXPECT_THAT(store->put_stack("acme", "thumb", "{ }", Overwrite::no), FailsWith(ErrorCode::conflict));
  const auto replaced = store->put_stack("acme", "thumb", R"({"a":1})", Overwrite::yes);
  ASSERT_THAT(replaced, Succeeds());
  EXPECT_FALSE(replaced->created);
  EXPECT_EQ(store->stack("acme", "thumb").value().definition_json, R"({"a":1})");
}

TEST_P(StoreStacks, AreReplacedOnlyWhereTheCallerMay) {
  const catalog::MayReplace never = [](const catalog::Stack& before) -> Result<void> {
    EXPECT_EQ(before.definition_json, "{}");
    return fail(ErrorCode::conflict, "never");
  };
  EXPECT_TRUE(store->put_stack("acme", "thumb", "{}", Overwrite::yes, never).value().created);
  EXPECT_THAT(store->put_stack("acme", "thumb", "{ }", Overwrite::yes, never),
              FailsWith(ErrorCode::conflict));
  EXPECT_EQ(store->stack("acme", "thumb").value().definition_json, "{}");
  ASSERT_THAT(store->delete_stack("acme", "thumb"), Succeeds());
  EXPECT_THAT(store->put_stack("acme", "thumb", "{ }", Overwrite::no, never), Succeeds());
}

TEST_P(StoreStacks, AreListedByName) {
  for (const char* name : {"b", "a", "c"}) {
    ASSERT_THAT(store->put_stack("acme", name, "{}", Overwrite::no), Succeeds());
  }
  ASSERT_THAT(store->delete_stack("acme", "c"), Succeeds());
  const auto stacks = store->stacks("acme");
  ASSERT_THAT(stacks, Succeeds());
  ASSERT_EQ(stacks->size(), 2U);
  EXPECT_EQ((*stacks)[0].name, "a");
  EXPECT_EQ((*stacks)[1].name, "b");
}

TEST_P(StoreStacks, CanBePurgedAfterADelete) {
  EXPECT_FALSE(store->ever_existed("acme", catalog::PurgeKind::stack, "thumb").value());
  ASSERT_THAT(store->put_stack("acme", "thumb", "{}", Overwrite::no), Succeeds());
  ASSERT_THAT(store->delete_stack("acme", "thumb"), Succeeds());
  EXPECT_THAT(store->stack("acme", "thumb"), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->delete_stack("acme", "thumb"), FailsWith(ErrorCode::not_found));
  EXPECT_TRUE(store->ever_existed("acme", catalog::PurgeKind::stack, "thumb").value());
  EXPECT_TRUE(store->put_stack("acme", "thumb", "{}", Overwrite::no).value().created);
  EXPECT_THAT(store->stack("acme", "thumb"), Succeeds());
}

TEST_P(StoreStacks, BelongToTheirOrganization) {
  ASSERT_THAT(store->create_organization("other", "Other", ""), Succeeds());
  ASSERT_THAT(store->put_stack("acme", "thumb", "{}", Overwrite::no), Succeeds());
  EXPECT_THAT(store->stack("other", "thumb"), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->delete_stack("other", "thumb"), FailsWith(ErrorCode::not_found));
  EXPECT_FALSE(store->ever_existed("other", catalog::PurgeKind::stack, "thumb").value());
  EXPECT_THAT(store->put_stack("nobody", "thumb", "{}", Overwrite::no), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->stacks("nobody"), FailsWith(ErrorCode::not_found));
}

}  // namespace
}  // namespace rucola::test
