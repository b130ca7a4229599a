#include "catalog/user_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola::catalog {
namespace {

using test::FailsWith;
using test::Succeeds;
using testing::ElementsAre;

TEST(UserRules, AUserHasARole) {
  EXPECT_THAT(may_be_roles({Role::read}), Succeeds());
  EXPECT_THAT(may_be_roles({}), FailsWith(ErrorCode::bad_request));
}

TEST(UserRules, RolesMakeOneMembershipAnOrganization) {
  const auto memberships = memberships_of("u", {{"acme", "read"}, {"acme", "upload"}, {"other", "admin"}});
  ASSERT_EQ(memberships.size(), 2U);
  EXPECT_EQ(memberships[0].organization, "acme");
  EXPECT_EQ(memberships[0].user_id, "u");
  EXPECT_THAT(memberships[0].roles, ElementsAre(Role::read, Role::upload));
  EXPECT_THAT(memberships[1].roles, ElementsAre(Role::admin));
}

TEST(UserRules, ARoleThatNobodyKnowsGivesNoRightAndNoMembership) {
  const auto memberships =
      memberships_of("u", {{"acme", "emperor"}, {"other", "emperor"}, {"other", "read"}});
  ASSERT_EQ(memberships.size(), 1U);
  EXPECT_EQ(memberships[0].organization, "other");
  EXPECT_THAT(memberships[0].roles, ElementsAre(Role::read));
}

TEST(UserRules, WhatIsHandedOutToEverybodyIsPublic) {
  EXPECT_TRUE(is_public({Role::read, Role::upload, Role::sourceimages_read}));
  EXPECT_TRUE(is_public({})) << "whose last membership was taken away";
  for (const Role role : {Role::write, Role::admin, Role::admin_read, Role::sourceimages_write})
    EXPECT_FALSE(is_public({Role::read, role})) << name_of(role);
  EXPECT_TRUE(is_public({Role::read, Role::billing_read, Role::sourceimages_unlock}));
  EXPECT_FALSE(is_public({Role::billing_read})) << "costs are shown to nobody in a page";
}

TEST(UserRules, AnAddressIsOneThatSomebodyCouldHave) {
  for (const char* good : {"a@b", "ann@example.com", "ann+x@sub.example.com", "\xC3\xA4@example.com"})
    EXPECT_THAT(may_be_email(good), Succeeds()) << good;
  for (const char* bad : {"", "@", "a@", "@b", "ann", "a b@c", "a@b c", "a@b@c", "a@b\n", "a\x7f@b"})
    EXPECT_THAT(may_be_email(bad), FailsWith(ErrorCode::bad_request)) << bad;
  EXPECT_THAT(may_be_email(std::string(253, 'x') + "@b"), FailsWith(ErrorCode::bad_request));
}

TEST(UserRules, AnAddressReadsAsWhatItIs) {
  for (const char* bad :
       {"ann\xC2\x85@b", "ann\u200b@b", "\u202enna@b", "ann@b\u2066", "ann\u00a0x@b", "ann\xff@b"})
    EXPECT_THAT(may_be_email(bad), FailsWith(ErrorCode::bad_request)) << testing::PrintToString(bad);
}

TEST(UserRules, NobodySignsUpWithAnAddressThatIsMadeForOthers) {
  EXPECT_THAT(may_be_own_email("ann@example.com"), Succeeds());
  for (const std::string& bad : {address_of_nobody("271cce77-45c7-4f6d-a0f6-a4edc29964e6"),
                                 std::string("ann@Users.INVALID"), std::string("ann@users.invalid.")}) {
    EXPECT_THAT(may_be_own_email(bad), FailsWith(ErrorCode::bad_request)) << bad;
    EXPECT_THAT(may_be_email(bad), Succeeds()) << "the operator gives such a user a further key: " << bad;
  }
  EXPECT_THAT(may_be_own_email("ann"), FailsWith(ErrorCode::bad_request));
}

TEST(UserRules, AFounderHasSoManyOrganizations) {
  EXPECT_THAT(may_found_another(most_organizations_of_a_founder - 1), Succeeds());
  EXPECT_THAT(may_found_another(most_organizations_of_a_founder), FailsWith(ErrorCode::forbidden));
}

TEST(UserRules, TheLastAdminStays) {
  EXPECT_THAT(leaves_an_admin(true, false, false), FailsWith(ErrorCode::conflict));
  EXPECT_THAT(leaves_an_admin(true, true, false), Succeeds());
  EXPECT_THAT(leaves_an_admin(true, false, true), Succeeds());
  EXPECT_THAT(leaves_an_admin(false, false, false), Succeeds()) << "there was none to lose";
}

}  // namespace
}  // namespace rucola::catalog
