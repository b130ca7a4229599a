// catalog::Images over SQLite: a transaction, or a reader, around the SQL of ../sqlite/images.h,
// image_search.h and remote_images.h.
//
// Threads, ownership and errors: those of the database, which outlives it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/images.h"
#include "storage/catalog/sqlite/database.h"

namespace rucola::storage {

class SqliteImages final : public catalog::Images {
 public:
  explicit SqliteImages(Database& database) : database_(database) {}

  Result<catalog::AddedImage> add(const catalog::SourceImage& image) override;
  Result<std::vector<catalog::AddedImage>> add_all(const std::vector<catalog::SourceImage>& wanted,
                                                   catalog::MayChange may_change) override;
  Result<catalog::DerivedImage> derive(std::string_view organization, std::string_view hash_or_prefix,
                                       const catalog::Derivation& how) override;
  Result<catalog::CopiedImage> copy(const catalog::Copying& how, std::string_view hash_or_prefix) override;
  Result<std::vector<catalog::CopyOutcome>> copy_all(
      const catalog::Copying& how, const std::vector<std::string>& hashes_or_prefixes) override;
  Result<catalog::SourceImage> set_user_metadata(std::string_view organization,
                                                 std::string_view hash_or_prefix,
                                                 const catalog::ChangeUserMetadata& change) override;
  Result<catalog::SourceImage> set_name(std::string_view organization, std::string_view hash_or_prefix,
                                        std::string_view name) override;
  Result<catalog::SourceImage> find(std::string_view organization, std::string_view hash_or_prefix) override;
  Result<catalog::SourceImage> find_even_deleted(std::string_view organization,
                                                 std::string_view hash_or_prefix) override;
  Result<catalog::FoundImages> search(std::string_view organization,
                                      const catalog::ImageSearch& asked) override;
  Result<void> remove(std::string_view organization, std::string_view hash_or_prefix) override;
  Result<void> remove_file(std::string_view organization, std::string_view binary_hash) override;
  Result<catalog::SourceImage> restore(std::string_view organization,
                                       std::string_view hash_or_prefix) override;
  Result<catalog::SourceImage> set_locked(std::string_view organization, std::string_view hash_or_prefix,
                                          bool locked) override;
  Result<std::string> add_fetched(const catalog::SourceImage& image, std::string_view url) override;
  Result<std::string> add_fetched_still(const catalog::SourceImage& still, std::string_view url,
                                        const catalog::FetchedVideo& video) override;
  Result<void> each_blob(
      const std::function<void(std::string_view sha256, std::int64_t bytes)>& visit) override;

 private:
  Database& database_;
};

}  // namespace rucola::storage
