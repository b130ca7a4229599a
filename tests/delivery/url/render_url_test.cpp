#include "delivery/url/render_url.h"

#include <gmock/gmock.h>

namespace rucola::delivery {
namespace {

constexpr const char* full_hash = "0dcabb778d58d07ccd48b5ff291de05ba4374fb9";

RenderUrl parsed(const std::string& path) {
  auto url = parse_render_path(path);
  EXPECT_TRUE(url) << path << ": " << (url ? "" : url.error().message.text);
  return url.value_or(RenderUrl{});
}

ErrorCode refused(const std::string& path) {
  const auto url = parse_render_path(path);
  EXPECT_FALSE(url) << path;
  return url ? ErrorCode::internal : url.error().code;
}

TEST(RenderUrl, ByHash) {
  const RenderUrl url = parsed(std::string("/thumb/") + full_hash + ".jpg");
  EXPECT_EQ(url.stack, "thumb");
  EXPECT_EQ(url.image.kind, ImageReference::Kind::hash);
  EXPECT_EQ(url.image.value, full_hash);
  EXPECT_EQ(url.format, "jpg");
}

TEST(RenderUrl, ByShortHash) {
  EXPECT_EQ(parsed("/thumb/0dcabb.png").image.value, "0dcabb");
}

TEST(RenderUrl, ByAlias) {
  const RenderUrl url = parsed("/thumb/-_logo_-.jpg");
  EXPECT_EQ(url.image.kind, ImageReference::Kind::alias);
  EXPECT_EQ(url.image.value, "logo");
}

TEST(RenderUrl, ByRemoteImage) {
  for (const auto& [path, reference] : std::vector<std::pair<std::string, std::string>>{
           {"/thumb/-https://a.example/b/c.jpg-.jpg", "https://a.example/b/c.jpg"},
           {"/thumb/-https:%2F%2Fa.example%2Fb.jpg-/slug.jpg", "https://a.example/b.jpg"},
           {"/thumb/resize-width-20/-2017/06/a.jpg-/a-slug-.png", "2017/06/a.jpg"},
           {"/thumb/-a.jpg-.png", "a.jpg"},
           {"/thumb/-a-/b-.png", "a"},
           {"/thumb/-x/_y_-.png", "x/_y_"}}) {
    const RenderUrl url = parsed(path);
    EXPECT_EQ(url.image.kind, ImageReference::Kind::remote) << path;
    EXPECT_EQ(url.image.value, reference) << path;
  }
  EXPECT_EQ(refused("/thumb/-2017/06/a.jpg.png"), ErrorCode::bad_request);
  EXPECT_EQ(refused("/thumb/-a-/b/c.png"), ErrorCode::bad_request);
  EXPECT_EQ(refused("/thumb/--.png"), ErrorCode::bad_request);
}

TEST(RenderUrl, AnAliasMayConsistOfUnderscores) {
  EXPECT_EQ(parsed("/thumb/-____-.jpg").image.value, "__");
}

TEST(RenderUrl, ASlugChangesNothing) {
  for (const char* slug :
       {"nice-picture", "v1", "name-v12", "with.dots", "0dcabb", "-_other_-", "resize-width-5", "a%2Fb"}) {
    const RenderUrl url = parsed(std::string("/thumb/-_logo_-/") + slug + ".webp");
    EXPECT_EQ(url.image.value, "logo") << slug;
    EXPECT_EQ(url.format, "webp") << slug;
    EXPECT_TRUE(url.overrides.operations.empty()) << slug;
  }
}

TEST(RenderUrl, KnowsWhetherThereIsASlug) {
  EXPECT_FALSE(parsed("/thumb/0dcabb.png").has_slug);
  EXPECT_FALSE(parsed("/thumb/options-dpr-2/0dcabb.png").has_slug);
  EXPECT_TRUE(parsed("/thumb/0dcabb/a-name.png").has_slug);
}

TEST(RenderUrl, SlashesAtTheBeginningCountAsOne) {
  EXPECT_EQ(parsed("//thumb/0dcabb.png").stack, "thumb");
}

TEST(RenderUrl, ModifiersInSegmentsOrJoined) {
  for (const char* path :
       {"/thumb/resize-width-200--options-dpr-2/0dcabb.jpg", "/thumb/resize-width-200/o-dpr-2/0dcabb.jpg"}) {
    const RenderUrl url = parsed(path);
    ASSERT_EQ(url.overrides.operations.size(), 1U) << path;
    EXPECT_EQ(url.overrides.operations[0].name, "resize");
    EXPECT_TRUE(url.overrides.options.contains("dpr")) << path;
  }
}

TEST(RenderUrl, DynamicTakesItsOperationsFromTheUrl) {
  const RenderUrl url = parsed("/dynamic/resize-width-200-height-150--rotate-angle-90/-_logo_-.jpg");
  EXPECT_EQ(url.stack, "dynamic");
  EXPECT_EQ(url.overrides.operations.size(), 2U);
}

TEST(RenderUrl, SlashesInExpressionsSeparateNothing) {
  const RenderUrl url = parsed("/dynamic/v-a-[8/2/2]/resize-width-[$a/2]/0dcabb/slug.jpg");
  ASSERT_EQ(url.overrides.variables.size(), 1U);
  EXPECT_EQ(url.overrides.variables[0].value.as_string(), "8/2/2");
  EXPECT_EQ(url.overrides.operations.at(0).expressions.at("width").as_string(), "$a/2");
  EXPECT_EQ(url.image.value, "0dcabb");
  EXPECT_TRUE(url.has_slug);
}

TEST(RenderUrl, BracketsEndWhereTheExpressionDoes) {
  const auto formula = [](const std::string& written) {
    const RenderUrl url = parsed("/dynamic/v-a-" + written + "/0dcabb.jpg");
    return url.overrides.variables.empty() ? "none"
                                           : std::string(url.overrides.variables[0].value.as_string());
  };
  EXPECT_EQ(formula("[[1,2/2][0]/3]"), "[1,2/2][0]/3");
  EXPECT_EQ(formula("['a]/b' ~ \"/]c\"]"), "'a]/b' ~ \"/]c\"");
  EXPECT_EQ(formula(R"(['it\'s]/' ~ 1/2])"), R"('it\'s]/' ~ 1/2)");
}

TEST(RenderUrl, WithoutItsEndABracketIsNone) {
  EXPECT_EQ(refused("/dynamic/v-a-[8/2/0dcabb.jpg"), ErrorCode::bad_request);
  EXPECT_EQ(refused("/dynamic/v-a-['8]/2/0dcabb.jpg"), ErrorCode::bad_request);
  EXPECT_TRUE(parsed("/thumb/0dcabb/[a.jpg").has_slug);
  EXPECT_TRUE(parsed("/thumb/0dcabb/[a/b].jpg").has_slug);
  EXPECT_EQ(parsed("/thumb/0dcabb/[a/b].jpg").format, "jpg");
  EXPECT_EQ(refused("/thumb/0dcabb/a]/b.jpg"), ErrorCode::bad_request);
}

TEST(RenderUrl, RefusesWhatIsMalformed) {
  for (const char* path :
       {"/", "/thumb", "/thumb/0dcabb", "/thumb/.jpg", "/thumb/0dcab.jpg", "/thumb/0DCABB.jpg",
        "/thumb/0dcabb/a/b.jpg", "/thumb/%zz/0dcabb.jpg", "/thumb/resize-width-200/x.jpg",
        "/thumb/explode-force-9/0dcabb.jpg", "/thumb/0dcabb%00.jpg"}) {
    EXPECT_EQ(refused(path), ErrorCode::bad_request) << path;
  }
}

TEST(RenderUrl, SaysThatThereAreNoListsOfAlbums) {
  for (const char* path : {"/_albums/vacation/all.json", "/_albums/My%20Summer/favorites.json"})
    EXPECT_EQ(refused(path), ErrorCode::not_implemented) << path;
}

TEST(RenderUrl, NamesThatCantExistAreNotFound) {
  for (const char* path : {"/th.umb/0dcabb.jpg", "/_reserved/0dcabb.jpg", "/thumb/-_a-b_-.jpg",
                           "/thumb/-_a.b_-.jpg", "/thumb/-__-.jpg", "/thumb/-_a%2Fb_-.jpg"}) {
    EXPECT_EQ(refused(path), ErrorCode::not_found) << path;
  }
  EXPECT_EQ(refused("/thumb/-_" + std::string(256, 'a') + "_-.jpg"), ErrorCode::not_found);
}

TEST(RenderTarget, ByHost) {
  const auto target = find_render_target("acme.localhost", "/thumb/0dcabb.jpg", "localhost");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->organization, "acme");
  EXPECT_EQ(target->path, "/thumb/0dcabb.jpg");
}

TEST(RenderTarget, ByPathOnAnyOtherHost) {
  const auto target = find_render_target("127.0.0.1", "/render/acme/thumb/0dcabb.jpg", "localhost");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->organization, "acme");
  EXPECT_EQ(target->path, "/thumb/0dcabb.jpg");
}

TEST(RenderTarget, TheDomainItselfAndStrangersAreTheApi) {
  for (const char* host : {"localhost", "127.0.0.1", "evillocalhost", ".localhost", ""}) {
    EXPECT_FALSE(find_render_target(host, "/stacks/acme", "localhost")) << host;
  }
}

}  // namespace
}  // namespace rucola::delivery
