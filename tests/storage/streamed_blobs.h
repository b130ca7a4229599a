// A blob store that hands out streams, as an object store does.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>

#include <unistd.h>

#include "catalog/blob_store.h"

namespace rucola::test {

/// Of a file, in pieces of a few bytes.
class SlowStream final : public catalog::BlobStream {
 public:
  explicit SlowStream(UniqueFd fd) : fd_(std::move(fd)) {}

  Result<std::size_t> read(std::span<char> into) override {
    const ssize_t got = ::read(fd_.get(), into.data(), std::min<std::size_t>(into.size(), 1000));
    if (got < 0) return fail(ErrorCode::internal, "The stream broke off.");
    return static_cast<std::size_t>(got);
  }

 private:
  UniqueFd fd_;
};

/// All that another store has.
class StreamedBlobs final : public catalog::BlobStore {
 public:
  explicit StreamedBlobs(std::unique_ptr<catalog::BlobStore> files) : files_(std::move(files)) {}

  Result<catalog::HeldBlob> store(SpooledFile file) override { return files_->store(std::move(file)); }
  Result<catalog::OpenBlob> open(std::string_view sha256) override {
    auto blob = files_->open(sha256);
    if (blob) blob->content = std::make_unique<SlowStream>(std::get<UniqueFd>(std::move(blob->content)));
    return blob;
  }
  Result<catalog::BlobRemoval> remove(std::string_view sha256,
                                      const std::function<Result<bool>()>& is_wanted) override {
    return files_->remove(sha256, is_wanted);
  }
  Result<catalog::BlobRemoval> set_aside(std::string_view sha256,
                                         const std::function<Result<bool>()>& is_wanted) override {
    return files_->set_aside(sha256, is_wanted);
  }
  Result<void> each(const std::function<void(std::string_view, Time)>& visit) override {
    return files_->each(visit);
  }

 private:
  std::unique_ptr<catalog::BlobStore> files_;
};

}  // namespace rucola::test
