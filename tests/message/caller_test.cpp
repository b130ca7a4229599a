#include "message/caller.h"

#include <gmock/gmock.h>

namespace rucola::message {
namespace {

TEST(Caller, MayWhatItsGrantsInThatOrganizationSay) {
  const Caller caller{.user_id = "1",
                      .email = "alice@example.com",
                      .key_id = "k",
                      .grants = {{"acme", {Access::read, Access::originals}}, {"other", {}}}};
  EXPECT_TRUE(caller.may(Access::read, "acme"));
  EXPECT_TRUE(caller.may(Access::originals, "acme"));
  EXPECT_FALSE(caller.may(Access::write, "acme"));
  EXPECT_FALSE(caller.may(Access::read, "other"));
  EXPECT_FALSE(caller.may(Access::read, "third"));
  EXPECT_TRUE(caller.may(Access::anyone, "third"));
}

}  // namespace
}  // namespace rucola::message
