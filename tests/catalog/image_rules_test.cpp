#include "catalog/image_rules.h"

#include <gtest/gtest.h>

#include "result_matchers.h"

namespace rucola::catalog {
namespace {

using test::FailsWith;
using test::Succeeds;

ImageMatch match(std::int64_t row, bool deleted = false) {
  return {.row = row, .hash = std::string(40, 'a'), .deleted = deleted, .locked = false};
}

TEST(ImageRules, AShortHashIsOneLongerThanWhatItSharesWithItsNeighbours) {
  EXPECT_EQ(short_hash("abcdefabcdef", "", ""), "abcdef");
  EXPECT_EQ(short_hash("abcdefabcdef", "abcde0abcdef", "abcdefab0def"), "abcdefabc");
  EXPECT_EQ(short_hash("abcdefabcdef", "abcdefabcde0", ""), "abcdefabcdef");
}

TEST(ImageRules, APrefixMeansAllHashesThatBeginSo) {
  const auto range = hashes_beginning_with("abcdef");
  ASSERT_THAT(range, Succeeds());
  EXPECT_EQ(range->first, "abcdef" + std::string(34, '0'));
  EXPECT_EQ(range->last, "abcdef" + std::string(34, 'f'));
  for (const char* none : {"", "abcde", "ABCDEF", "abcdeg", "abcdef%"})
    EXPECT_THAT(hashes_beginning_with(none), FailsWith(ErrorCode::bad_request)) << none;
  EXPECT_THAT(hashes_beginning_with(std::string(41, 'a')), FailsWith(ErrorCode::bad_request));
}

TEST(ImageRules, AShortHashThatTwoBeginWithIsAmbiguousWhetherOrNotOneIsDeleted) {
  EXPECT_EQ(the_image_of({match(3)}, "acme", "aaaaaa", Deleted::not_found)->row, 3);
  EXPECT_THAT(the_image_of({match(1), match(2)}, "acme", "aaaaaa", Deleted::not_found),
              FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(the_image_of({match(1), match(2, true)}, "acme", "aaaaaa", Deleted::not_found),
              FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(the_image_of({}, "acme", "aaaaaa", Deleted::found_too), FailsWith(ErrorCode::not_found));
}

TEST(ImageRules, ADeletedImageIsFoundOnlyByWhoLooksForThose) {
  EXPECT_THAT(the_image_of({match(1, true)}, "acme", "aaaaaa", Deleted::not_found),
              FailsWith(ErrorCode::not_found));
  EXPECT_THAT(the_image_of({match(1, true)}, "acme", "aaaaaa", Deleted::found_too), Succeeds());
  EXPECT_THAT(the_image_of({match(1, true), match(2, true)}, "acme", "aaaaaa", Deleted::not_found),
              FailsWith(ErrorCode::not_found));
}

TEST(ImageRules, ALockedImageIsNotDeleted) {
  ImageMatch image = match(1);
  EXPECT_THAT(may_delete_image(image), Succeeds());
  image.locked = true;
  EXPECT_THAT(may_delete_image(image), FailsWith(ErrorCode::forbidden));
}

TEST(ImageRules, ImagesOfAFileAreNotDeletedWhereOneIsLocked) {
  ImageMatch locked = match(2);
  locked.locked = true;
  EXPECT_THAT(may_delete_images({}), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(may_delete_images({match(1), match(3)}), Succeeds());
  EXPECT_THAT(may_delete_images({match(1), locked}), FailsWith(ErrorCode::forbidden));
}

/// A render URL that fetched the same bytes brought back what had been taken down.
TEST(ImageRules, WhatWasDeletedIsNotFetchedBackToLife) {
  const std::string hash(40, 'a');
  const std::string other(40, 'b');
  EXPECT_EQ(stays_deleted({}, hash), std::nullopt);
  EXPECT_EQ(stays_deleted({{.hash = hash}}, hash), std::nullopt);
  EXPECT_EQ(stays_deleted({{.hash = hash, .deleted = true}}, hash), hash);
  EXPECT_EQ(stays_deleted({{.hash = hash, .deleted = true}, {.hash = other}}, hash), hash);
  EXPECT_EQ(stays_deleted({{.hash = hash}, {.hash = other, .deleted = true}}, hash), std::nullopt);
  EXPECT_EQ(stays_deleted({{.hash = other, .deleted = true}}, hash), other)
      << "protected, or with metadata: the same file";
  EXPECT_EQ(stays_deleted({{.hash = other, .deleted = true}, {.hash = std::string(40, 'c')}}, hash),
            std::nullopt);
}

TEST(ImageRules, ACollisionIsRefused) {
  EXPECT_THAT(refuse_collision(false, "a.jpg"), Succeeds());
  const auto refused = refuse_collision(true, "a.jpg");
  EXPECT_THAT(refused, FailsWith(ErrorCode::conflict));
  EXPECT_THAT(refused.error().message.text, testing::HasSubstr("\"a.jpg\""));
}

Result<std::optional<ImageState>> again(const ImageState& before, const std::string& user,
                                        const std::string& fixed = "{}") {
  SourceImage image;
  image.organization = "acme";
  image.hash = std::string(40, 'a');
  image.user_metadata_json = user;
  image.static_metadata_json = fixed;
  return added_again(before, image);
}

TEST(ImageRules, AddedAgainItKeepsTheFieldsThatTheNewOneDoesNotName) {
  const ImageState before{
      .deleted = false, .user_metadata_json = R"({"a":1,"b":2})", .static_metadata_json = "{}"};
  EXPECT_FALSE(again(before, "{}").value()) << "nothing to write";
  EXPECT_FALSE(again(before, R"({"b":2})").value());
  EXPECT_EQ(again(before, R"({"b":3})").value()->user_metadata_json, R"({"a":1,"b":3})");
  EXPECT_THAT(again(before, "[]"), FailsWith(ErrorCode::bad_request));
}

TEST(ImageRules, AddedAgainADeletedOneLives) {
  const ImageState before{.deleted = true, .user_metadata_json = "{}", .static_metadata_json = "{}"};
  const auto after = again(before, "{}").value();
  ASSERT_TRUE(after);
  EXPECT_FALSE(after->deleted);
}

TEST(ImageRules, ALockedImageKeepsItsUserMetadata) {
  const ImageState before{
      .deleted = false, .locked = true, .user_metadata_json = R"({"a":"1"})", .static_metadata_json = "{}"};
  EXPECT_FALSE(again(before, "{}").value());
  EXPECT_FALSE(again(before, R"({"a":"1"})").value());
  EXPECT_THAT(again(before, R"({"a":"2"})"), FailsWith(ErrorCode::forbidden));
  EXPECT_TRUE(again(before, "{}", R"({"read":true})").value()) << "what the file says is nobody's change";
  const ImageMatch image{.hash = std::string(40, 'a'), .locked = true};
  EXPECT_THAT(may_change_image(image), FailsWith(ErrorCode::forbidden));
  EXPECT_THAT(may_change_image({.hash = image.hash}), Succeeds());
}

TEST(ImageRules, AddedAgainTwoSpellingsAreOneField) {
  const ImageState before{
      .deleted = false, .user_metadata_json = R"({"str:a":"1","Old":[]})", .static_metadata_json = "{}"};
  EXPECT_EQ(again(before, R"({"a":"2"})").value()->user_metadata_json, R"({"Old":[],"a":"2"})");
}

TEST(ImageRules, AnImageThatLivesStaysAsItIsWhenAnotherBecomesIt) {
  SourceImage image;
  image.user_metadata_json = R"({"a":"2"})";
  ImageState before{.deleted = false, .user_metadata_json = R"({"a":"1"})", .static_metadata_json = "{}"};
  EXPECT_FALSE(derived_again(before, image).value());
  before.deleted = true;
  EXPECT_EQ(derived_again(before, image).value()->user_metadata_json, R"({"a":"2"})");
}

/// What had been deleted of the user metadata came back with the image that had it once.
TEST(ImageRules, ADeletedImageThatAnotherBecomesHasNoFieldThatTheOtherHasNot) {
  SourceImage image;
  image.user_metadata_json = R"({"keep":"k"})";
  image.static_metadata_json = R"({"read":true})";
  const ImageState before{.deleted = true,
                          .user_metadata_json = R"({"secret":"S3","keep":"k"})",
                          .static_metadata_json = R"({"old":1})"};
  const auto after = derived_again(before, image).value();
  ASSERT_TRUE(after);
  EXPECT_FALSE(after->deleted);
  EXPECT_EQ(after->user_metadata_json, image.user_metadata_json);
  EXPECT_EQ(after->static_metadata_json, image.static_metadata_json);
  image.user_metadata_json = "no JSON";
  EXPECT_EQ(derived_again(before, image).value()->user_metadata_json, "no JSON") << "as a new one would have";
}

/// It came back with what it had been changed to under its hash.
TEST(ImageRules, WhatWasDeletedComesBackWithTheDynamicMetadataThatIsAskedFor) {
  SourceImage image;
  image.dynamic_metadata_json = R"({"version":{"text":"1"}})";
  ImageState before{.deleted = true,
                    .user_metadata_json = "{}",
                    .dynamic_metadata_json = R"({"version":{"text":"7"}})",
                    .static_metadata_json = "{}"};
  EXPECT_EQ(added_again(before, image).value()->dynamic_metadata_json, image.dynamic_metadata_json);
  EXPECT_EQ(derived_again(before, image).value()->dynamic_metadata_json, image.dynamic_metadata_json);
  before.deleted = false;
  image.user_metadata_json = R"({"a":"1"})";
  EXPECT_EQ(added_again(before, image).value()->dynamic_metadata_json, before.dynamic_metadata_json)
      << "what lives stays as it is";
}

TEST(ImageRules, ACopyReplacesAllButTheLock) {
  SourceImage image;
  image.name = "new.jpg";
  image.user_metadata_json = R"({"a":"1"})";
  image.dynamic_metadata_json = R"({"version":{"text":"1"}})";
  image.static_metadata_json = R"({"read":true})";
  ImageState before{.name = "old.jpg",
                    .user_metadata_json = R"({"b":"2"})",
                    .dynamic_metadata_json = R"({"version":{"text":"7"}})",
                    .static_metadata_json = "{}"};
  for (const bool deleted : {false, true}) {
    before.deleted = deleted;
    const auto after = copied_again(before, image).value();
    ASSERT_TRUE(after);
    EXPECT_FALSE(after->deleted);
    EXPECT_EQ(after->name, image.name);
    EXPECT_EQ(after->user_metadata_json, image.user_metadata_json);
    EXPECT_EQ(after->dynamic_metadata_json, image.dynamic_metadata_json);
    EXPECT_EQ(after->static_metadata_json, image.static_metadata_json);
    EXPECT_FALSE(copied_again(*after, image).value()) << "there is nothing to do";
  }
}

TEST(ImageRules, ACopyOverALockedImageChangesNoMetadata) {
  SourceImage image;
  image.name = "new.jpg";
  image.user_metadata_json = R"({"a":"1"})";
  const ImageState same{.locked = true,
                        .name = "old.jpg",
                        .user_metadata_json = R"({"a":"1"})",
                        .static_metadata_json = R"({"old":1})"};
  const auto after = copied_again(same, image).value();
  ASSERT_TRUE(after);
  EXPECT_EQ(after->name, "new.jpg");
  EXPECT_TRUE(after->locked);
  ImageState other = same;
  other.user_metadata_json = "{}";
  EXPECT_THAT(copied_again(other, image), FailsWith(ErrorCode::forbidden));
  other = same;
  other.dynamic_metadata_json = R"({"version":{"text":"7"}})";
  EXPECT_THAT(copied_again(other, image), FailsWith(ErrorCode::forbidden));
}

TEST(ImageRules, MetadataThatCanNotBeReadIsReplaced) {
  const ImageState before{.deleted = false, .user_metadata_json = "no JSON", .static_metadata_json = "[]"};
  const auto after = again(before, R"({"a":1})", R"({"c":3})").value();
  ASSERT_TRUE(after);
  EXPECT_EQ(after->user_metadata_json, R"({"a":1})");
  EXPECT_EQ(after->static_metadata_json, R"({"c":3})");
}

}  // namespace
}  // namespace rucola::catalog
