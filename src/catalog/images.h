// The port to source images; store.h says what holds for all ports. An image is named by its full hash or by
// an unambiguous prefix of it.
//
// Errors: not_found, bad_request (an ambiguous short hash, or none at all).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/purge.h"
#include "catalog/types.h"

namespace rucola::catalog {

struct ImageQuery {
  std::int64_t limit = 100;
  std::int64_t offset = 0;
  std::optional<std::string> binary_hash{};
  bool deleted = false;  ///< the deleted ones instead of the living
};

struct AddedImage {
  SourceImage image;
  bool created = false;  ///< false: it lived already
};

class Images {
 public:
  Images() = default;
  Images(const Images&) = delete;
  Images& operator=(const Images&) = delete;
  virtual ~Images() = default;

  /// Adds, or finds, the image of that hash in its organization; a deleted one comes back to life. Metadata
  /// fields of an existing image that the new one does not name stay.
  /// Errors: conflict where the organization has that SHA-1 with another SHA-256; forbidden where the image
  /// is there and locked, and its user metadata would change.
  virtual Result<AddedImage> add(const SourceImage& image) = 0;
  /// All of them, in one transaction, or none. Where `may_change` is no, an image that is there stays as it
  /// is, and one that was deleted stays so. Errors: also forbidden where one was.
  virtual Result<std::vector<AddedImage>> add_all(const std::vector<SourceImage>& images,
                                                  MayChange may_change) = 0;
  /// Adds the image, deletes the one in whose place it comes, where that still lives, and asks for the purge,
  /// where there is one: all of it, or nothing. Errors: as add(); forbidden where the other one is locked.
  virtual Result<AddedImage> replace(const SourceImage& image, std::string_view previous_hash,
                                     const std::optional<PurgeRequest>& purge) = 0;
  /// Deleted images are not found.
  virtual Result<SourceImage> find(std::string_view organization, std::string_view hash_or_prefix) = 0;
  /// Deleted images are found too. Errors: not_found where it never existed, or was deleted for good.
  virtual Result<SourceImage> find_even_deleted(std::string_view organization,
                                                std::string_view hash_or_prefix) = 0;
  /// Newest first.
  virtual Result<Page<SourceImage>> list(std::string_view organization, const ImageQuery& query) = 0;
  /// Errors: not_found; forbidden where the image is locked.
  virtual Result<void> remove(std::string_view organization, std::string_view hash_or_prefix) = 0;
  /// All living images of that file, or none of them. Errors: not_found where there is none; forbidden where
  /// one is locked.
  virtual Result<void> remove_file(std::string_view organization, std::string_view binary_hash) = 0;
  /// Errors: not_found where it never existed or was deleted for good. A living image is returned as it is.
  virtual Result<SourceImage> restore(std::string_view organization, std::string_view hash_or_prefix) = 0;
  /// The image as it is then.
  virtual Result<SourceImage> set_locked(std::string_view organization, std::string_view hash_or_prefix,
                                         bool locked) = 0;
  /// Adds the image that was fetched from `url`, which RenderSnapshot::remote_image() knows then: both, or
  /// neither. Anybody's request for a render fetches, so nothing that was deleted comes back by it: where
  /// stays_deleted() says so, nothing is added, and the URL leads to the deleted image. Returns the full hash
  /// of the image that it leads to. Errors: as add().
  virtual Result<std::string> add_fetched(const SourceImage& image, std::string_view url) = 0;
  /// Calls `visit` with every blob that any row, deleted images included, refers to, and its size.
  virtual Result<void> each_blob(
      const std::function<void(std::string_view sha256, std::int64_t bytes)>& visit) = 0;
};

}  // namespace rucola::catalog
