// How long an organization may show the images of its fallback.
#include "catalog/organization_options.h"
#include "storage/store_conformance.h"

namespace rucola::test {
namespace {

using catalog::Role;
using testing::ElementsAre;
using testing::IsEmpty;

/// Ann administers acme and mine, and has made acme the fallback of mine. Bob administers acme.
class StoreFallbacks : public StoreConformance {
 protected:
  std::string ann;
  std::string bob;

  void SetUp() override {
    StoreConformance::SetUp();
    ASSERT_THAT(store->organizations().create("mine", "", ""), Succeeds());
    ann = admin_of("ann", "acme");
    bob = admin_of("bob", "acme");
    ASSERT_THAT(store->members().put("mine", ann, {.roles = {Role::admin}}), Succeeds());
    admin_of("carl", "mine");
    let_be(ann);
  }

  std::string admin_of(const std::string& name, const std::string& organization) {
    return store->users()
        .create(name + "@acme.example", organization, {Role::admin}, sha256_hex(name))
        .value()
        .id;
  }
  void let_be(const std::string& user) {
    const catalog::OrganizationOption option{
        .name = std::string(catalog::fallback_option), .value_json = R"("acme")", .let_by = user};
    ASSERT_THAT(store->organizations().set_options("mine", {option}, {}), Succeeds());
  }
  [[nodiscard]] bool lasts() const {
    return catalog::options_of(store->organizations().find("mine").value()).render_org_fallback == "acme";
  }
};
INSTANTIATE_TEST_SUITE_P(Adapters, StoreFallbacks, testing::ValuesIn(store_backends()), backend_name);

/// Who had left acme showed its images, the protected ones as well, in an organization of his own.
TEST_P(StoreFallbacks, EndWithTheAdminWhoLetThemBe) {
  ASSERT_THAT(store->organizations().set_options("mine", {{"alias_browser_max_age", "60"}}, {}), Succeeds());
  ASSERT_THAT(store->members().remove("acme", ann), Succeeds());
  EXPECT_FALSE(lasts());
  EXPECT_EQ(store->organizations().find("mine")->options_json, R"({"alias_browser_max_age":60})");
  ASSERT_THAT(store->members().put("acme", ann, {.roles = {Role::admin}}), Succeeds());
  EXPECT_FALSE(lasts()) << "nobody said so again";
}

TEST_P(StoreFallbacks, EndWithTheRoleAndWhileTheMembershipIsInactive) {
  ASSERT_THAT(store->members().put("acme", ann, {.roles = {Role::write}}), Succeeds());
  EXPECT_FALSE(lasts());
  ASSERT_THAT(store->members().put("acme", ann, {.roles = {Role::admin}}), Succeeds());
  let_be(ann);
  ASSERT_THAT(store->members().put("acme", ann, {.roles = {Role::admin}, .active = false}), Succeeds());
  EXPECT_FALSE(lasts());
}

TEST_P(StoreFallbacks, EndWhicheverWayTheAdminGoes) {
  const std::string email = "ann@acme.example";
  ASSERT_THAT(store->users().set_membership(email, "acme", {Role::read}), Succeeds());
  EXPECT_FALSE(lasts());
  ASSERT_THAT(store->users().set_membership(email, "acme", {Role::admin}), Succeeds());
  let_be(ann);
  ASSERT_THAT(store->users().remove_membership(email, "acme"), Succeeds());
  EXPECT_FALSE(lasts());
  ASSERT_THAT(store->users().set_membership(email, "acme", {Role::admin}), Succeeds());
  let_be(ann);
  ASSERT_THAT(store->users().remove(email, catalog::LastAdmin::stays), Succeeds());
  EXPECT_FALSE(lasts());
}

TEST_P(StoreFallbacks, LastWhileAnotherIsAnAdminOfBoth) {
  ASSERT_THAT(store->members().put("mine", bob, {.roles = {Role::admin}}), Succeeds());
  ASSERT_THAT(store->members().remove("acme", ann), Succeeds());
  EXPECT_TRUE(lasts());
  ASSERT_THAT(store->members().put("mine", bob, {.roles = {Role::read}}), Succeeds());
  EXPECT_FALSE(lasts());
}

TEST_P(StoreFallbacks, LastThoughTheAdminLeavesTheOrganizationThatHasThem) {
  ASSERT_THAT(store->members().remove("mine", ann), Succeeds());
  EXPECT_TRUE(lasts()) << "who let it be is still an admin of what is shown";
  ASSERT_THAT(store->members().put("acme", ann, {.roles = {Role::admin, Role::read}}), Succeeds());
  EXPECT_TRUE(lasts());
  ASSERT_THAT(store->members().put("acme", ann, {.roles = {Role::read}}), Succeeds());
  EXPECT_FALSE(lasts());
}

TEST_P(StoreFallbacks, OfTheHouseItselfLast) {
  let_be("");
  ASSERT_THAT(store->members().remove("acme", ann), Succeeds());
  EXPECT_TRUE(lasts());
}

TEST_P(StoreFallbacks, ThatEndArePurgedFromTheCaches) {
  const auto purge = [](std::string_view organization) {
    return catalog::PurgeRequest{.organization = std::string(organization),
                                 .kind = catalog::PurgeKind::organization,
                                 .name = std::string(organization),
                                 .tags = {"all"},
                                 .caches = {"edge"}};
  };
  ASSERT_THAT(store->members().put("acme", bob, {.roles = {Role::admin, Role::read}}, purge), Succeeds());
  EXPECT_THAT(store->purge_outbox().due("edge", now(), 10).value(), IsEmpty());
  const std::uint64_t bell = store->change_feed().bell();
  ASSERT_THAT(store->members().remove("acme", ann, purge), Succeeds());
  EXPECT_NE(store->change_feed().bell(), bell);
  const auto due = store->purge_outbox().due("edge", now(), 10).value();
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].organization, "mine");
  EXPECT_THAT(due[0].tags, ElementsAre("all"));
}

TEST_P(StoreFallbacks, ARefusedChangeEndsNone) {
  ASSERT_THAT(store->members().remove("acme", bob), Succeeds());
  EXPECT_THAT(store->members().remove("acme", ann), FailsWith(ErrorCode::conflict));
  EXPECT_TRUE(lasts());
}

}  // namespace
}  // namespace rucola::test
