#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time_text.h"
#include "result_matchers.h"
#include "storage/s3/answers.h"

namespace rucola::test {
namespace {

using storage::read_list_page;
using storage::read_refusal;

constexpr std::string_view page =
    R"(<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>pictures</Name><IsTruncated>true</IsTruncated>
<Contents><Key>blobs/a&amp;b</Key><LastModified>2026-12-01T16:17:54.000Z</LastModified><Size>5368709120</Size></Contents>
<Contents><Key>blobs/c</Key><LastModified>2026-12-01T16:17:54Z</LastModified><Size>0</Size></Contents>
<NextContinuationToken>1/+=&lt;</NextContinuationToken></ListBucketResult>)";

TEST(S3Answers, AListHasObjectsAndWhereItGoesOn) {
  const auto found = read_list_page(page);
  ASSERT_THAT(found, Succeeds());
  ASSERT_EQ(found->objects.size(), 2U);
  EXPECT_EQ(found->objects[0].key, "blobs/a&b");
  EXPECT_EQ(found->objects[0].bytes, 5'368'709'120);
  EXPECT_EQ(found->objects[0].modified, parse_time("2026-12-01T16:17:54Z"));
  EXPECT_EQ(found->next, "1/+=<");
}

TEST(S3Answers, TheLastPageGoesOnNowhere) {
  const auto found = read_list_page("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
  ASSERT_THAT(found, Succeeds());
  EXPECT_TRUE(found->objects.empty());
  EXPECT_EQ(found->next, "");
}

TEST(S3Answers, WhatIsNoListIsRefused) {
  for (const std::string_view text : {"", "<html></html>", "<ListBucketResult>",
                                      "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
                                      "<ListBucketResult><Contents><Key>a</Key><LastModified>soon</"
                                      "LastModified></Contents></ListBucketResult>"})
    EXPECT_THAT(read_list_page(text), FailsWith(ErrorCode::internal)) << text;
  for (std::size_t size = 0; size < page.size(); ++size)
    EXPECT_THAT(read_list_page(page.substr(0, size)), FailsWith(ErrorCode::internal)) << size;
}

TEST(S3Answers, ARefusalSaysWhy) {
  const auto refusal =
      read_refusal("<Error><Code>NoSuchKey</Code><Message>It is not there.</Message></Error>");
  EXPECT_EQ(refusal.code, "NoSuchKey");
  EXPECT_EQ(refusal.message, "It is not there.");
  for (const std::string_view text : {"", "busy", "<html><body>503</body></html>"})
    EXPECT_EQ(read_refusal(text).code, "") << text;
}

/// No entity is read from a file, and none grows.
TEST(S3Answers, ADocumentTypeMeansNothing) {
  const auto refusal = read_refusal(
      R"(<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Error><Code>x&b;</Code><Message/></Error>)");
  EXPECT_THAT(refusal.code, testing::AnyOf("x&b;", ""));
}

}  // namespace
}  // namespace rucola::test
