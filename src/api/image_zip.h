// A zip archive of originals, made while it is sent.
//
// Ownership: borrows the blob store, which must outlive it. Memory: about 800 bytes an image, and what is
// read at one time. Threads, errors: those of a BodySource; an original that is lost or damaged breaks the
// archive off, since one without it would look whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/zip_names.h"
#include "base/time.h"
#include "base/zip_writer.h"
#include "catalog/blob_store.h"
#include "catalog/types.h"
#include "message/response.h"

namespace rucola::api {

class ImageZip final : public message::BodySource {
 public:
  explicit ImageZip(catalog::BlobStore& blobs) : blobs_(blobs) {}

  /// Before the first piece is made.
  void add(const catalog::SourceImage& image);
  [[nodiscard]] std::size_t images() const { return entries_.size(); }

  Result<void> next(std::string& piece) override;

 private:
  struct Entry {
    std::string name;
    std::string blob;
    std::int64_t bytes;
    Time created;
  };

  Result<void> step();
  Result<void> open(const Entry& entry);
  Result<void> read_on();

  catalog::BlobStore& blobs_;
  ZipNames names_;
  std::vector<Entry> entries_;
  std::size_t begun_ = 0;  ///< entries
  std::optional<catalog::OpenBlob> open_{};
  std::int64_t missing_ = 0;  ///< bytes of the open one
  bool finished_ = false;
  std::string buffer_{};
  ZipWriter zip_{};
};

}  // namespace rucola::api
