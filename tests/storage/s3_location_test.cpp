#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "result_matchers.h"
#include "storage/s3/location.h"

namespace rucola::test {
namespace {

using storage::s3_location;

TEST(S3Location, IsABucketAndAPrefix) {
  const auto found = s3_location({.url = "s3://pictures/acme/2026", .endpoint = "http://localhost:9000/"});
  ASSERT_THAT(found, Succeeds());
  EXPECT_EQ(found->bucket, "pictures");
  EXPECT_EQ(found->prefix, "acme/2026/");
  EXPECT_EQ(found->base, "http://localhost:9000/pictures");
}

TEST(S3Location, NeedsNoPrefix) {
  EXPECT_EQ(s3_location({.url = "s3://pictures"})->prefix, "");
  EXPECT_EQ(s3_location({.url = "s3://pictures/"})->prefix, "");
  EXPECT_EQ(s3_location({.url = "s3://pictures/a/"})->prefix, "a/");
}

TEST(S3Location, IsAmazonsInTheRegionWhereNothingElseIsSaid) {
  EXPECT_EQ(s3_location({.url = "s3://pictures", .region = "eu-central-1"})->base,
            "https://s3.eu-central-1.amazonaws.com/pictures");
}

TEST(S3Location, MayHaveTheBucketInTheHostsName) {
  EXPECT_EQ(
      s3_location({.url = "s3://pictures", .endpoint = "https://s3.example.org", .path_style = false})->base,
      "https://pictures.s3.example.org");
}

TEST(S3Location, IsRefusedWhereItIsSomethingElse) {
  for (const char* url :
       {"", "pictures", "http://pictures/", "s3:/pictures", "s3://", "s3://ab", "s3:///prefix",
        "s3://pictures//prefix", "s3://pictures/a//b", "s3://pictures/../other", "s3://pictures/./a",
        "s3://pictures/a b", "s3://pictures/a?b", "s3://pictures/%61", "s3://pict ures"}) {
    const auto found = s3_location({.url = url});
    EXPECT_THAT(found, FailsWith(ErrorCode::bad_request)) << url;
    EXPECT_THAT(found.error().message.text, testing::HasSubstr("s3://bucket/prefix")) << url;
  }
}

TEST(S3Location, OfAnEndpointThatIsNoneIsRefused) {
  for (const char* endpoint : {"s3.example.org", "ftp://s3.example.org", "https://ann:secret@s3.example.org",
                               "http://s3.example.org?x=1", "http://s3.example.org/#f"})
    EXPECT_THAT(s3_location({.url = "s3://pictures", .endpoint = endpoint}),
                FailsWith(ErrorCode::bad_request));
  EXPECT_THAT(s3_location({.url = "s3://pictures", .region = "eu central"}),
              FailsWith(ErrorCode::bad_request));
}

}  // namespace
}  // namespace rucola::test
