#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using catalog::MemberOutcome;
using catalog::Role;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

class StoreMembers : public StoreConformance {
 protected:
  std::string user(const std::string& name, const std::vector<Role>& roles,
                   const std::string& organization = "acme") {
    return store->users().create(name + "@acme.example", organization, roles, sha256_hex(name)).value().id;
  }
  std::vector<Role> roles_of_key(const std::string& key) {
    const auto principal = store->users().principal_by_key(sha256_hex(key)).value();
    return principal->key.memberships.empty() ? std::vector<Role>{} : principal->key.memberships[0].roles;
  }
};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreMembers, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StoreMembers, AreListedWithWhatTheyMay) {
  const std::string ann = user("ann", {Role::admin});
  const std::string bob = user("bob", {Role::read, Role::upload});
  const auto members = store->members().list("acme");
  ASSERT_THAT(members, Succeeds());
  ASSERT_EQ(members->size(), 2U);
  EXPECT_EQ(members->at(0).user.id, ann);
  EXPECT_EQ(members->at(0).organization.name, "acme");
  EXPECT_TRUE(members->at(0).active);
  EXPECT_TRUE(members->at(0).created);
  EXPECT_FALSE(members->at(0).last_access);
  EXPECT_EQ(members->at(1).user.id, bob);
  EXPECT_THAT(members->at(1).roles, UnorderedElementsAre(Role::read, Role::upload));
  EXPECT_THAT(store->members().list("nobody"), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreMembers, AUserIsToldOfAllItsOrganizations) {
  ASSERT_THAT(store->organizations().create("aaa", "First", ""), Succeeds());
  const std::string ann = user("ann", {Role::admin});
  ASSERT_THAT(store->members().put("aaa", ann, {.roles = {Role::read}}), Succeeds());
  const auto own = store->members().of_user(ann);
  ASSERT_THAT(own, Succeeds());
  ASSERT_EQ(own->size(), 2U);
  EXPECT_EQ(own->at(0).organization.name, "aaa");
  EXPECT_EQ(own->at(0).organization.display_name, "First");
  EXPECT_EQ(own->at(1).organization.name, "acme");
}

TEST_P(StoreMembers, APutSaysWhatCameOfIt) {
  ASSERT_THAT(store->organizations().create("other", "Other", ""), Succeeds());
  user("ann", {Role::admin});
  const std::string bob = user("bob", {Role::write}, "other");
  EXPECT_EQ(store->members().put("acme", bob, {.roles = {Role::read}, .comment = "x"})->outcome,
            MemberOutcome::created);
  EXPECT_EQ(store->members().put("acme", bob, {.roles = {Role::read}})->outcome, MemberOutcome::unchanged);
  EXPECT_EQ(store->members().put("acme", bob, {.roles = {Role::read, Role::read}})->outcome,
            MemberOutcome::unchanged);
  const auto changed = store->members().put("acme", bob, {.roles = {Role::upload}});
  EXPECT_EQ(changed->outcome, MemberOutcome::changed);
  EXPECT_EQ(changed->member.comment, "x") << "what isn't said stays";
  EXPECT_THAT(changed->member.roles, ElementsAre(Role::upload));
  EXPECT_EQ(store->members().put("acme", bob, {.roles = {Role::upload}, .comment = ""})->outcome,
            MemberOutcome::changed);
  EXPECT_THAT(store->members().put("acme", bob, {}), FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(store->members().put("acme", "nobody", {.roles = {Role::read}}),
              FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->members().put("nobody", bob, {.roles = {Role::read}}), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreMembers, APutLetsAllKeysOfTheUserIn) {
  user("ann", {Role::admin});
  const std::string bob = user("bob", {Role::read});
  ASSERT_THAT(store->members().put("acme", bob, {.roles = {Role::write}}), Succeeds());
  EXPECT_THAT(roles_of_key("bob"), ElementsAre(Role::write));
}

/// A comment made an admin key of the old one.
TEST_P(StoreMembers, APutGivesNothingNewToKeysThatCouldDoLess) {
  user("ann", {Role::admin});
  const std::string bob = user("bob", {Role::read});
  ASSERT_THAT(store->users().create("bob@acme.example", "acme", {Role::admin}, sha256_hex("second")),
              Succeeds());
  EXPECT_TRUE(store->users().principal_by_key(sha256_hex("bob")).value()->is_limited);
  EXPECT_FALSE(store->users().principal_by_key(sha256_hex("second")).value()->is_limited);
  ASSERT_THAT(store->members().put("acme", bob, {.roles = {Role::read, Role::admin}, .comment = "hello"}),
              Succeeds());
  EXPECT_THAT(roles_of_key("bob"), ElementsAre(Role::read));
  ASSERT_THAT(store->members().put("acme", bob, {.roles = {Role::admin, Role::write, Role::read}}),
              Succeeds());
  EXPECT_THAT(roles_of_key("bob"), ElementsAre(Role::read));
  EXPECT_THAT(roles_of_key("second"), UnorderedElementsAre(Role::admin, Role::write, Role::read));
  ASSERT_THAT(store->members().put("acme", bob, {.roles = {Role::write}}), Succeeds());
  EXPECT_THAT(roles_of_key("bob"), testing::IsEmpty());
  EXPECT_THAT(roles_of_key("second"), ElementsAre(Role::write));
}

TEST_P(StoreMembers, AnInactiveOneGivesNoRightAndComesBackWithAll) {
  user("ann", {Role::admin});
  const std::string bob = user("bob", {Role::write});
  ASSERT_THAT(store->members().put("acme", bob, {.roles = {Role::write}, .active = false}), Succeeds());
  EXPECT_THAT(roles_of_key("bob"), testing::IsEmpty());
  EXPECT_FALSE(reopen()->members().find("acme", bob)->active);
  ASSERT_THAT(store->members().put("acme", bob, {.roles = {Role::write}, .active = true}), Succeeds());
  EXPECT_THAT(roles_of_key("bob"), ElementsAre(Role::write));
}

TEST_P(StoreMembers, TheLastActiveAdminStays) {
  const std::string ann = user("ann", {Role::admin});
  const std::string bob = user("bob", {Role::write});
  EXPECT_THAT(store->members().remove("acme", ann), FailsWith(ErrorCode::conflict));
  EXPECT_THAT(store->members().put("acme", ann, {.roles = {Role::write}}), FailsWith(ErrorCode::conflict));
  EXPECT_THAT(store->members().put("acme", ann, {.roles = {Role::admin}, .active = false}),
              FailsWith(ErrorCode::conflict));
  EXPECT_THAT(store->members().put("acme", ann, {.roles = {Role::admin, Role::read}}), Succeeds());
  // An inactive admin lets nobody in.
  ASSERT_THAT(store->members().put("acme", bob, {.roles = {Role::admin}, .active = false}), Succeeds());
  EXPECT_THAT(store->members().remove("acme", ann), FailsWith(ErrorCode::conflict));
  ASSERT_THAT(store->members().put("acme", bob, {.roles = {Role::admin}, .active = true}), Succeeds());
  EXPECT_THAT(store->members().remove("acme", ann), Succeeds());
  EXPECT_THAT(store->members().find("acme", ann), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->members().remove("acme", ann), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(roles_of_key("ann"), testing::IsEmpty());
}

TEST_P(StoreMembers, OneIsMadeWithAUserOfItsOwn) {
  const auto first = store->members().create("acme", {.roles = {Role::read}, .comment = "ci"},
                                             sha256_hex("k1"), {.comment = "key", .trusted = true});
  ASSERT_THAT(first, Succeeds());
  EXPECT_EQ(first->user.email, first->user.id + "@users.invalid");
  EXPECT_EQ(first->comment, "ci");
  EXPECT_THAT(roles_of_key("k1"), ElementsAre(Role::read));
  EXPECT_TRUE(store->users().keys(first->user.id)->at(0).terms.trusted);
  const auto second = store->members().create("acme", {.roles = {Role::read}}, sha256_hex("k2"), {});
  ASSERT_THAT(second, Succeeds());
  EXPECT_NE(second->user.id, first->user.id);
  EXPECT_THAT(store->members().create("acme", {.roles = {Role::read}}, sha256_hex("k2"), {}),
              FailsWith(ErrorCode::conflict));
  EXPECT_EQ(store->members().list("acme")->size(), 2U) << "all of it or nothing";
}

/// A stranger's organization made a published key one that manages its user's keys.
TEST_P(StoreMembers, WhoWasLetInByTheIdAloneIsKnownByTheIdAlone) {
  ASSERT_THAT(store->organizations().create("other", "Other", ""), Succeeds());
  user("ann", {Role::admin});
  const std::string bob = user("bob", {Role::read});
  const auto anywhere = [&] {
    return store->users().principal_by_key(sha256_hex("bob")).value()->roles_anywhere;
  };
  EXPECT_FALSE(store->members().find("acme", bob)->by_id);
  EXPECT_TRUE(store->members().put("other", bob, {.roles = {Role::admin}})->member.by_id);
  EXPECT_TRUE(reopen()->members().find("other", bob)->by_id);
  EXPECT_THAT(anywhere(), ElementsAre(Role::read));
  EXPECT_THAT(store->members().put("acme", bob, {.roles = {Role::write}}), Succeeds());
  EXPECT_FALSE(store->members().find("acme", bob)->by_id) << "it was a member there before";
  EXPECT_THAT(anywhere(), ElementsAre(Role::write));
  ASSERT_THAT(store->members().remove("acme", bob), Succeeds());
  EXPECT_THAT(anywhere(), testing::IsEmpty()) << "a stranger's word counts no more than before";
  EXPECT_TRUE(store->users().principal_by_key(sha256_hex("bob")).value()->was_member);
  ASSERT_THAT(store->users().set_membership("bob@acme.example", "other", {Role::upload}), Succeeds());
  EXPECT_FALSE(store->members().find("other", bob)->by_id);
}

/// Of a user who was let in everywhere by its id, the published key managed all keys as soon as a stranger's
/// organization made it an admin.
TEST_P(StoreMembers, WhereAllIsByTheIdTheFirstOrganizationSaysWhoIsPublic) {
  ASSERT_THAT(store->organizations().create("aa-stranger", "Stranger", ""), Succeeds());
  user("ann", {Role::admin});
  ASSERT_THAT(store->users().create("bob@stranger.example", "aa-stranger", {Role::admin}, sha256_hex("bob")),
              Succeeds());
  const std::string eve = store->users().sign_up("eve@own.example", sha256_hex("eve"), {})->id;
  const auto anywhere = [&] {
    return store->users().principal_by_key(sha256_hex("eve")).value()->roles_anywhere;
  };
  ASSERT_THAT(store->members().put("acme", eve, {.roles = {Role::upload}, .active = false}), Succeeds());
  EXPECT_THAT(anywhere(), ElementsAre(Role::upload)) << "an inactive one is one too";
  const auto later = now() + std::chrono::milliseconds{2};
  while (now() < later) {
  }  // memberships are told apart by the millisecond
  ASSERT_THAT(store->members().put("aa-stranger", eve, {.roles = {Role::admin}}), Succeeds());
  EXPECT_THAT(anywhere(), ElementsAre(Role::upload));
  ASSERT_THAT(store->members().put("acme", eve, {.roles = {Role::write}}), Succeeds());
  EXPECT_THAT(anywhere(), ElementsAre(Role::write)) << "and a stranger's role takes nothing away";
  ASSERT_THAT(store->members().put("aa-stranger", eve, {.roles = {Role::read}}), Succeeds());
  EXPECT_THAT(anywhere(), ElementsAre(Role::write));
}

TEST_P(StoreMembers, LastAccessIsOfTheOrganizationThatWasMeant) {
  ASSERT_THAT(store->organizations().create("other", "Other", ""), Succeeds());
  const std::string ann = user("ann", {Role::admin});
  ASSERT_THAT(store->members().put("other", ann, {.roles = {Role::read}}), Succeeds());
  const Time at = now();
  ASSERT_THAT(store->users().note_access(sha256_hex("ann"), "other", at), Succeeds());
  EXPECT_EQ(store->members().find("other", ann)->last_access, at);
  EXPECT_FALSE(store->members().find("acme", ann)->last_access);
  const auto principal = store->users().principal_by_key(sha256_hex("ann")).value();
  for (const catalog::Membership& membership : principal->key.memberships)
    EXPECT_EQ(membership.last_access.has_value(), membership.organization == "other");
}

}  // namespace
}  // namespace rucola::test
