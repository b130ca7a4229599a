#include "catalog/user_rules.h"
#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using catalog::Role;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class StoreOrganizations : public StoreConformance {};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreOrganizations, testing::ValuesIn(store_backends()), backend_name);
class StoreUsers : public StoreConformance {};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreUsers, testing::ValuesIn(store_backends()), backend_name);

TEST_P(StoreOrganizations, AreKept) {
  const auto organization = store->organizations().find("acme");
  ASSERT_THAT(organization, Succeeds());
  EXPECT_EQ(organization->name, "acme");
  EXPECT_EQ(organization->display_name, "Acme");
  EXPECT_EQ(organization->billing_email, "bills@acme.example");
  EXPECT_EQ(organization->id.size(), 36U);
  EXPECT_EQ(organization->options_json, "{}");
  EXPECT_THAT(store->organizations().find("nobody"), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreOrganizations, HaveNamesOfTheirOwn) {
  EXPECT_THAT(store->organizations().create("acme", "Another", ""), FailsWith(ErrorCode::conflict));
  EXPECT_EQ(store->organizations().find("acme").value().display_name, "Acme");
}

TEST_P(StoreOrganizations, TakeOptions) {
  ASSERT_THAT(store->organizations().set_options("acme", {{"ttl", "60"}, {"other", R"({"deep":true})"}}, {}),
              Succeeds());
  const auto changed = store->organizations().set_options("acme", {{"ttl", "90"}}, {});
  ASSERT_THAT(changed, Succeeds());
  EXPECT_EQ(changed->options_json, R"({"ttl":90,"other":{"deep":true}})");
  EXPECT_EQ(store->organizations().find("acme").value().options_json, changed->options_json);
  const auto removed = store->organizations().set_options("acme", {{"ttl", {}}, {"never_there", {}}}, {});
  ASSERT_THAT(removed, Succeeds());
  EXPECT_EQ(removed->options_json, R"({"other":{"deep":true}})");
}

TEST_P(StoreOrganizations, TakeAllOptionsOrNone) {
  EXPECT_THAT(store->organizations().set_options("acme", {{"a", "1"}, {"x", "{"}}, {}),
              FailsWith(ErrorCode::bad_request));
  EXPECT_EQ(store->organizations().find("acme").value().options_json, "{}");
  EXPECT_THAT(store->organizations().set_options("nobody", {{"x", "1"}}, {}),
              FailsWith(ErrorCode::not_found));
}

TEST_P(StoreOrganizations, AChangedOptionPurgesAndAnUnchangedOneDoesNot) {
  const catalog::PurgeRequest purge{.organization = "acme",
                                    .kind = catalog::PurgeKind::organization,
                                    .name = "acme",
                                    .tags = {catalog::organization_tag("acme")},
                                    .caches = {"edge"},
                                    .calls_per_hour = 0};
  const auto waiting = [&] {
    const auto due = store->purge_outbox().due("edge", now() + std::chrono::hours{1}, 100);
    return due.value();
  };
  ASSERT_THAT(store->organizations().set_options("acme", {{"a", "1"}}, purge), Succeeds());
  ASSERT_EQ(waiting().size(), 2U);
  EXPECT_EQ(waiting()[0].kind, catalog::PurgeKind::organization);
  EXPECT_EQ(waiting()[0].tags, purge.tags);
  ASSERT_THAT(store->organizations().set_options("acme", {{"a", "1"}}, purge), Succeeds());
  EXPECT_EQ(waiting().size(), 2U);
  EXPECT_THAT(store->organizations().set_options("acme", {{"a", "{"}}, purge),
              FailsWith(ErrorCode::bad_request));
  EXPECT_EQ(waiting().size(), 2U);
}

TEST_P(StoreOrganizations, HaveASigningKeyFromTheBeginning) {
  ASSERT_THAT(store->organizations().create("other", "Other", ""), Succeeds());
  const auto keys = store->organizations().signing_keys("acme");
  ASSERT_THAT(keys, Succeeds());
  ASSERT_EQ(keys->size(), 1U);
  EXPECT_EQ(keys->front().key.size(), 32U);
  EXPECT_LE(keys->front().created, now());
  EXPECT_EQ(reopen()->organizations().signing_keys("acme").value().front().key, keys->front().key);
  EXPECT_NE(store->organizations().signing_keys("other").value().at(0).key, keys->front().key);
  EXPECT_THAT(store->organizations().signing_keys("nobody"), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreUsers, AreFoundByTheirKey) {
  const auto user =
      store->users().create("ann@acme.example", "acme", {Role::read, Role::upload}, sha256_hex("key"));
  ASSERT_THAT(user, Succeeds());
  const auto principal = store->users().principal_by_key(sha256_hex("key"));
  ASSERT_THAT(principal, Succeeds());
  ASSERT_TRUE(*principal);
  EXPECT_EQ((*principal)->user.id, user->id);
  EXPECT_EQ((*principal)->user.email, "ann@acme.example");
  ASSERT_EQ((*principal)->key.memberships.size(), 1U);
  EXPECT_EQ((*principal)->key.memberships[0].organization, "acme");
  EXPECT_EQ((*principal)->key.memberships[0].user_id, user->id);
  EXPECT_THAT((*principal)->key.memberships[0].roles, UnorderedElementsAre(Role::read, Role::upload));

  const auto unknown = store->users().principal_by_key(sha256_hex("another key"));
  ASSERT_THAT(unknown, Succeeds());
  EXPECT_FALSE(*unknown);
}

/// What a key may do in an organization; nothing where it is let in nowhere, or is none.
std::vector<Role> roles_of(catalog::Store& store, const char* key, std::string_view organization) {
  const auto principal = store.users().principal_by_key(sha256_hex(key)).value();
  if (!principal) return {};
  for (const catalog::Membership& membership : principal->key.memberships) {
    if (membership.organization == organization) return membership.roles;
  }
  return {};
}

TEST_P(StoreUsers, AFurtherKeyForAKnownAddressWidensNoOther) {
  ASSERT_THAT(store->organizations().create("other", "Other", ""), Succeeds());
  const auto first = store->users().create("ann@acme.example", "acme", {Role::read}, sha256_hex("one"));
  const auto second = store->users().create("Ann@acme.example", "acme", {Role::admin}, sha256_hex("two"));
  const auto third = store->users().create("ann@acme.example", "other", {Role::admin}, sha256_hex("three"));
  ASSERT_THAT(third, Succeeds());
  EXPECT_EQ(first->id, second->id);
  EXPECT_EQ(first->id, third->id);
  EXPECT_THAT(roles_of(*store, "one", "acme"), ElementsAre(Role::read)) << "it became an admin's";
  EXPECT_THAT(roles_of(*store, "one", "other"), IsEmpty());
  EXPECT_THAT(roles_of(*store, "two", "acme"), UnorderedElementsAre(Role::read, Role::admin));
  EXPECT_THAT(roles_of(*store, "two", "other"), IsEmpty());
  EXPECT_THAT(roles_of(*store, "three", "acme"), UnorderedElementsAre(Role::read, Role::admin));
  EXPECT_THAT(roles_of(*store, "three", "other"), ElementsAre(Role::admin));
}

TEST_P(StoreUsers, GetFurtherKeysAndLoseThem) {
  EXPECT_THAT(store->users().add_key("ann@acme.example", sha256_hex("one"), {}),
              FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->users().keys("ann@acme.example"), FailsWith(ErrorCode::not_found));
  ASSERT_THAT(store->users().create("ann@acme.example", "acme", {Role::write}, sha256_hex("one")),
              Succeeds());
  ASSERT_THAT(store->users().add_key("ann@acme.example", sha256_hex("two"), {}), Succeeds());
  EXPECT_THAT(store->users().add_key("ann@acme.example", sha256_hex("two"), {}),
              FailsWith(ErrorCode::conflict));
  EXPECT_THAT(roles_of(*store, "two", "acme"), ElementsAre(Role::write));
  const auto keys = store->users().keys("ann@acme.example");
  ASSERT_THAT(keys, Succeeds());
  ASSERT_EQ(keys->size(), 2U);
  for (const catalog::ApiKey& key : *keys) {
    ASSERT_EQ(key.memberships.size(), 1U);
    EXPECT_EQ(key.memberships[0].organization, "acme");
  }

  EXPECT_THAT(store->users().revoke_key(sha256_hex("three")), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->users().revoke_key("%"), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->users().revoke_key(""), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->users().revoke_key(sha256_hex("one").substr(0, 15)), FailsWith(ErrorCode::not_found));
  ASSERT_THAT(store->users().revoke_key(sha256_hex("one").substr(0, 16)), Succeeds());
  EXPECT_FALSE(reopen()->users().principal_by_key(sha256_hex("one")).value());
  EXPECT_TRUE(store->users().principal_by_key(sha256_hex("two")).value());
  EXPECT_EQ(store->users().keys("ann@acme.example")->size(), 1U);
  EXPECT_THAT(store->users().revoke_key(sha256_hex("one")), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreUsers, AMembershipIsSetForAllKeys) {
  ASSERT_THAT(store->organizations().create("other", "Other", ""), Succeeds());
  ASSERT_THAT(store->users().create("ann@acme.example", "acme", {Role::read}, sha256_hex("one")), Succeeds());
  ASSERT_THAT(store->users().create("ann@acme.example", "acme", {Role::admin}, sha256_hex("two")),
              Succeeds());
  ASSERT_THAT(store->users().create("eve@acme.example", "acme", {Role::admin}, sha256_hex("eve")),
              Succeeds());
  ASSERT_THAT(store->users().set_membership("ann@acme.example", "acme", {Role::write, Role::write}),
              Succeeds());
  ASSERT_THAT(store->users().set_membership("ann@acme.example", "other", {Role::upload}), Succeeds());
  for (const char* key : {"one", "two"}) {
    EXPECT_THAT(roles_of(*store, key, "acme"), ElementsAre(Role::write)) << key;
    EXPECT_THAT(roles_of(*store, key, "other"), ElementsAre(Role::upload)) << key;
  }
  ASSERT_THAT(store->users().remove_membership("ann@acme.example", "acme"), Succeeds());
  for (const char* key : {"one", "two"}) {
    EXPECT_THAT(roles_of(*store, key, "acme"), IsEmpty()) << key;
    EXPECT_THAT(roles_of(*store, key, "other"), ElementsAre(Role::upload)) << key;
  }
  EXPECT_THAT(roles_of(*store, "eve", "acme"), ElementsAre(Role::admin));
  EXPECT_THAT(store->users().remove_membership("ann@acme.example", "acme"), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->users().remove_membership("who@acme.example", "acme"), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->users().set_membership("ann@acme.example", "nobody", {Role::read}),
              FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->users().set_membership("ann@acme.example", "acme", {}),
              FailsWith(ErrorCode::bad_request));
}

TEST_P(StoreUsers, SignUpWithOrWithoutAnOrganization) {
  const catalog::NewOrganization own{
      .name = "own", .display_name = "Own", .billing_email = "ann@own.example"};
  const auto ann = store->users().sign_up("ann@own.example", sha256_hex("ann"), own);
  ASSERT_THAT(ann, Succeeds());
  EXPECT_THAT(roles_of(*store, "ann", "own"), ElementsAre(Role::admin));
  EXPECT_EQ(store->organizations().find("own")->billing_email, "ann@own.example");
  EXPECT_THAT(store->users().sign_up("ANN@own.example", sha256_hex("other"), {}),
              FailsWith(ErrorCode::conflict));
  EXPECT_THAT(store->users().sign_up("eve@own.example", sha256_hex("eve"), own),
              FailsWith(ErrorCode::conflict));
  EXPECT_THAT(store->users().find("eve@own.example"), FailsWith(ErrorCode::not_found))
      << "all of it or nothing";
  ASSERT_THAT(store->users().sign_up("eve@own.example", sha256_hex("eve"), {}), Succeeds());
  EXPECT_THAT(store->users().principal_by_key(sha256_hex("eve")).value()->key.memberships, IsEmpty());
}

catalog::NewOrganization wanted(const std::string& name, const std::string& master = "") {
  return {.name = name, .display_name = name, .billing_email = "", .master = master};
}

TEST_P(StoreUsers, AreTheAdminsOfWhatIsMadeForThem) {
  const auto ann = store->users().create("ann@acme.example", "acme", {Role::admin}, sha256_hex("one"));
  const std::string one = sha256_hex("one");
  ASSERT_THAT(store->users().add_key("ann@acme.example", sha256_hex("two"), {}), Succeeds());
  const auto made = store->organizations().create_for(ann->id, one, wanted("part", "acme"));
  ASSERT_THAT(made, Succeeds());
  EXPECT_EQ(made->master, "acme");
  EXPECT_EQ(reopen()->organizations().find("part")->master, "acme");
  EXPECT_EQ(store->organizations().find("acme")->master, "");
  for (const char* key : {"one", "two"})
    EXPECT_THAT(roles_of(*store, key, "part"), ElementsAre(Role::admin)) << key;
  EXPECT_FALSE(store->members().find("part", ann->id)->by_id);
  EXPECT_THAT(store->organizations().create_for(ann->id, one, wanted("part")),
              FailsWith(ErrorCode::conflict));
  EXPECT_THAT(store->organizations().create_for(ann->id, one, wanted("new", "nobody")),
              FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->organizations().create_for("nobody", one, wanted("new")),
              FailsWith(ErrorCode::not_found));
  EXPECT_THAT(store->organizations().find("new"), FailsWith(ErrorCode::not_found));
}

/// A trusted key made an organization, and the published key of the same user was an admin there.
TEST_P(StoreUsers, APublishedKeyIsNotLetIntoWhatAnotherKeyFounds) {
  const auto bob = store->users().create("bob@acme.example", "acme", {Role::upload}, sha256_hex("published"));
  for (const char* trusted : {"trusted", "second"})
    ASSERT_THAT(
        store->users().add_key("bob@acme.example", sha256_hex(trusted), {.comment = "", .trusted = true}),
        Succeeds());
  const std::string key_id = sha256_hex("trusted").substr(0, 16);
  ASSERT_THAT(store->organizations().create_for(bob->id, key_id, wanted("bobs")), Succeeds());
  for (const char* key : {"trusted", "second"})
    EXPECT_THAT(roles_of(*store, key, "bobs"), ElementsAre(Role::admin)) << key;
  EXPECT_THAT(roles_of(*store, "published", "bobs"), IsEmpty());
  EXPECT_TRUE(store->users().principal_by_key(sha256_hex("published")).value()->is_limited);
  EXPECT_FALSE(store->users().principal_by_key(sha256_hex("trusted")).value()->is_limited);
}

TEST_P(StoreUsers, AKeyThatMayLessIsLetIntoWhatItFoundsItself) {
  const auto ann = store->users().create("ann@acme.example", "acme", {Role::write}, sha256_hex("less"));
  ASSERT_THAT(store->users().create("ann@acme.example", "acme", {Role::admin}, sha256_hex("all")),
              Succeeds());
  const std::string all = sha256_hex("all");
  ASSERT_THAT(store->organizations().create_for(ann->id, all, wanted("hers")), Succeeds());
  EXPECT_THAT(roles_of(*store, "less", "hers"), IsEmpty());
  ASSERT_THAT(store->organizations().create_for(ann->id, sha256_hex("less"), wanted("its")), Succeeds());
  EXPECT_THAT(roles_of(*store, "less", "its"), ElementsAre(Role::admin));
  EXPECT_THAT(roles_of(*store, "all", "its"), ElementsAre(Role::admin));
}

/// One user could fill the disk with them.
TEST_P(StoreUsers, FoundSoManyOrganizationsAndNoMore) {
  const auto ann = store->users().create("ann@acme.example", "acme", {Role::admin}, sha256_hex("one"));
  const std::string one = sha256_hex("one");
  ASSERT_THAT(store->organizations().create("theirs", "Theirs", ""), Succeeds());
  ASSERT_THAT(store->members().put("theirs", ann->id, {.roles = {Role::admin}}), Succeeds());
  for (std::size_t i = 1; i < catalog::most_organizations_of_a_founder; ++i) {
    ASSERT_THAT(store->organizations().create_for(ann->id, one, wanted("part" + std::to_string(i))),
                Succeeds())
        << i;
  }
  EXPECT_THAT(store->organizations().create_for(ann->id, one, wanted("more")),
              FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(store->organizations().find("more"), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreUsers, AreListedAndRemovedWithAllThatIsTheirs) {
  constexpr auto stays = catalog::LastAdmin::stays;
  const auto ann = store->users().create("ann@acme.example", "acme", {Role::admin}, sha256_hex("ann"));
  const auto bob = store->users().create("bob@acme.example", "acme", {Role::read}, sha256_hex("bob"));
  const auto all = store->users().list();
  ASSERT_THAT(all, Succeeds());
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->at(0).id, ann->id);
  EXPECT_EQ(all->at(1).email, "bob@acme.example");
  EXPECT_EQ(store->users().find("Bob@acme.example")->id, bob->id);

  ASSERT_THAT(store->users().remove("bob@acme.example", stays), Succeeds());
  EXPECT_FALSE(reopen()->users().principal_by_key(sha256_hex("bob")).value());
  EXPECT_EQ(store->members().list("acme")->size(), 1U);
  EXPECT_THAT(store->users().remove(bob->id, stays), FailsWith(ErrorCode::not_found));
  const auto last = store->users().remove(ann->id, stays);
  ASSERT_THAT(last, FailsWith(ErrorCode::conflict));
  EXPECT_THAT(last.error().message.text, testing::HasSubstr("acme"));
  EXPECT_TRUE(store->users().principal_by_key(sha256_hex("ann")).value());
  EXPECT_THAT(store->users().remove(ann->id, catalog::LastAdmin::may_go), Succeeds());
  EXPECT_THAT(store->users().list().value(), IsEmpty());
}

/// A key was made that nothing let in.
TEST_P(StoreUsers, GetNoKeyForAnInactiveMembership) {
  store->users().create("ann@acme.example", "acme", {Role::admin}, sha256_hex("ann")).value();
  const auto bob = store->users().create("bob@acme.example", "acme", {Role::write}, sha256_hex("bob"));
  ASSERT_THAT(store->members().put("acme", bob->id, {.roles = {Role::write}, .active = false}), Succeeds());
  EXPECT_THAT(store->users().create("bob@acme.example", "acme", {Role::read}, sha256_hex("two")),
              FailsWith(ErrorCode::conflict));
  EXPECT_EQ(store->users().keys(bob->id)->size(), 1U);
  ASSERT_THAT(store->users().set_membership(bob->id, "acme", {Role::write}), Succeeds());
  EXPECT_THAT(store->users().create("bob@acme.example", "acme", {Role::read}, sha256_hex("two")), Succeeds());
}

TEST_P(StoreUsers, AFailedCreationLeavesNothing) {
  EXPECT_THAT(store->users().create("ann@acme.example", "nobody", {Role::read}, sha256_hex("key")),
              FailsWith(ErrorCode::not_found));
  EXPECT_FALSE(store->users().principal_by_key(sha256_hex("key")).value());
  EXPECT_THAT(store->users().create("ann@acme.example", "acme", {}, sha256_hex("key")),
              FailsWith(ErrorCode::bad_request));

  ASSERT_THAT(store->users().create("ann@acme.example", "acme", {Role::read}, sha256_hex("key")), Succeeds());
  EXPECT_THAT(store->users().create("eve@acme.example", "acme", {Role::admin}, sha256_hex("key")),
              FailsWith(ErrorCode::conflict));
  EXPECT_EQ(store->users().principal_by_key(sha256_hex("key")).value()->user.email, "ann@acme.example");
  // Eve was rolled back with her key: she is a new user when she comes properly.
  const auto eve = store->users().create("eve@acme.example", "acme", {Role::read}, sha256_hex("eve"));
  ASSERT_THAT(eve, Succeeds());
  EXPECT_THAT(store->users().principal_by_key(sha256_hex("eve")).value()->key.memberships[0].roles,
              UnorderedElementsAre(Role::read));
}

TEST_P(StoreUsers, AreNamedByAddressOrById) {
  const auto user = store->users().create("ann@acme.example", "acme", {Role::write}, sha256_hex("one"));
  ASSERT_THAT(user, Succeeds());
  EXPECT_EQ(store->users().keys(user->id)->size(), 1U);
  ASSERT_THAT(store->users().add_key(user->id, sha256_hex("two"), {}), Succeeds());
  EXPECT_EQ(store->users().keys("ANN@acme.example")->size(), 2U);
  EXPECT_THAT(store->users().keys(user->id.substr(1)), FailsWith(ErrorCode::not_found));
}

TEST_P(StoreUsers, KeysKeepTheirTerms) {
  const Time end = now() + std::chrono::hours{1};
  ASSERT_THAT(store->users().create("ann@acme.example", "acme", {Role::write}, sha256_hex("one")),
              Succeeds());
  const catalog::KeyTerms terms{
      .comment = "ci", .trusted = true, .allowed_ips = {"192.0.2.7", "10.0.0.0/24"}, .expires = end};
  ASSERT_THAT(store->users().add_key("ann@acme.example", sha256_hex("two"), terms), Succeeds());
  const auto kept = reopen()->users().keys("ann@acme.example");
  ASSERT_THAT(kept, Succeeds());
  ASSERT_EQ(kept->size(), 2U);
  const auto& key = kept->at(0).sha256 == sha256_hex("two") ? kept->at(0) : kept->at(1);
  EXPECT_EQ(key.terms.comment, "ci");
  EXPECT_TRUE(key.terms.trusted);
  EXPECT_THAT(key.terms.allowed_ips, ElementsAre("192.0.2.7", "10.0.0.0/24"));
  EXPECT_EQ(key.terms.expires, end);
  EXPECT_FALSE(key.accessed);
}

TEST_P(StoreUsers, AChangeOfAKeyLeavesTheRestOfItAlone) {
  ASSERT_THAT(store->users().create("ann@acme.example", "acme", {Role::write}, sha256_hex("one")),
              Succeeds());
  ASSERT_THAT(store->users().create("bob@acme.example", "acme", {Role::write}, sha256_hex("his")),
              Succeeds());
  const auto bound =
      store->users().change_key("ann@acme.example", sha256_hex("one"), {.allowed_ips = {{"192.0.2.7"}}});
  ASSERT_THAT(bound, Succeeds());
  const auto trusted = store->users().change_key("ann@acme.example", sha256_hex("one"), {.trusted = true});
  ASSERT_THAT(trusted, Succeeds());
  EXPECT_THAT(trusted->terms.allowed_ips, ElementsAre("192.0.2.7"));
  EXPECT_TRUE(trusted->terms.trusted);
  EXPECT_EQ(trusted->token_secret, bound->token_secret);
  EXPECT_THAT(store->users().change_key("ann@acme.example", sha256_hex("his"), {.trusted = true}),
              FailsWith(ErrorCode::not_found));
}

TEST_P(StoreUsers, EveryKeySignsWithASecretOfItsOwn) {
  ASSERT_THAT(store->users().create("ann@acme.example", "acme", {Role::write}, sha256_hex("one")),
              Succeeds());
  ASSERT_THAT(store->users().add_key("ann@acme.example", sha256_hex("two"), {}), Succeeds());
  const auto keys = store->users().keys("ann@acme.example").value();
  EXPECT_EQ(keys.at(0).token_secret.size(), 64U);
  EXPECT_NE(keys.at(0).token_secret, keys.at(1).token_secret);
}

TEST_P(StoreUsers, HaveFiveKeysAtMost) {
  ASSERT_THAT(store->users().create("ann@acme.example", "acme", {Role::write}, sha256_hex("1")), Succeeds());
  for (const char* key : {"2", "3", "4", "5"})
    ASSERT_THAT(store->users().add_key("ann@acme.example", sha256_hex(key), {}), Succeeds());
  EXPECT_THAT(store->users().add_key("ann@acme.example", sha256_hex("6"), {}),
              FailsWith(ErrorCode::conflict));
  ASSERT_THAT(store->users().revoke_key(sha256_hex("3")), Succeeds());
  EXPECT_THAT(store->users().add_key("ann@acme.example", sha256_hex("6"), {}), Succeeds());
}

TEST_P(StoreUsers, OnlyTheirOwnKeysAreRevokedForThem) {
  ASSERT_THAT(store->users().create("ann@acme.example", "acme", {Role::write}, sha256_hex("hers")),
              Succeeds());
  ASSERT_THAT(store->users().create("bob@acme.example", "acme", {Role::write}, sha256_hex("his")),
              Succeeds());
  EXPECT_THAT(store->users().revoke_key_of("ann@acme.example", sha256_hex("his")),
              FailsWith(ErrorCode::not_found));
  EXPECT_TRUE(store->users().principal_by_key(sha256_hex("his")).value());
  EXPECT_THAT(store->users().revoke_key_of("bob@acme.example", sha256_hex("his")), Succeeds());
  EXPECT_FALSE(store->users().principal_by_key(sha256_hex("his")).value());
}

TEST_P(StoreUsers, AccessIsNotedOnceADay) {
  using std::chrono::hours;
  ASSERT_THAT(store->users().create("ann@acme.example", "acme", {Role::write}, sha256_hex("one")),
              Succeeds());
  const auto noted = [&] { return store->users().keys("ann@acme.example").value().at(0).accessed; };
  const Time first = now();
  ASSERT_THAT(store->users().note_access(sha256_hex("one"), "acme", first), Succeeds());
  EXPECT_EQ(noted(), first);
  ASSERT_THAT(store->users().note_access(sha256_hex("one"), "acme", first + hours{23}), Succeeds());
  EXPECT_EQ(noted(), first);
  ASSERT_THAT(store->users().note_access(sha256_hex("one"), "acme", first + hours{24}), Succeeds());
  EXPECT_EQ(noted(), first + hours{24});
  // The clock was ahead, and is right again.
  ASSERT_THAT(store->users().note_access(sha256_hex("one"), "acme", first), Succeeds());
  EXPECT_EQ(noted(), first);
  EXPECT_THAT(store->users().note_access(sha256_hex("nobody"), "acme", first), Succeeds());
}

TEST_P(StoreUsers, ArePublicByTheRolesOfAllTheirMemberships) {
  ASSERT_THAT(store->organizations().create("other", "Other", ""), Succeeds());
  ASSERT_THAT(store->users().create("ann@acme.example", "acme", {Role::admin}, sha256_hex("one")),
              Succeeds());
  EXPECT_THAT(store->users().principal_by_key(sha256_hex("one")).value()->roles_anywhere,
              ElementsAre(Role::admin));
  ASSERT_THAT(store->users().create("ann@acme.example", "other", {Role::upload}, sha256_hex("two")),
              Succeeds());
  const auto principal = store->users().principal_by_key(sha256_hex("one")).value();
  EXPECT_THAT(principal->roles_anywhere, UnorderedElementsAre(Role::admin, Role::upload));
  EXPECT_EQ(principal->key.memberships.size(), 1U) << "though this key was not let in there";
}

}  // namespace
}  // namespace rucola::test
