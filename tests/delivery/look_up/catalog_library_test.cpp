// What stacks may use of their organization, and what is noted of it: for caches in front and for signatures.
#include "delivery/look_up/catalog_library.h"

#include <chrono>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/purge.h"
#include "delivery/look_up/fake_lookup.h"
#include "result_matchers.h"

namespace rucola::delivery {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string hash(40, 'a');

class CatalogLibraryTest : public testing::Test {
 protected:
  CatalogLibraryTest() {
    lookup.add_organization("acme");
    lookup.add_image("acme", hash);
    lookup.add_alias("acme", "logo", hash);
    lookup.add_stack("acme", "thumb", R"({"operations":[],"options":{}})");
    resolved.organization = lookup.organizations["acme"];
    resolved.sent = {.path = "/thumb/x.jpg", .render_path = "/thumb/x.jpg", .query = "", .has_slug = false};
  }

  void use(const std::function<void(CatalogLibrary&)>& what) {
    EXPECT_THAT(lookup.read([&](catalog::RenderSnapshot& snapshot) {
      CatalogView view(snapshot);
      CatalogLibrary library(view, resolved, [](std::string_view key) -> std::optional<render::Measured> {
        if (key != "known") return std::nullopt;
        return render::Measured{1, 2};
      });
      what(library);
    }),
                test::Succeeds());
  }
  Result<render::SourceFacts> image(std::string_view reference) {
    Result<render::SourceFacts> found = fail(ErrorCode::internal, "nobody looked");
    use([&](CatalogLibrary& library) { found = library.image(reference); });
    return found;
  }
  Result<render::SourceFacts> linked_video(std::string_view reference) {
    Result<render::SourceFacts> found = fail(ErrorCode::internal, "nobody looked");
    use([&](CatalogLibrary& library) { found = library.linked_video(reference); });
    return found;
  }
  Result<render::StackDefinition> stack(std::string_view name) {
    Result<render::StackDefinition> found = fail(ErrorCode::internal, "nobody looked");
    use([&](CatalogLibrary& library) { found = library.stack(name); });
    return found;
  }

  FakeLookup lookup;
  Resolved resolved;
};

TEST_F(CatalogLibraryTest, AnImageIsFoundByHashAndByItsAliasInBothSpellings) {
  for (const std::string& reference : {hash, std::string("logo"), std::string("-_logo_-")}) {
    const auto found = image(reference);
    ASSERT_TRUE(found) << reference;
    EXPECT_EQ(found->hash, hash) << reference;
  }
  EXPECT_THAT(resolved.tags,
              ElementsAre(catalog::image_tag("acme", hash), catalog::alias_tag("acme", "logo")));
}

/// It is six hex digits, and a word.
TEST_F(CatalogLibraryTest, ANameThatMayBeAHashIsAnAliasWhereNoImageBeginsSo) {
  lookup.add_alias("acme", "facade", hash);
  ASSERT_TRUE(image("facade"));
  EXPECT_THAT(resolved.tags, Contains(catalog::alias_tag("acme", "facade")));
}

/// The name may have come out of an expression: it was shown to everybody.
void expect_named_in_the_log_alone(const Error& error, const std::string& name) {
  EXPECT_THAT(error.message.text, testing::Not(HasSubstr(name)));
  EXPECT_THAT(error.detail.text, HasSubstr(name));
}

TEST_F(CatalogLibraryTest, WhatIsNotThereHasATagAllTheSame) {
  for (const char* missing : {"banner", "-_banner_-"}) {
    const auto found = image(missing);
    EXPECT_THAT(found, test::FailsWith(ErrorCode::not_found)) << missing;
    expect_named_in_the_log_alone(found.error(), missing);
  }
  EXPECT_THAT(resolved.tags, ElementsAre(catalog::alias_tag("acme", "banner")));
  EXPECT_THAT(image("no alias!"), test::FailsWith(ErrorCode::not_found));
}

TEST_F(CatalogLibraryTest, AnAliasWhoseImageIsGoneIsSaidToBeNone) {
  lookup.images.clear();
  const auto found = image("logo");
  EXPECT_THAT(found, test::FailsWith(ErrorCode::not_found));
  expect_named_in_the_log_alone(found.error(), "logo");
}

TEST_F(CatalogLibraryTest, TheNewestChangeOfWhatIsUsedCounts) {
  const Time morning{std::chrono::hours(1)};
  const Time noon{std::chrono::hours(2)};
  lookup.aliases[{"acme", "logo"}].updated = noon;
  lookup.stacks[{"acme", "thumb"}].updated = morning;
  ASSERT_TRUE(image("logo"));
  ASSERT_TRUE(stack("thumb"));
  EXPECT_EQ(resolved.depends_on_changes_until, noon);
  const Time evening{std::chrono::hours(3)};
  lookup.images[{"acme", hash}].changed = evening;
  ASSERT_TRUE(image(hash));
  EXPECT_EQ(resolved.depends_on_changes_until, evening)
      << "of the image's metadata, which its renders may show";
}

/// It may be the name of an image that was deleted: the alias may have moved long before.
TEST_F(CatalogLibraryTest, NoDateTellsAnAliasThatMayBeAHash) {
  ASSERT_TRUE(image("logo"));
  ASSERT_TRUE(image(hash));
  EXPECT_TRUE(resolved.is_dated);
  lookup.add_alias("acme", "facade", hash);
  ASSERT_TRUE(image("facade"));
  EXPECT_FALSE(resolved.is_dated);
}

TEST_F(CatalogLibraryTest, AProtectedLayerNeedsASignatureAsTheImageItselfWould) {
  lookup.images[{"acme", hash}].is_protected = true;
  for (const std::string& reference : {hash, std::string("logo")}) {
    const auto found = image(reference);
    EXPECT_THAT(found, test::FailsWith(ErrorCode::forbidden)) << reference;
    EXPECT_THAT(found.error().message.text, HasSubstr("that the stack uses is protected"));
  }
  resolved.is_signed = true;
  EXPECT_TRUE(image(hash));
}

/// It was called an image that the stack uses, of which there was none.
TEST_F(CatalogLibraryTest, AProtectedLinkedVideoIsSaidToBeOne) {
  ASSERT_TRUE(linked_video(hash));
  lookup.images[{"acme", hash}].is_protected = true;
  const auto found = linked_video(hash);
  EXPECT_THAT(found, test::FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(found.error().message.text,
              testing::AllOf(HasSubstr("A video that is linked to this one"),
                             HasSubstr("is protected. The URL"), testing::Not(HasSubstr("stack"))));
  EXPECT_THAT(linked_video(std::string(40, 'b')), test::FailsWith(ErrorCode::not_found));
  resolved.is_signed = true;
  EXPECT_TRUE(linked_video(hash));
}

/// The alias showed an unrelated video in the list, and a protected one closed it.
TEST_F(CatalogLibraryTest, AnAliasNamedAsAHashIsNoLinkedVideo) {
  const std::string missing(40, 'b');
  lookup.add_alias("acme", missing, hash);
  lookup.images[{"acme", hash}].is_protected = true;
  const auto found = linked_video(missing);
  EXPECT_THAT(found, test::FailsWith(ErrorCode::not_found));
  expect_named_in_the_log_alone(found.error(), missing);
  EXPECT_THAT(resolved.tags, ElementsAre(catalog::image_tag("acme", missing)));
  EXPECT_FALSE(resolved.uses_alias);
  lookup.add_image("acme", missing);
  EXPECT_EQ(linked_video(missing)->hash, missing);
}

/// Somebody may copy it in: nobody may keep the list without it for ever, and no date tells the two apart.
TEST_F(CatalogLibraryTest, AMissingLinkedVideoIsNoted) {
  ASSERT_TRUE(linked_video(hash));
  EXPECT_FALSE(resolved.lacks_linked);
  EXPECT_TRUE(resolved.is_dated);
  ASSERT_FALSE(linked_video(std::string(40, 'b')));
  EXPECT_TRUE(resolved.lacks_linked);
  EXPECT_FALSE(resolved.is_dated);
}

TEST_F(CatalogLibraryTest, AProtectedStackNeedsASignatureAsTheFirstOneWould) {
  lookup.add_stack("acme", "secret", R"({"operations":[],"options":{"protected":true}})");
  EXPECT_THAT(stack("secret"), test::FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(resolved.tags, ElementsAre(catalog::stack_tag("acme", "secret")));
  resolved.is_signed = true;
  EXPECT_TRUE(stack("secret"));
}

TEST_F(CatalogLibraryTest, AStackThatCanNotBeUsedIsNamedInTheLogAlone) {
  const auto missing = stack("large");
  EXPECT_THAT(missing, test::FailsWith(ErrorCode::not_found));
  expect_named_in_the_log_alone(missing.error(), "large");
  EXPECT_THAT(resolved.tags, ElementsAre(catalog::stack_tag("acme", "large")));
  resolved.tags.clear();
  EXPECT_THAT(stack("no stack!"), test::FailsWith(ErrorCode::not_found));
  EXPECT_THAT(resolved.tags, IsEmpty()) << "nobody can ever make it";
  lookup.add_stack("acme", "broken", "{");
  EXPECT_THAT(stack("broken"), test::FailsWith(ErrorCode::internal));
}

TEST_F(CatalogLibraryTest, WhatUsesAPreviewIsOne) {
  lookup.add_stack("acme", "_preview_1", R"({"operations":[],"options":{}})");
  ASSERT_TRUE(stack("thumb"));
  EXPECT_FALSE(resolved.preview);
  ASSERT_TRUE(stack("_preview_1"));
  EXPECT_TRUE(resolved.preview);
}

TEST_F(CatalogLibraryTest, MeasurementsAreWhoeverMakesThemsBusiness) {
  use([](CatalogLibrary& library) {
    EXPECT_THAT(library.measured("known"), testing::Optional(ElementsAre(1, 2)));
    EXPECT_EQ(library.measured("unknown"), std::nullopt);
  });
}

}  // namespace
}  // namespace rucola::delivery
