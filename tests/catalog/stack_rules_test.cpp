#include "catalog/stack_rules.h"

#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola::catalog {
namespace {

using test::FailsWith;
using test::Succeeds;

constexpr Time then{std::chrono::seconds{1'000}};
constexpr Time later{std::chrono::seconds{2'000}};

Stack stack() {
  return {.organization = "acme", .name = "thumb", .created = then, .updated = then, .definition_json = "{}"};
}

TEST(StackRules, OneThatIsThereIsReplacedOnlyWhereThatIsAskedFor) {
  EXPECT_THAT(may_put_stack(std::nullopt, "thumb", Overwrite::no, {}), Succeeds());
  EXPECT_THAT(may_put_stack(stack(), "thumb", Overwrite::no, {}), FailsWith(ErrorCode::conflict));
  EXPECT_THAT(may_put_stack(stack(), "thumb", Overwrite::yes, {}), Succeeds());
}

TEST(StackRules, WhoPutsMayRefuseToReplaceWhatIsThere) {
  const MayReplace refuse = [](const Stack& before) -> Result<void> {
    return fail(ErrorCode::forbidden, before.name);
  };
  EXPECT_THAT(may_put_stack(std::nullopt, "thumb", Overwrite::yes, refuse), Succeeds());
  EXPECT_THAT(may_put_stack(stack(), "thumb", Overwrite::yes, refuse), FailsWith(ErrorCode::forbidden));
}

TEST(StackRules, TheSameDefinitionAgainChangesNothing) {
  const ReplacedStack after = put_stack(stack(), "acme", "thumb", "{}", later);
  EXPECT_FALSE(after.changed);
  EXPECT_FALSE(after.put.created);
  EXPECT_EQ(after.put.stack.updated, then);
}

TEST(StackRules, AnotherDefinitionKeepsWhenItWasCreated) {
  const ReplacedStack after = put_stack(stack(), "acme", "thumb", "{ }", later);
  EXPECT_TRUE(after.changed);
  EXPECT_FALSE(after.put.created);
  EXPECT_EQ(after.put.stack.created, then);
  EXPECT_EQ(after.put.stack.updated, later);
  const ReplacedStack fresh = put_stack(std::nullopt, "acme", "thumb", "{ }", later);
  EXPECT_TRUE(fresh.put.created);
  EXPECT_EQ(fresh.put.stack.created, later);
}

TEST(StackRules, AChangeIsLaterThanTheOneBeforeAlsoWhereTheClockWasSetBack) {
  EXPECT_GT(put_stack(stack(), "acme", "thumb", "{ }", then - std::chrono::hours{24}).put.stack.updated,
            then);
}

TEST(StackRules, OneThatDoesNotLiveIsNotFound) {
  EXPECT_THAT(living_stack(stack(), "acme", "thumb"), Succeeds());
  EXPECT_THAT(living_stack(std::nullopt, "acme", "thumb"), FailsWith(ErrorCode::not_found));
}

}  // namespace
}  // namespace rucola::catalog
