// Rows of source images. The contracts are those of catalog::Images, the rules those of
// catalog/image_rules.h.
// Functions that change something expect to run inside a transaction. They throw DatabaseFailure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "catalog/images.h"
#include "storage/catalog/sqlite/connection.h"

namespace rucola::storage::images {

Result<catalog::AddedImage> add(Connection& connection, const catalog::SourceImage& image,
                                catalog::MayChange may_change = catalog::MayChange::yes);

struct Derived {
  catalog::SourceImage previous;
  catalog::SourceImage image;
  bool changed = false;
};
/// As catalog::Images::derive(), but for what happens to the previous one.
Result<Derived> derive(Connection& connection, std::string_view organization, std::string_view hash_or_prefix,
                       const catalog::Derivation& how);
/// Would copy() refuse it? Writes nothing.
Result<void> check_copy(Connection& connection, const catalog::Copying& how, std::string_view hash_or_prefix);
/// As catalog::Images::copy().
Result<catalog::CopiedImage> copy(Connection& connection, const catalog::Copying& how,
                                  std::string_view hash_or_prefix);
/// As catalog::Images::set_user_metadata().
Result<catalog::SourceImage> set_user_metadata(Connection& connection, std::string_view organization,
                                               std::string_view hash_or_prefix,
                                               const catalog::ChangeUserMetadata& change);
Result<catalog::SourceImage> set_name(Connection& connection, std::string_view organization,
                                      std::string_view hash_or_prefix, std::string_view name);
/// As catalog::stays_deleted(): the full hash of the image that this one would bring back.
Result<std::optional<std::string>> stays_deleted(Connection& connection, const catalog::SourceImage& image);
/// As catalog::Images::add_fetched(), but for the URL: the full hash.
Result<std::string> add_fetched(Connection& connection, const catalog::SourceImage& image);
Result<catalog::SourceImage> find(Connection& connection, std::string_view organization,
                                  std::string_view hash_or_prefix);
Result<catalog::SourceImage> find_even_deleted(Connection& connection, std::string_view organization,
                                               std::string_view hash_or_prefix);
/// The full hash of a living image.
Result<std::string> full_hash(Connection& connection, std::string_view organization,
                              std::string_view hash_or_prefix);
Result<void> remove(Connection& connection, std::string_view organization, std::string_view hash_or_prefix);
/// As catalog::Images::remove_file().
Result<void> remove_file(Connection& connection, std::string_view organization, std::string_view binary_hash);
Result<catalog::SourceImage> restore(Connection& connection, std::string_view organization,
                                     std::string_view hash_or_prefix);
Result<catalog::SourceImage> set_locked(Connection& connection, std::string_view organization,
                                        std::string_view hash_or_prefix, bool locked);
/// Also where it is gone for good.
bool ever_existed(Connection& connection, std::string_view organization, std::string_view hash_or_prefix);

/// The image of that row, which is there.
catalog::SourceImage load(Connection& connection, std::int64_t row_id);
/// How many the organization has, living or deleted. Reads one row.
std::int64_t count_all(Connection& connection, std::int64_t organization, bool deleted);
/// Writes the values of all images, of whom none has any yet, into their index: the twelfth migration.
void index_values(Connection& connection);

/// As catalog::Store::without_images_since().
Result<std::optional<Time>> none_since(Connection& connection);

struct BlobReference {
  std::int64_t row;
  std::string blob;
  std::int64_t bytes;
};
/// The next rows after `row`, in the order in which they were added; none at the end.
std::vector<BlobReference> blobs_after(Connection& connection, std::int64_t row);

}  // namespace rucola::storage::images
