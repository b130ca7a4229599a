// What every adapter of catalog::BlobStore must do; each test runs once for every adapter in the list.
#include <fstream>
#include <map>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/hashing.h"
#include "catalog/blob_store.h"
#include "result_matchers.h"
#include "scratch_folder.h"
#include "storage/blobs/file_blob_store.h"
#include "storage/blobs/s3_blob_store.h"
#include "storage/s3_server.h"
#include "storage/streamed_blobs.h"

namespace rucola::test {
namespace {

using Outcome = catalog::BlobRemoval::Outcome;

/// A bucket of the folder's own.
Result<std::unique_ptr<catalog::BlobStore>> open_bucket(const std::filesystem::path& folder,
                                                        std::unique_ptr<storage::LocalCopies> copies) {
  return storage::open_s3_blob_store(S3Server::get()->bucket(lower(folder.filename().string())),
                                     folder / "locks", Spool::open(folder / "spool").value(),
                                     std::move(copies));
}

std::unique_ptr<storage::LocalCopies> copies_of(const std::filesystem::path& folder) {
  return std::make_unique<storage::LocalCopies>(folder / "copies", std::int64_t{1} << 20);
}

struct BlobBackend {
  std::string name;
  Result<std::unique_ptr<catalog::BlobStore>> (*open)(const std::filesystem::path& folder);
};

std::vector<BlobBackend> blob_backends() {
  return {
      {"files", [](const std::filesystem::path& folder) { return storage::open_file_blob_store(folder); }},
      {"streams",
       [](const std::filesystem::path& folder) -> Result<std::unique_ptr<catalog::BlobStore>> {
         auto files = storage::open_file_blob_store(folder);
         if (!files) return std::unexpected(files.error());
         return std::make_unique<StreamedBlobs>(std::move(*files));
       }},
      {"s3", [](const std::filesystem::path& folder) { return open_bucket(folder, copies_of(folder)); }},
      {"s3_without_copies", [](const std::filesystem::path& folder) {
         return open_bucket(folder, std::make_unique<storage::LocalCopies>());
       }}};
}

class BlobStoreConformance : public testing::TestWithParam<BlobBackend> {
 protected:
  void SetUp() override {
    if (GetParam().name.starts_with("s3") && S3Server::get() == nullptr)
      GTEST_SKIP() << "there is no S3 server: tests/servers/get-versitygw.sh says why";
    blobs = GetParam().open(folder.path()).value();
  }

  [[nodiscard]] SpooledFile spool(std::string_view content) const {
    auto writer = spool_.new_file(1 << 30);
    EXPECT_THAT(writer, Succeeds());
    EXPECT_THAT(writer->write(content), Succeeds());
    return std::move(writer->finish().value());
  }

  [[nodiscard]] std::string read(std::string_view sha256) const {
    auto blob = blobs->open(sha256);
    EXPECT_THAT(blob, Succeeds());
    return content_of(*std::move(blob));
  }
  static std::string content_of(catalog::OpenBlob blob) {
    std::string content;
    EXPECT_THAT(catalog::read_pieces(std::move(blob),
                                     [&](std::string_view piece) -> Result<void> {
                                       content += piece;
                                       return {};
                                     }),
                Succeeds());
    return content;
  }

  [[nodiscard]] std::map<std::string, Time> all() const {
    std::map<std::string, Time> found;
    EXPECT_THAT(blobs->each([&](std::string_view sha256, Time stored) { found.emplace(sha256, stored); }),
                Succeeds());
    return found;
  }

  ScratchFolder folder;
  Spool spool_ = Spool::open(folder.path() / "spool").value();
  std::unique_ptr<catalog::BlobStore> blobs;
};
INSTANTIATE_TEST_SUITE_P(Adapters, BlobStoreConformance, testing::ValuesIn(blob_backends()),
                         [](const auto& info) { return info.param.name; });

TEST_P(BlobStoreConformance, KeepsWhatItIsGiven) {
  const std::string content = std::string("\0binary\xff", 8) + std::string(100'000, 'x');
  ASSERT_THAT(blobs->store(spool(content)), Succeeds());
  EXPECT_EQ(read(sha256_hex(content)), content);
  EXPECT_EQ(blobs->open(sha256_hex(content)).value().bytes, static_cast<std::int64_t>(content.size()));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "spool"));
}

TEST_P(BlobStoreConformance, IsAReadOnlyFileForWhoNeedsOne) {
  const std::string content(100'000, 'x');
  ASSERT_THAT(blobs->store(spool(content)), Succeeds());
  const std::string key = sha256_hex(content);
  const auto blob = catalog::open_as_file(*blobs, {key, 100'000}, spool_);
  ASSERT_THAT(blob, Succeeds());
  EXPECT_EQ(blob->bytes, 100'000);
  std::string read(100'001, '\0');
  EXPECT_EQ(::pread(blob->fd.get(), read.data(), read.size(), 0), blob->bytes);
  EXPECT_EQ(read.substr(0, 100'000), content);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "spool")) << "a copy has no name";
  EXPECT_EQ(::fcntl(blob->fd.get(), F_GETFL) & O_ACCMODE, O_RDONLY);
  EXPECT_LT(::write(blob->fd.get(), "x", 1), 0);
}

TEST_P(BlobStoreConformance, AnOriginalThatIsLostOrOfAnotherSizeIsTheServersFault) {
  const std::string key = sha256_hex("content");
  EXPECT_THAT(catalog::open_as_file(*blobs, {key, 7}, spool_), FailsWith(ErrorCode::internal));
  ASSERT_THAT(blobs->store(spool("content")), Succeeds());
  EXPECT_THAT(catalog::open_as_file(*blobs, {key, 7}, spool_), Succeeds());
  EXPECT_THAT(catalog::open_as_file(*blobs, {key}, spool_), Succeeds());
  EXPECT_THAT(catalog::open_as_file(*blobs, {key, 8}, spool_), FailsWith(ErrorCode::internal));
}

TEST_P(BlobStoreConformance, KeepsAnEmptyFile) {
  ASSERT_THAT(blobs->store(spool("")), Succeeds());
  EXPECT_EQ(read(sha256_hex("")), "");
}

TEST_P(BlobStoreConformance, KeepsOneCopyOfTheSameFile) {
  ASSERT_THAT(blobs->store(spool("content")), Succeeds());
  ASSERT_THAT(blobs->store(spool("content")), Succeeds());
  EXPECT_EQ(all().size(), 1U);
  EXPECT_EQ(read(sha256_hex("content")), "content");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "spool"));
}

Result<bool> wanted() {
  return true;
}
Result<bool> not_wanted() {
  return false;
}

TEST_P(BlobStoreConformance, KnowsNothingItWasNotGiven) {
  EXPECT_THAT(blobs->open(sha256_hex("nothing")), FailsWith(ErrorCode::not_found));
  EXPECT_THAT(blobs->set_aside(sha256_hex("nothing"), not_wanted), FailsWith(ErrorCode::not_found));
  for (const std::string& key : {std::string("../../etc/passwd"), std::string(), std::string(64, 'G'),
                                 std::string("..") + std::string(62, '/')}) {
    EXPECT_THAT(blobs->open(key), FailsWith(ErrorCode::not_found)) << key;
    EXPECT_THAT(blobs->set_aside(key, not_wanted), FailsWith(ErrorCode::not_found)) << key;
  }
}

TEST_P(BlobStoreConformance, SetsAside) {
  ASSERT_THAT(blobs->store(spool("content")), Succeeds());
  ASSERT_THAT(blobs->set_aside(sha256_hex("content"), not_wanted), Succeeds());
  EXPECT_THAT(blobs->open(sha256_hex("content")), FailsWith(ErrorCode::not_found));
  EXPECT_TRUE(all().empty());
}

TEST_P(BlobStoreConformance, SetsNothingAsideThatIsWantedOrWhoseRowIsOnItsWay) {
  auto held = blobs->store(spool("content"));
  ASSERT_THAT(held, Succeeds());
  EXPECT_EQ(blobs->set_aside(sha256_hex("content"), not_wanted)->outcome, Outcome::held);
  held->reset();
  EXPECT_EQ(blobs->set_aside(sha256_hex("content"), wanted)->outcome, Outcome::wanted);
  EXPECT_EQ(read(sha256_hex("content")), "content");
  EXPECT_EQ(blobs->set_aside(sha256_hex("content"), not_wanted)->outcome, Outcome::removed);
}

TEST_P(BlobStoreConformance, RemovesForGood) {
  ASSERT_THAT(blobs->store(spool("content")), Succeeds());
  const auto removal = blobs->remove(sha256_hex("content"), not_wanted);
  ASSERT_THAT(removal, Succeeds());
  EXPECT_EQ(removal->outcome, Outcome::removed);
  EXPECT_EQ(removal->bytes, 7);
  EXPECT_TRUE(all().empty());
  EXPECT_THAT(blobs->open(sha256_hex("content")), FailsWith(ErrorCode::not_found));
  ASSERT_THAT(blobs->store(spool("content")), Succeeds());
  EXPECT_EQ(read(sha256_hex("content")), "content") << "stored anew";
}

TEST_P(BlobStoreConformance, RemovingWhatIsGoneDoesNoHarm) {
  for (const std::string_view there : {"neighbour", ""}) {
    const auto removal = blobs->remove(sha256_hex("content"), not_wanted);
    ASSERT_THAT(removal, Succeeds());
    EXPECT_EQ(removal->outcome, Outcome::removed);
    EXPECT_EQ(removal->bytes, 0);
    ASSERT_THAT(blobs->store(spool(there)), Succeeds());
  }
  EXPECT_THAT(blobs->remove("../../etc/passwd", not_wanted), FailsWith(ErrorCode::not_found));
}

TEST_P(BlobStoreConformance, RemovesNothingThatIsWanted) {
  ASSERT_THAT(blobs->store(spool("content")), Succeeds());
  EXPECT_EQ(blobs->remove(sha256_hex("content"), wanted)->outcome, Outcome::wanted);
  const auto unknown = [] { return fail(ErrorCode::overloaded, "no answer"); };
  EXPECT_THAT(blobs->remove(sha256_hex("content"), unknown), FailsWith(ErrorCode::overloaded));
  EXPECT_EQ(read(sha256_hex("content")), "content");
}

TEST_P(BlobStoreConformance, RemovesNothingWhoseRowIsOnItsWay) {
  auto first = blobs->store(spool("content"));
  ASSERT_THAT(first, Succeeds());
  auto again = blobs->store(spool("content"));
  ASSERT_THAT(again, Succeeds());
  const auto others = GetParam().open(folder.path()).value();  // as another process would have it
  for (catalog::HeldBlob* hold : {&*first, &*again}) {
    for (catalog::BlobStore* store : {blobs.get(), others.get()}) {
      const auto is_wanted = []() -> Result<bool> {
        ADD_FAILURE() << "whether it is wanted is not known yet";
        return false;
      };
      EXPECT_EQ(store->remove(sha256_hex("content"), is_wanted)->outcome, Outcome::held);
    }
    hold->reset();
  }
  EXPECT_EQ(others->remove(sha256_hex("content"), not_wanted)->outcome, Outcome::removed);
}

/// Who stores finds it before, or stores it anew after: never what is removed a moment later.
TEST_P(BlobStoreConformance, StoringWaitsForARemovalThatIsUnderWay) {
  ASSERT_THAT(blobs->store(spool("content")), Succeeds());
  std::thread uploader;
  const auto not_yet = [&]() -> Result<bool> {
    uploader = std::thread([&] { EXPECT_THAT(blobs->store(spool("content")), Succeeds()); });
    return false;
  };
  EXPECT_EQ(blobs->remove(sha256_hex("content"), not_yet)->outcome, Outcome::removed);
  uploader.join();
  EXPECT_EQ(read(sha256_hex("content")), "content");
}

TEST_P(BlobStoreConformance, WhatIsBeingReadCanBeReadToItsEnd) {
  ASSERT_THAT(blobs->store(spool("content")), Succeeds());
  auto blob = blobs->open(sha256_hex("content"));
  ASSERT_THAT(blob, Succeeds());
  ASSERT_THAT(blobs->remove(sha256_hex("content"), not_wanted), Succeeds());
  EXPECT_EQ(content_of(*std::move(blob)), "content");
}

TEST_P(BlobStoreConformance, VisitsAllAndTellsWhenTheyCame) {
  const Time before = now();
  for (int i = 0; i < 20; ++i)
    ASSERT_THAT(blobs->store(spool(std::to_string(i))), Succeeds());
  const auto found = all();
  EXPECT_EQ(found.size(), 20U);
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(found.contains(sha256_hex(std::to_string(i))));
    EXPECT_GE(found.at(sha256_hex(std::to_string(i))), before - std::chrono::seconds{1});
  }
}

TEST_P(BlobStoreConformance, IsThereForTheNextProcess) {
  ASSERT_THAT(blobs->store(spool("content")), Succeeds());
  blobs = GetParam().open(folder.path()).value();
  EXPECT_EQ(read(sha256_hex("content")), "content");
}

TEST_P(BlobStoreConformance, TheSameFileFromManySidesAtOnce) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i)
        EXPECT_THAT(blobs->store(spool(std::to_string(i))), Succeeds());
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(all().size(), 20U);
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(read(sha256_hex(std::to_string(i))), std::to_string(i));
}

// What is particular to files.

class FileBlobStore : public BlobStoreConformance {};
INSTANTIATE_TEST_SUITE_P(Adapters, FileBlobStore, testing::Values(blob_backends().front()),
                         [](const auto& info) { return info.param.name; });

void make_older(const std::filesystem::path& file, std::chrono::hours age) {
  std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now() - age);
}

TEST_P(FileBlobStore, LiesInAFolderOfItsFirstTwoLetters) {
  ASSERT_THAT(blobs->store(spool("content")), Succeeds());
  const std::string key = sha256_hex("content");
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "blobs" / key.substr(0, 2) / key));
}

TEST_P(FileBlobStore, WhatIsSetAsideIsNotDestroyed) {
  ASSERT_THAT(blobs->store(spool("content")), Succeeds());
  const std::string key = sha256_hex("content");
  ASSERT_THAT(blobs->set_aside(key, not_wanted), Succeeds());
  EXPECT_EQ(std::filesystem::file_size(folder.path() / "removed" / "blobs" / key), 7U);
}

TEST_P(FileBlobStore, StoringAgainMakesItNew) {
  ASSERT_THAT(blobs->store(spool("content")), Succeeds());
  const std::string key = sha256_hex("content");
  make_older(folder.path() / "blobs" / key.substr(0, 2) / key, std::chrono::hours{48});
  const Time before = now();
  ASSERT_THAT(blobs->store(spool("content")), Succeeds());
  EXPECT_GE(all().at(key), before - std::chrono::seconds{1});
}

TEST_P(FileBlobStore, AFileOfTheWrongSizeIsReplaced) {
  const std::string key = sha256_hex("content");
  ASSERT_THAT(blobs->store(spool("content")), Succeeds());
  std::filesystem::resize_file(folder.path() / "blobs" / key.substr(0, 2) / key, 3);
  ASSERT_THAT(blobs->store(spool("content")), Succeeds());
  EXPECT_EQ(read(key), "content");
}

TEST_P(FileBlobStore, AFileOfTheRightSizeWithAnotherContentIsReplaced) {
  const std::string content(1'000'000, 'x');
  const std::string key = sha256_hex(content);
  const std::filesystem::path path = folder.path() / "blobs" / key.substr(0, 2) / key;
  for (const std::streamoff at : {0, 300'000, 999'999}) {
    ASSERT_THAT(blobs->store(spool(content)), Succeeds());
    std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(at).put('y');
    ASSERT_THAT(blobs->store(spool(content)), Succeeds());
    EXPECT_EQ(read(key), content) << at;
  }
}

TEST_P(FileBlobStore, OtherFilesInTheFoldersAreNoBlobs) {
  ASSERT_THAT(blobs->store(spool("content")), Succeeds());
  std::ofstream(folder.path() / "blobs" / "README") << "by hand";
  std::ofstream(folder.path() / "blobs" / sha256_hex("content").substr(0, 2) / "note") << "by hand";
  EXPECT_EQ(all().size(), 1U);
}

}  // namespace
}  // namespace rucola::test
