#include "delivery/look_up/look_up.h"

#include <algorithm>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/purge.h"
#include "delivery/look_up/fake_lookup.h"
#include "delivery/look_up/stored_image.h"
#include "result_matchers.h"

namespace rucola::delivery {
namespace {

using catalog::Change;
using catalog::ChangeKind;
using test::FailsWith;

const std::string hash(40, 'a');

class LookUpTest : public testing::Test {
 protected:
  LookUpTest() {
    lookup.add_organization("acme");
    lookup.add_stack("acme", "thumb",
                     R"({"operations":[{"name":"resize","options":{"width":100}}],"options":{}})");
    lookup.add_image("acme", hash);
  }

  Result<LookedUp> look(std::string_view path, const std::string& organization = "acme") {
    Result<LookedUp> found = fail(ErrorCode::internal, "nobody looked");
    EXPECT_THAT(lookup.read([&](catalog::RenderSnapshot& snapshot) {
      CatalogView view(snapshot);
      const auto url = parse_render_path(path);
      found = look_up(view, organization, url.value(),
                      {.path_prefix = "", .path = path, .render_path = path, .query = "", .has_slug = false},
                      {.host = "acme.localhost", .path_prefix = "", .render_domain = "localhost"}, &refused);
      dependencies = view.dependencies();
    }),
                test::Succeeds());
    return found;
  }

  [[nodiscard]] bool depends_on(const Change& change) const {
    const auto touched = catalog::touched_by(change);
    return std::ranges::find_first_of(touched, dependencies.all()) != touched.end();
  }

  FakeLookup lookup;
  catalog::Dependencies dependencies;
  std::vector<std::string> refused;
};

TEST_F(LookUpTest, FindsStackAliasAndImage) {
  lookup.add_alias("acme", "logo", hash);
  const auto found = look("/thumb/-_logo_-.jpg");
  ASSERT_TRUE(found);
  const auto& resolved = std::get<Resolved>(*found);
  EXPECT_EQ(resolved.image.hash, hash);
  EXPECT_EQ(resolved.alias->name, "logo");
  for (const Change& change : {Change{.kind = ChangeKind::organization, .organization = "acme"},
                               Change{.kind = ChangeKind::stack, .organization = "acme", .name = "thumb"},
                               Change{.kind = ChangeKind::alias, .organization = "acme", .name = "logo"},
                               Change{.kind = ChangeKind::image, .organization = "acme", .name = hash}}) {
    EXPECT_TRUE(depends_on(change)) << catalog::name_of(*change.kind);
  }
  EXPECT_FALSE(depends_on({.kind = ChangeKind::alias, .organization = "acme", .name = "banner"}));
}

TEST_F(LookUpTest, WhatWasNotFoundIsADependency) {
  EXPECT_THAT(look("/thumb/-_logo_-.jpg"), FailsWith(ErrorCode::not_found));
  EXPECT_TRUE(depends_on({.kind = ChangeKind::alias, .organization = "acme", .name = "logo"}));
  EXPECT_THAT(look("/large/" + hash + ".jpg"), FailsWith(ErrorCode::not_found));
  EXPECT_TRUE(depends_on({.kind = ChangeKind::stack, .organization = "acme", .name = "large"}));
  EXPECT_THAT(look("/thumb/abcdef.jpg"), FailsWith(ErrorCode::not_found));
  EXPECT_TRUE(depends_on(
      {.kind = ChangeKind::image, .organization = "acme", .name = "abcdef" + std::string(34, '1')}));
  EXPECT_THAT(look("/thumb/" + hash + ".jpg", "nobody"), FailsWith(ErrorCode::not_found));
  EXPECT_TRUE(depends_on({.kind = ChangeKind::organization, .organization = "nobody"}));
}

TEST_F(LookUpTest, AFallbacksImageDependsOnTheOwnNameToo) {
  lookup.add_organization("acme", R"({"render_org_fallback":"parent"})");
  lookup.add_organization("parent");
  lookup.add_image("parent", std::string(40, 'c'));
  lookup.add_alias("parent", "logo", std::string(40, 'c'));
  const auto found = look("/thumb/-_logo_-.jpg");
  ASSERT_TRUE(found);
  EXPECT_EQ(std::get<Resolved>(*found).image.organization, "parent");
  for (const std::string organization : {"acme", "parent"})
    EXPECT_TRUE(depends_on({.kind = ChangeKind::alias, .organization = organization, .name = "logo"}));
}

/// A fallback that was renamed by hand went on being rendered from: nothing but its name leads to it.
TEST_F(LookUpTest, AFallbacksImageDependsOnTheFallbacksName) {
  lookup.add_organization("acme", R"({"render_org_fallback":"parent"})");
  lookup.add_organization("parent");
  lookup.add_image("parent", std::string(40, 'c'));
  ASSERT_TRUE(look("/thumb/" + std::string(40, 'c') + ".jpg"));
  EXPECT_TRUE(depends_on({.kind = ChangeKind::organization, .organization = "parent"}));
}

/// Another fallback, and a name of one's own that goes, show what may have changed long before.
TEST_F(LookUpTest, NoDateTellsWhatAFallbackShows) {
  lookup.add_organization("acme", R"({"render_org_fallback":"parent"})");
  lookup.add_organization("parent");
  lookup.add_image("parent", std::string(40, 'c'));
  lookup.add_alias("parent", "logo", std::string(40, 'c'));
  const auto is_dated = [&](std::string_view path) {
    return std::get<Resolved>(look(path).value()).is_dated;
  };
  EXPECT_FALSE(is_dated("/thumb/-_logo_-.jpg"));
  EXPECT_FALSE(is_dated("/thumb/" + std::string(40, 'c') + ".jpg"));
  lookup.add_alias("acme", "logo", std::string(40, 'd'));
  EXPECT_FALSE(is_dated("/thumb/-_logo_-.jpg")) << "the own image was deleted";
  lookup.add_alias("acme", "logo", hash);
  EXPECT_TRUE(is_dated("/thumb/-_logo_-.jpg"));
  EXPECT_TRUE(is_dated("/thumb/" + hash + ".jpg"));
}

TEST_F(LookUpTest, NoDateTellsWhatIsBehindABasePath) {
  lookup.add_organization("acme",
                          R"({"remote_basepath":"https://img.example/","remote_fullurl_allow":true})");
  lookup.remote_images[{"acme", "https://img.example/a.jpg"}] = hash;
  const auto behind = look("/thumb/-a.jpg-.jpg");
  ASSERT_TRUE(behind);
  EXPECT_FALSE(std::get<Resolved>(*behind).is_dated) << "the base path may become another one";
  const auto whole = look("/thumb/-https://img.example/a.jpg-.jpg");
  ASSERT_TRUE(whole);
  EXPECT_TRUE(std::get<Resolved>(*whole).is_dated);
}

TEST_F(LookUpTest, ARemoteImageIsWantedOnce) {
  lookup.add_organization("acme", R"({"remote_basepath":"https://img.example/"})");
  const auto wanted = look("/thumb/-a.jpg-.jpg");
  ASSERT_TRUE(wanted);
  EXPECT_EQ(std::get<RemoteImageWanted>(*wanted).url, "https://img.example/a.jpg");
  lookup.remote_images[{"acme", "https://img.example/a.jpg"}] = hash;
  const auto found = look("/thumb/-a.jpg-.jpg");
  ASSERT_TRUE(found);
  EXPECT_EQ(std::get<Resolved>(*found).image.hash, hash);
  EXPECT_TRUE(depends_on(
      {.kind = ChangeKind::remote_image, .organization = "acme", .name = "https://img.example/a.jpg"}));
  EXPECT_TRUE(depends_on({.kind = ChangeKind::image, .organization = "acme", .name = hash}));
}

TEST_F(LookUpTest, ADamagedStackIsNoFaultOfTheRequest) {
  for (const char* damaged : {"", "{", "[]", R"({"operations":[{"name":"conjure"}]})"}) {
    lookup.add_stack("acme", "broken", damaged);
    const auto found = look("/broken/" + hash + ".jpg");
    EXPECT_THAT(found, FailsWith(ErrorCode::internal)) << damaged;
    EXPECT_THAT(found.error().message.text, testing::HasSubstr("broken"));
  }
  EXPECT_TRUE(look("/thumb/" + hash + ".jpg")) << "it costs nothing but itself";
}

/// It was a 400, in words about a hash that nobody had sent; and the beginning of a hash led to an image.
TEST_F(LookUpTest, ADamagedAliasIsNoFaultOfTheRequest) {
  for (const std::string& damaged :
       {std::string(), hash.substr(0, 6), std::string(40, 'x'), std::string("\xff")}) {
    lookup.add_alias("acme", "broken", damaged);
    const auto found = look("/thumb/-_broken_-.jpg");
    EXPECT_THAT(found, FailsWith(ErrorCode::internal)) << damaged;
    EXPECT_THAT(found.error().message.text, testing::HasSubstr("broken"));
  }
  lookup.add_organization("acme", R"({"remote_basepath":"https://img.example/"})");
  lookup.remote_images[{"acme", "https://img.example/a.jpg"}] = "";
  EXPECT_THAT(look("/thumb/-a.jpg-.jpg"), FailsWith(ErrorCode::internal));
  EXPECT_TRUE(look("/thumb/" + hash + ".jpg")) << "they cost nothing but themselves";
}

TEST_F(LookUpTest, AnImageWithDamagedMetadataIsStillTheImage) {
  catalog::SourceImage& image = lookup.images[{"acme", hash}];
  image.user_metadata_json = "no JSON";
  image.dynamic_metadata_json = R"({"subject_area":)";
  image.static_metadata_json = "[]";
  image.format = "pdf";
  const auto found = look("/thumb/" + hash + ".jpg");
  ASSERT_TRUE(found);
  const auto facts = facts_of(std::get<Resolved>(*found).image);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->user_metadata_json, "{}");
  EXPECT_EQ(facts->dynamic_metadata_json, "{}");
}

/// It was taken for a JPEG.
TEST_F(LookUpTest, AnImageOfAFormatThatNobodyKnowsIsDamaged) {
  catalog::SourceImage image = lookup.images[{"acme", hash}];
  for (const char* format : {"", "jpeg2000", "JPG", "exe"}) {
    image.format = format;
    EXPECT_THAT(facts_of(image), FailsWith(ErrorCode::internal)) << format;
    EXPECT_TRUE(may_be_active(image)) << format;
  }
  image.format = "tiff";
  ASSERT_TRUE(facts_of(image));
  EXPECT_EQ(facts_of(image)->format, render::Format::tiff);
  EXPECT_FALSE(may_be_active(image));
  for (const char* format : {"svg", "txt", "docx"}) {
    image.format = format;
    EXPECT_TRUE(may_be_active(image)) << format;
  }
}

TEST_F(LookUpTest, AProtectedImageDependsOnTheSigningKeys) {
  lookup.images[{"acme", hash}].is_protected = true;
  EXPECT_THAT(look("/thumb/" + hash + ".jpg"), FailsWith(ErrorCode::forbidden));
  EXPECT_TRUE(depends_on({.kind = ChangeKind::signing_keys, .organization = "acme"}));
}

// URLs of this server in the place of remote images

TEST_F(LookUpTest, AUrlOfOursIsLookedUpAndNotFetched) {
  lookup.add_alias("acme", "logo", hash);
  const auto found = look("/dynamic/resize-width-9/-https://acme.localhost/thumb/-_logo_-/slug.jpg-.png");
  ASSERT_TRUE(found);
  const auto& resolved = std::get<Resolved>(*found);
  EXPECT_EQ(resolved.image.hash, hash);
  ASSERT_EQ(resolved.within.size(), 1U);
  EXPECT_EQ(resolved.within.front().format, "jpg");
  EXPECT_EQ(resolved.within.front().stack.operations.at(0).name, "resize");
  EXPECT_TRUE(depends_on({.kind = ChangeKind::stack, .organization = "acme", .name = "thumb"}));
  EXPECT_TRUE(depends_on({.kind = ChangeKind::alias, .organization = "acme", .name = "logo"}));
  for (const std::string& tag : {catalog::stack_tag("acme", "thumb"), catalog::alias_tag("acme", "logo"),
                                 catalog::image_tag("acme", hash)})
    EXPECT_THAT(resolved.tags, testing::Contains(tag));
}

TEST_F(LookUpTest, AUrlOfOursThatLeadsNowhereCarriesItsTags) {
  EXPECT_THAT(look("/dynamic/noop/-https://acme.localhost/thumb/-_logo_-.jpg-.png"),
              FailsWith(ErrorCode::not_found));
  EXPECT_THAT(refused, testing::Contains(catalog::alias_tag("acme", "logo")));
}

TEST_F(LookUpTest, UrlsOfOursDontGoRoundInCircles) {
  std::string url = "https://acme.localhost/thumb/" + hash + ".jpg";
  for (int i = 0; i < 2; ++i)
    url = "https://acme.localhost/thumb/-" + url + "-.jpg";
  EXPECT_TRUE(look("/thumb/-" + url + "-.jpg"));
  url = "https://acme.localhost/thumb/-" + url + "-.jpg";
  EXPECT_THAT(look("/thumb/-" + url + "-.jpg"), FailsWith(ErrorCode::bad_request));
}

TEST_F(LookUpTest, OfAUrlOfOursNothingProtectedIsShown) {
  lookup.add_stack("acme", "closed", R"({"operations":[],"options":{"protected":true}})");
  EXPECT_THAT(look("/dynamic/noop/-https://acme.localhost/closed/" + hash + ".jpg-.png"),
              FailsWith(ErrorCode::forbidden));
}

TEST_F(LookUpTest, AUrlOfAnotherOrganizationIsAnotherServers) {
  EXPECT_THAT(look("/dynamic/noop/-https://other.localhost/thumb/" + hash + ".jpg-.png"),
              FailsWith(ErrorCode::forbidden));
}

}  // namespace
}  // namespace rucola::delivery
