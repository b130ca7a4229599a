#include "storage/blobs/s3_blob_store.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/hashing.h"
#include "base/log.h"
#include "base/mutex.h"
#include "storage/blobs/blob_locks.h"
#include "storage/blobs/blob_names.h"
#include "storage/durable_folders.h"
#include "storage/s3/client.h"

namespace rucola::storage {
namespace {

namespace fs = std::filesystem;
using catalog::BlobRemoval;
using catalog::OpenBlob;

class S3BlobStore final : public catalog::BlobStore {
 public:
  S3BlobStore(std::unique_ptr<S3Client> client, fs::path locks, Spool spool,
              std::unique_ptr<LocalCopies> copies)
      : client_(std::move(client)),
        locks_(std::move(locks)),
        spool_(std::move(spool)),
        copies_(std::move(copies)) {}

  Result<catalog::HeldBlob> store(SpooledFile file) override;
  Result<OpenBlob> open(std::string_view sha256) override;
  Result<std::int64_t> bytes_of(std::string_view sha256) override;
  Result<BlobRemoval> remove(std::string_view sha256,
                             const std::function<Result<bool>()>& is_wanted) override;
  Result<BlobRemoval> set_aside(std::string_view sha256,
                                const std::function<Result<bool>()>& is_wanted) override;
  Result<void> each(const std::function<void(std::string_view sha256, Time stored)>& visit) override;

  [[nodiscard]] bool is_near(std::string_view sha256) const override { return copies_->has(sha256); }
  Result<void> reach() override;
  bool give_way() override { return copies_->give_way(); }
  void let_go() override { client_->let_go(); }

 private:
  /// Somebody fetches a blob, and others wait for it.
  struct Fetch {
    bool is_over = false;
    std::optional<Error> failure;
  };

  Result<fs::path> lock_folder(std::string_view sha256) const;
  std::shared_ptr<Fetch> join(const std::string& sha256);
  void finish(const std::string& sha256, const std::optional<Error>& failure);
  Result<OpenBlob> fetch(std::string_view sha256);

  const std::unique_ptr<S3Client> client_;
  const fs::path locks_;
  const Spool spool_;
  const std::unique_ptr<LocalCopies> copies_;
  Mutex mutex_;
  Condition changed_;
  std::map<std::string, std::shared_ptr<Fetch>, std::less<>> fetches_ GUARDED_BY(mutex_);
};

Result<fs::path> S3BlobStore::lock_folder(std::string_view sha256) const {
  fs::path folder = locks_ / sha256.substr(0, 2);
  if (auto made = make_durable_folder(folder); !made) return std::unexpected(std::move(made.error()));
  return folder;
}

Result<catalog::HeldBlob> S3BlobStore::store(SpooledFile file) {
  if (!is_blob_key(file.sha256())) {
    return fail(ErrorCode::internal, "The file could not be stored.",
                "not a SHA-256: \"" + file.sha256() + "\"");
  }
  const auto folder = lock_folder(file.sha256());
  if (!folder) return std::unexpected(folder.error());
  // Before it is looked whether the blob is there.
  auto hold = hold_folder(*folder);
  if (!hold) return hold;
  const std::string key = blob_path(file.sha256());
  const auto is_there = client_->has(key, file);
  if (!is_there) return std::unexpected(is_there.error());
  if (!*is_there) {
    if (auto put = client_->put(key, file); !put) return std::unexpected(std::move(put.error()));
  }
  if (const auto kept = copies_->keep(std::move(file)); !kept)
    log::warning("copy_not_kept", {{"blob", key}, {"why", kept.error().detail.text}});
  return hold;
}

Result<OpenBlob> S3BlobStore::open(std::string_view sha256) {
  if (!is_blob_key(sha256)) return no_such_blob(sha256);
  const std::string name(sha256);
  for (;;) {
    if (auto copy = copies_->find(sha256)) return *std::move(copy);
    const std::shared_ptr<Fetch> others = join(name);
    if (!others) {
      auto blob = fetch(sha256);
      finish(name, blob ? std::nullopt : std::optional(blob.error()));
      return blob;
    }
    if (others->failure) return std::unexpected(*others->failure);
  }
}

/// Nothing: the caller fetches it, and calls finish(). Else it was fetched by another one meanwhile.
std::shared_ptr<S3BlobStore::Fetch> S3BlobStore::join(const std::string& sha256) {
  Lock lock(mutex_);
  const auto [found, is_first] = fetches_.try_emplace(sha256, nullptr);
  if (is_first) {
    found->second = std::make_shared<Fetch>();
    return nullptr;
  }
  std::shared_ptr<Fetch> fetch = found->second;
  changed_.wait(lock, [&fetch] { return fetch->is_over; });
  return fetch;
}

void S3BlobStore::finish(const std::string& sha256, const std::optional<Error>& failure) {
  {
    const Lock lock(mutex_);
    const auto found = fetches_.find(sha256);
    found->second->failure = failure;
    found->second->is_over = true;
    fetches_.erase(found);
  }
  changed_.notify_all();
}

Result<OpenBlob> S3BlobStore::fetch(std::string_view sha256) {
  auto file = client_->get(blob_path(sha256), spool_);
  if (!file && file.error().code == ErrorCode::not_found) return no_such_blob(sha256);
  if (!file) return std::unexpected(std::move(file.error()));
  if (file->sha256() != sha256) {
    return fail(
        ErrorCode::internal,
        "The original of this image is damaged in its store; uploading the same file once more heals it.",
        "the blob " + std::string(sha256) + " has the content of " + file->sha256());
  }
  return copies_->keep(*std::move(file));
}

Result<std::int64_t> S3BlobStore::bytes_of(std::string_view sha256) {
  if (!is_blob_key(sha256)) return no_such_blob(sha256);
  auto bytes = client_->bytes_of(blob_path(sha256));
  if (!bytes && bytes.error().code == ErrorCode::not_found) return no_such_blob(sha256);
  return bytes;
}

Result<BlobRemoval> S3BlobStore::remove(std::string_view sha256,
                                        const std::function<Result<bool>()>& is_wanted) {
  if (!is_blob_key(sha256)) return no_such_blob(sha256);
  const auto folder = lock_folder(sha256);
  if (!folder) return std::unexpected(folder.error());
  return unless_wanted(*folder, is_wanted, [&]() -> Result<BlobRemoval> {
    const auto bytes = bytes_of(sha256);
    if (!bytes && bytes.error().code != ErrorCode::not_found) return std::unexpected(bytes.error());
    if (auto removed = client_->remove(blob_path(sha256)); !removed)
      return std::unexpected(std::move(removed.error()));
    copies_->forget(sha256);
    return BlobRemoval{.bytes = bytes.value_or(0)};
  });
}

Result<BlobRemoval> S3BlobStore::set_aside(std::string_view sha256,
                                           const std::function<Result<bool>()>& is_wanted) {
  const auto bytes = bytes_of(sha256);
  if (!bytes) return std::unexpected(bytes.error());
  const auto folder = lock_folder(sha256);
  if (!folder) return std::unexpected(folder.error());
  return unless_wanted(*folder, is_wanted, [&]() -> Result<BlobRemoval> {
    const std::string key = blob_path(sha256);
    auto copied = client_->copy(key, std::string(removed_blobs_folder).append("/").append(sha256));
    if (!copied && copied.error().code == ErrorCode::not_found) return no_such_blob(sha256);
    if (!copied) return std::unexpected(std::move(copied.error()));
    if (auto removed = client_->remove(key); !removed) return std::unexpected(std::move(removed.error()));
    copies_->forget(sha256);
    return BlobRemoval{.bytes = *bytes};
  });
}

Result<void> S3BlobStore::each(const std::function<void(std::string_view sha256, Time stored)>& visit) {
  return client_->each(std::string(blobs_folder) + '/', [&visit](const S3Object& object) {
    const std::string_view sha256 = std::string_view(object.key).substr(object.key.rfind('/') + 1);
    if (is_blob_key(sha256) && object.key == blob_path(sha256)) visit(sha256, object.modified);
  });
}

/// A list, since the answer about one object that is not there does not say whether the bucket is.
Result<void> S3BlobStore::reach() {
  return client_->each(blob_path(sha256_hex("nothing")), [](const S3Object& /*object*/) {});
}

}  // namespace

Result<std::unique_ptr<catalog::BlobStore>> open_s3_blob_store(const S3Settings& settings, fs::path locks,
                                                               Spool spool,
                                                               std::unique_ptr<LocalCopies> copies) {
  auto client = S3Client::make(settings);
  if (!client) return std::unexpected(std::move(client.error()));
  return std::make_unique<S3BlobStore>(*std::move(client), std::move(locks), std::move(spool),
                                       std::move(copies));
}

}  // namespace rucola::storage
