#include "delivery/look_up/look_up.h"

#include <algorithm>
#include <functional>
#include <stdexcept>

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
                      {.host = "acme.localhost", .path_prefix = "", .render_domain = "localhost"}, &refused,
                      rule);
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
  FallbackRule rule;
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
  EXPECT_EQ(std::get<RemoteImageWanted>(*wanted).address.url, "https://img.example/a.jpg");
  lookup.remote_images[{"acme", "https://img.example/a.jpg"}] = hash;
  const auto found = look("/thumb/-a.jpg-.jpg");
  ASSERT_TRUE(found);
  EXPECT_EQ(std::get<Resolved>(*found).image.hash, hash);
  EXPECT_TRUE(depends_on(
      {.kind = ChangeKind::remote_image, .organization = "acme", .name = "https://img.example/a.jpg"}));
  EXPECT_TRUE(depends_on({.kind = ChangeKind::image, .organization = "acme", .name = hash}));
}

TEST_F(LookUpTest, AVideoElsewhereIsAnImageAtEachTime) {
  lookup.add_organization("acme",
                          R"({"remote_basepath":"https://img.example/","remote_fullurl_allow":true})");
  const std::string film = "https://img.example/a.mp4";
  const auto wanted = look("/thumb/-a.mp4@00:00:22-/slug.jpg");
  ASSERT_TRUE(wanted);
  const auto& address = std::get<RemoteImageWanted>(*wanted).address;
  EXPECT_EQ(address.url, film);
  EXPECT_EQ(address.time, 22'000);
  lookup.remote_images[{"acme", address.name()}] = hash;
  for (const char* path : {"/thumb/-a.mp4@22-.jpg", "/thumb/-https://img.example/a.mp4@0:22-.jpg"}) {
    const auto found = look(path);
    ASSERT_TRUE(found) << path;
    EXPECT_EQ(std::get<Resolved>(*found).image.hash, hash) << path;
    EXPECT_TRUE(
        depends_on({.kind = ChangeKind::remote_image, .organization = "acme", .name = address.name()}));
  }
  for (const char* path : {"/thumb/-a.mp4@23-.jpg", "/thumb/-a.mp4-.jpg", "/thumb/-a.mp4@0:22:00-.jpg"}) {
    const auto other = look(path);
    ASSERT_TRUE(other) << path;
    EXPECT_TRUE(std::holds_alternative<RemoteImageWanted>(*other)) << path;
  }
}

class FetchedVideoTest : public LookUpTest {
 protected:
  FetchedVideoTest() {
    lookup.add_organization("acme", R"({"remote_basepath":"https://img.example/"})");
    lookup.add_stack("acme", "files", R"({"operations":[],"options":{"source_file":true}})");
    lookup.images[{"acme", hash}].format = "mp4";
    lookup.remote_images[{"acme", film}] = hash;
  }
  const std::string film = "https://img.example/a.mp4";
};

TEST_F(FetchedVideoTest, IsNotFetchedAgainForAPictureOfIt) {
  const auto found = look("/thumb/-a.mp4@22-.jpg");
  ASSERT_TRUE(found);
  const auto& resolved = std::get<Resolved>(*found);
  EXPECT_EQ(resolved.image.hash, hash);
  EXPECT_THAT(resolved.tags, testing::Contains(catalog::image_tag("acme", hash)));
  ASSERT_EQ(resolved.within.size(), 1U);
  EXPECT_EQ(resolved.within.front().format, "mp4");
  EXPECT_EQ(resolved.within.front().still_at, 22'000);
}

TEST_F(FetchedVideoTest, IsWhatItsPicturesDependOnAndSoIsThatThereIsNoOther) {
  ASSERT_TRUE(look("/thumb/-a.mp4@22-.jpg"));
  for (const Change& change : {Change{.kind = ChangeKind::remote_image, .organization = "acme", .name = film},
                               Change{.kind = ChangeKind::remote_image,
                                      .organization = "acme",
                                      .name = RemoteAddress{.url = film, .time = 22'000}.name()},
                               Change{.kind = ChangeKind::image, .organization = "acme", .name = hash}})
    EXPECT_TRUE(depends_on(change)) << catalog::name_of(*change.kind) << ' ' << change.name;
}

/// A picture of it was fetched, and shown to anybody.
TEST_F(FetchedVideoTest, ThatWasDeletedDoesNotComeBackByATime) {
  lookup.images.erase({"acme", hash});
  EXPECT_THAT(look("/thumb/-a.mp4@22-.jpg"), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(look("/files/-a.mp4@22-.png"), FailsWith(ErrorCode::not_found));
}

TEST_F(FetchedVideoTest, ThatIsProtectedIsSoAtEachTime) {
  lookup.images[{"acme", hash}].is_protected = true;
  for (const char* path : {"/thumb/-a.mp4@22-.jpg", "/files/-a.mp4@22-.png"})
    EXPECT_THAT(look(path), FailsWith(ErrorCode::forbidden)) << path;
  lookup.images[{"acme", hash}].format = "jpg";
  EXPECT_THAT(look("/thumb/-a.mp4@22-.jpg"), FailsWith(ErrorCode::forbidden));
}

/// A file of the picture there is none but one that comes in.
TEST_F(FetchedVideoTest, IsFetchedOnceMoreWhereTheFileOfItsPictureIsAskedFor) {
  const auto wanted = look("/files/-a.mp4@22-.png");
  ASSERT_TRUE(wanted);
  EXPECT_EQ(std::get<RemoteImageWanted>(*wanted).address.time, 22'000);
}

TEST_F(FetchedVideoTest, WhatIsNoneHasNoPictures) {
  lookup.images[{"acme", hash}].format = "jpg";
  const auto found = look("/thumb/-a.mp4@22-.jpg");
  ASSERT_THAT(found, FailsWith(ErrorCode::unprocessable));
  EXPECT_THAT(found.error().message.text, testing::HasSubstr("%40"));
}

TEST_F(LookUpTest, WhatIsNoTimeIsAPartOfThePlaceElsewhere) {
  lookup.add_organization("acme", R"({"remote_basepath":"https://img.example/"})");
  for (const std::string name : {"a@2x.png", "a@100:00:00", "@22", "a%402"}) {
    std::string in_url = name;
    if (const auto percent = in_url.find('%'); percent != std::string::npos) in_url.insert(percent + 1, "25");
    const auto wanted = look("/thumb/-" + in_url + "-.jpg");
    ASSERT_TRUE(wanted) << name;
    const auto& address = std::get<RemoteImageWanted>(*wanted).address;
    EXPECT_EQ(address.url, "https://img.example/" + name);
    EXPECT_EQ(address.time, std::nullopt) << name;
  }
}

/// "..@22" was no way out of the base path, and ".." is what would be fetched.
TEST_F(LookUpTest, ATimeHidesNoWayOutOfTheBasePath) {
  lookup.add_organization("acme", R"({"remote_basepath":"https://img.example/up"})");
  for (const char* path : {"/thumb/-..@22-.jpg", "/thumb/-a/..@00:00:22-.jpg", "/thumb/-%252e%252e@22-.jpg"})
    EXPECT_THAT(look(path), FailsWith(ErrorCode::bad_request)) << path;
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

TEST_F(LookUpTest, AVideoOfOursIsNotFetchedForAPictureOfIt) {
  for (const std::string& path :
       {"/dynamic/noop/-https://acme.localhost/thumb/" + hash + ".mp4@22-.png",
        "/dynamic/noop/-https://acme.localhost/thumb/" + hash + ".mp4?x=y@0:22-.png"}) {
    const auto found = look(path);
    ASSERT_TRUE(found) << path;
    const auto& within = std::get<Resolved>(*found).within;
    ASSERT_EQ(within.size(), 1U) << path;
    EXPECT_EQ(within.front().format, "mp4");
    EXPECT_EQ(within.front().still_at, 22'000);
    EXPECT_FALSE(within.front().operates);
  }
}

TEST_F(LookUpTest, OfAUrlOfOursNothingProtectedIsShown) {
  lookup.add_stack("acme", "closed", R"({"operations":[],"options":{"protected":true}})");
  EXPECT_THAT(look("/dynamic/noop/-https://acme.localhost/closed/" + hash + ".mp4@22-.png"),
              FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(look("/dynamic/noop/-https://acme.localhost/closed/" + hash + ".jpg-.png"),
              FailsWith(ErrorCode::forbidden));
}

TEST_F(LookUpTest, AUrlOfAnotherOrganizationIsAnotherServers) {
  EXPECT_THAT(look("/dynamic/noop/-https://other.localhost/thumb/" + hash + ".jpg-.png"),
              FailsWith(ErrorCode::forbidden));
}

// What stands in for an image that is missing or broken

const std::string placeholder(40, 'e');

class FallbackImageTest : public LookUpTest {
 protected:
  FallbackImageTest() {
    lookup.add_organization("acme", R"({"fallback_image":"placeholder"})");
    lookup.add_image("acme", placeholder);
    lookup.add_alias("acme", "placeholder", placeholder);
  }

  Resolved shown(std::string_view path) {
    auto found = look(path);
    if (!found) throw std::runtime_error(found.error().message.text);
    return std::get<Resolved>(*std::move(found));
  }
};

TEST_F(FallbackImageTest, StandsInForWhatIsMissing) {
  for (const std::string& path :
       {"/thumb/" + std::string(40, 'c') + ".jpg", std::string("/dynamic/noop/-_logo_-.jpg")}) {
    const Resolved resolved = shown(path);
    EXPECT_EQ(resolved.image.hash, placeholder) << path;
    ASSERT_TRUE(resolved.instead_of) << path;
    EXPECT_EQ(resolved.instead_of->code, ErrorCode::not_found);
    EXPECT_FALSE(resolved.is_dated);
  }
  EXPECT_FALSE(shown("/thumb/" + hash + ".jpg").instead_of);
  lookup.add_alias("acme", "logo", std::string(40, 'd'));
  EXPECT_TRUE(shown("/thumb/-_logo_-.jpg").instead_of) << "the alias' image is gone";
}

TEST_F(FallbackImageTest, TheAnswerIsOfBothNames) {
  const Resolved resolved = shown("/thumb/-_logo_-.jpg");
  EXPECT_THAT(
      resolved.tags,
      testing::IsSupersetOf({catalog::organization_tag("acme"), catalog::stack_tag("acme", "thumb"),
                             catalog::alias_tag("acme", "logo"), catalog::alias_tag("acme", "placeholder"),
                             catalog::image_tag("acme", placeholder)}));
  for (const Change& change :
       {Change{.kind = ChangeKind::organization, .organization = "acme"},
        Change{.kind = ChangeKind::alias, .organization = "acme", .name = "logo"},
        Change{.kind = ChangeKind::alias, .organization = "acme", .name = "placeholder"},
        Change{.kind = ChangeKind::image, .organization = "acme", .name = placeholder}})
    EXPECT_TRUE(depends_on(change)) << catalog::name_of(*change.kind);
  EXPECT_THAT(shown("/thumb/" + std::string(40, 'c') + ".jpg").tags,
              testing::Contains(catalog::image_tag("acme", std::string(40, 'c'))));
}

TEST_F(FallbackImageTest, TheStacksOwnWinsAndAUrlsOverBoth) {
  const std::string other(40, 'f');
  lookup.add_image("acme", other);
  lookup.add_stack("acme", "thumb", R"({"operations":[],"options":{"fallback_image":")" + other + "\"}}");
  EXPECT_EQ(shown("/thumb/-_logo_-.jpg").image.hash, other);
  EXPECT_EQ(shown("/thumb/o-fallback_image-placeholder/-_logo_-.jpg").image.hash, placeholder);
}

TEST_F(FallbackImageTest, OneThatIsMissingItselfChangesNothing) {
  lookup.images.erase({"acme", placeholder});
  EXPECT_THAT(look("/thumb/-_logo_-.jpg"), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(refused, testing::Contains(catalog::alias_tag("acme", "placeholder")));
  EXPECT_TRUE(depends_on({.kind = ChangeKind::image, .organization = "acme", .name = placeholder}));
}

TEST_F(FallbackImageTest, OneThatIsProtectedIsShownToTheSignedAlone) {
  lookup.images[{"acme", placeholder}].is_protected = true;
  EXPECT_THAT(look("/thumb/-_logo_-.jpg"), FailsWith(ErrorCode::not_found));
}

TEST_F(FallbackImageTest, WhatIsProtectedStaysForbidden) {
  lookup.images[{"acme", hash}].is_protected = true;
  EXPECT_THAT(look("/thumb/" + hash + ".jpg"), FailsWith(ErrorCode::forbidden));
  const FailedImage failed{.hash = hash, .error = {ErrorCode::unprocessable, {"broken"}}};
  rule.failed = &failed;
  EXPECT_THAT(look("/thumb/" + hash + ".jpg"), FailsWith(ErrorCode::forbidden));
  lookup.add_stack("acme", "closed", R"({"operations":[],"options":{"protected":true}})");
  EXPECT_THAT(look("/closed/-_logo_-.jpg"), FailsWith(ErrorCode::forbidden));
}

TEST_F(FallbackImageTest, ThereIsNoneForStacksFilesAndOrganizations) {
  EXPECT_THAT(look("/large/" + hash + ".jpg"), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(look("/thumb/-_logo_-.jpg", "nobody"), FailsWith(ErrorCode::not_found));
  lookup.add_stack("acme", "file", R"({"operations":[],"options":{"source_file":true}})");
  EXPECT_THAT(look("/file/-_logo_-.jpg"), FailsWith(ErrorCode::not_found));
  for (const char* film : {"mp4", "m3u", "m3u8", "ts"})
    EXPECT_THAT(look(std::string("/thumb/-_logo_-.") + film), FailsWith(ErrorCode::not_found)) << film;
  rule.is_allowed = false;
  EXPECT_THAT(look("/thumb/-_logo_-.jpg"), FailsWith(ErrorCode::not_found));
}

TEST_F(FallbackImageTest, StandsInForTheImageThatFailedAndForNoOther) {
  const FailedImage failed{.hash = hash, .error = {ErrorCode::unprocessable, {"broken"}}};
  rule.failed = &failed;
  lookup.add_alias("acme", "logo", hash);
  const Resolved resolved = shown("/thumb/-_logo_-.jpg");
  EXPECT_EQ(resolved.image.hash, placeholder);
  EXPECT_EQ(resolved.instead_of->message.text, "broken");
  EXPECT_THAT(resolved.tags, testing::Contains(catalog::image_tag("acme", hash)));
  const std::string other(40, 'f');
  lookup.add_image("acme", other);
  lookup.add_alias("acme", "logo", other);
  EXPECT_FALSE(shown("/thumb/-_logo_-.jpg").instead_of) << "the alias moved meanwhile";
}

TEST_F(FallbackImageTest, StandsInForWhatCouldNotBeFetched) {
  lookup.add_organization("acme",
                          R"({"remote_basepath":"https://img.example/","fallback_image":"placeholder"})");
  EXPECT_TRUE(std::holds_alternative<RemoteImageWanted>(look("/thumb/-a.jpg-.jpg").value()));
  const FailedImage failed{.hash = "", .error = {ErrorCode::unprocessable, {"unreachable"}}};
  rule.failed = &failed;
  EXPECT_EQ(shown("/thumb/-a.jpg-.jpg").image.hash, placeholder);
  lookup.remote_images[{"acme", "https://img.example/a.jpg"}] = hash;
  EXPECT_EQ(shown("/thumb/-a.jpg-.jpg").image.hash, hash) << "it came by another request";
}

TEST_F(FallbackImageTest, StandsInForAPictureOfAVideoAsItIs) {
  const Resolved resolved =
      shown("/thumb/-https://acme.localhost/dynamic/" + std::string(40, 'c') + ".mp4@22-.jpg");
  EXPECT_EQ(resolved.image.hash, placeholder);
  EXPECT_TRUE(resolved.within.empty()) << "it is a picture, and has no times";
}

TEST_F(FallbackImageTest, WithoutOneTheErrorIsTheImagesOwn) {
  lookup.add_organization("acme");
  const FailedImage failed{.hash = hash, .error = {ErrorCode::unprocessable, {"broken"}}};
  rule.failed = &failed;
  const auto found = look("/thumb/" + hash + ".jpg");
  EXPECT_THAT(found, FailsWith(ErrorCode::unprocessable));
  EXPECT_THAT(refused, testing::Contains(catalog::image_tag("acme", hash)));
}

/// An overloaded server is not asked less by being told that nothing is there for ten seconds.
TEST_F(FallbackImageTest, WhatGoesWrongWithItIsNotTold) {
  const Resolved resolved = shown("/thumb/-_logo_-.jpg");
  EXPECT_EQ(error_to_answer(resolved, {ErrorCode::unprocessable, {"broken"}}).code, ErrorCode::not_found);
  EXPECT_EQ(error_to_answer(resolved, {ErrorCode::overloaded, {"busy"}}).code, ErrorCode::overloaded);
  EXPECT_EQ(error_to_answer(resolved, {ErrorCode::too_many_requests, {"busy"}}).code,
            ErrorCode::too_many_requests);
  const Resolved own = shown("/thumb/" + hash + ".jpg");
  EXPECT_EQ(error_to_answer(own, {ErrorCode::unprocessable, {"broken"}}).code, ErrorCode::unprocessable);
}

}  // namespace
}  // namespace rucola::delivery
