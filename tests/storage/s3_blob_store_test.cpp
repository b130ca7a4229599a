// What is particular to a store of blobs in a bucket; what all have in common is
// blob_store_conformance_test.cpp.
#include "storage/blobs/s3_blob_store.h"

#include <fstream>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hashing.h"
#include "result_matchers.h"
#include "scratch_folder.h"
#include "storage/s3_server.h"

namespace rucola::test {
namespace {

const std::string content(100'000, 'x');
const std::string key = sha256_hex(content);

class S3BlobStore : public testing::Test {
 protected:
  void SetUp() override {
    if (S3Server::get() == nullptr)
      GTEST_SKIP() << "there is no S3 server: tests/servers/get-versitygw.sh says why";
    settings = S3Server::get()->bucket("pictures");
  }
  [[nodiscard]] Result<std::unique_ptr<catalog::BlobStore>> open(std::int64_t copies_bytes = 1 << 20) const {
    return storage::open_s3_blob_store(
        settings, folder.path() / "locks", spool,
        std::make_unique<storage::LocalCopies>(folder.path() / "copies", copies_bytes));
  }
  [[nodiscard]] SpooledFile spooled(std::string_view text) const {
    auto writer = spool.new_file(1 << 30);
    EXPECT_THAT(writer->write(text), Succeeds());
    return std::move(writer->finish().value());
  }
  static std::filesystem::path object(const std::string& name) {
    return S3Server::get()->buckets() / "pictures" / "a" / "prefix" / name;
  }
  static std::filesystem::path object_of_blob() { return object("blobs/" + key.substr(0, 2) + "/" + key); }

  ScratchFolder folder;
  Spool spool = Spool::open(folder.path() / "spool").value();
  storage::S3Settings settings;
};

TEST_F(S3BlobStore, LiesUnderThePrefixAsItWouldInTheDataFolder) {
  ASSERT_THAT(open().value()->store(spooled(content)), Succeeds());
  EXPECT_EQ(std::filesystem::file_size(object_of_blob()), content.size());
}

TEST_F(S3BlobStore, WhatIsSetAsideIsNotDestroyed) {
  const auto blobs = open().value();
  ASSERT_THAT(blobs->store(spooled(content)), Succeeds());
  ASSERT_THAT(blobs->set_aside(key, [] { return Result<bool>(false); }), Succeeds());
  EXPECT_EQ(std::filesystem::file_size(object("removed/blobs/" + key)), content.size());
  EXPECT_FALSE(std::filesystem::exists(object_of_blob()));
}

TEST_F(S3BlobStore, WhatIsStoredOrWasFetchedIsNear) {
  auto blobs = open().value();
  EXPECT_FALSE(blobs->is_near(key));
  ASSERT_THAT(blobs->store(spooled(content)), Succeeds());
  EXPECT_TRUE(blobs->is_near(key));
  blobs = open().value();
  EXPECT_TRUE(blobs->is_near(key)) << "after a start, too";
  std::filesystem::remove_all(folder.path() / "copies");
  blobs = open().value();
  EXPECT_FALSE(blobs->is_near(key));
  ASSERT_THAT(blobs->open(key), Succeeds());
  EXPECT_TRUE(blobs->is_near(key));
}

TEST_F(S3BlobStore, AnotherContentThanItsNameSaysIsNeverHandedOut) {
  auto blobs = open(0).value();
  ASSERT_THAT(blobs->store(spooled(content)), Succeeds());
  std::fstream(object_of_blob(), std::ios::in | std::ios::out).seekp(50'000).put('y');
  EXPECT_THAT(blobs->open(key), FailsWith(ErrorCode::internal));
}

TEST_F(S3BlobStore, IsHealedByStoringTheFileOnceMore) {
  auto blobs = open(0).value();
  ASSERT_THAT(blobs->store(spooled(content)), Succeeds());
  std::filesystem::resize_file(object_of_blob(), 3);
  EXPECT_THAT(blobs->open(key), FailsWith(ErrorCode::internal));
  ASSERT_THAT(blobs->store(spooled(content)), Succeeds());
  EXPECT_EQ(blobs->open(key)->bytes, static_cast<std::int64_t>(content.size()));
}

/// Somebody copied it there with another tool.
TEST_F(S3BlobStore, AnObjectWithoutAChecksumIsRead) {
  std::filesystem::create_directories(object_of_blob().parent_path());
  std::ofstream(object_of_blob()) << content;
  const auto blobs = open().value();
  EXPECT_EQ(blobs->open(key)->bytes, static_cast<std::int64_t>(content.size()));
  EXPECT_THAT(blobs->store(spooled(content)), Succeeds());
}

TEST_F(S3BlobStore, HasMoreThanOnePage) {
  const std::filesystem::path all = object("blobs");
  for (int i = 0; i < 1'005; ++i) {
    const std::string name = sha256_hex(std::to_string(i));
    std::filesystem::create_directories(all / name.substr(0, 2));
    std::ofstream(all / name.substr(0, 2) / name) << i;
  }
  std::ofstream(all / "00" / "note") << "by hand";
  std::set<std::string, std::less<>> found;
  ASSERT_THAT(open().value()->each([&](std::string_view sha256, Time /*stored*/) { found.emplace(sha256); }),
              Succeeds());
  for (int i = 0; i < 1'005; ++i)
    EXPECT_TRUE(found.contains(sha256_hex(std::to_string(i)))) << i;
}

TEST_F(S3BlobStore, WrongKeysAreToldToTheLog) {
  settings.secret_key = "another";
  const auto stored = open().value()->store(spooled(content));
  ASSERT_THAT(stored, FailsWith(ErrorCode::internal));
  EXPECT_THAT(stored.error().detail.text, testing::HasSubstr("403"));
  EXPECT_THAT(stored.error().message.text, testing::Not(testing::HasSubstr("403")));
}

TEST_F(S3BlobStore, ABucketThatIsNotThereIsNoMissingOriginal) {
  settings.url = "s3://nothing";
  const auto found = open().value()->open(key);
  ASSERT_THAT(found, FailsWith(ErrorCode::internal));
  EXPECT_THAT(found.error().detail.text, testing::HasSubstr("NoSuchBucket"));
}

TEST_F(S3BlobStore, WhoDoesNotAnswerIsWaitedForAndGivenUp) {
  settings.endpoint = "http://127.0.0.1:1";
  const auto found = open().value()->open(key);
  ASSERT_THAT(found, FailsWith(ErrorCode::overloaded));
  EXPECT_TRUE(found.error().retry_after);
}

TEST_F(S3BlobStore, WhatIsLetGoIsNotWaitedFor) {
  settings.endpoint = "http://127.0.0.1:1";
  const auto blobs = open().value();
  blobs->let_go();
  EXPECT_THAT(blobs->open(key), FailsWith(ErrorCode::overloaded));
}

}  // namespace
}  // namespace rucola::test
