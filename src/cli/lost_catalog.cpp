#include "cli/lost_catalog.h"

#include <cstdint>
#include <string>
#include <system_error>

namespace rucola::cli {
namespace {

/// Uploads that one crash can interrupt between their blob and their row.
constexpr std::int64_t most_of_a_crash = 64;

struct Count {
  std::int64_t all = 0;
  std::int64_t older = 0;
};

Result<Count> count(catalog::BlobStore& blobs, Time than) {
  Count found;
  auto visited = blobs.each([&](std::string_view /*sha256*/, Time stored) {
    ++found.all;
    if (stored < than) ++found.older;
  });
  if (!visited) return std::unexpected(visited.error());
  return found;
}

std::unexpected<Error> refuse(const std::filesystem::path& catalog_file, const std::string& what,
                              const std::string& where, std::int64_t blobs) {
  return fail(
      ErrorCode::conflict,
      "The catalog " + catalog_file.string() + " " + what + ", but " + std::to_string(blobs) +
          (blobs == 1 ? " original lies" : " originals lie") + " in " + where +
          ". Put their catalog back, from a backup if need be. To begin anew instead, move the folder " +
          where + " away first.");
}

}  // namespace

Result<void> refuse_missing_catalog(const std::filesystem::path& catalog_file, catalog::BlobStore& blobs,
                                    const std::string& where) {
  std::error_code missing;
  if (std::filesystem::file_size(catalog_file, missing) > 0 && !missing) return {};
  const auto found = count(blobs, Time::max());
  if (!found) return std::unexpected(found.error());
  if (found->all == 0) return {};
  return refuse(catalog_file, missing ? "is missing" : "is empty", where, found->all);
}

Result<void> refuse_foreign_catalog(const std::filesystem::path& catalog_file, catalog::Store& store,
                                    catalog::BlobStore& blobs, const std::string& where) {
  const auto empty_since = store.without_images_since();
  if (!empty_since) return std::unexpected(empty_since.error());
  if (!*empty_since) return {};
  const auto found = count(blobs, **empty_since);
  if (!found) return std::unexpected(found.error());
  if (found->older == 0 && found->all <= most_of_a_crash) return {};
  return refuse(catalog_file, "knows no image", where, found->all);
}

}  // namespace rucola::cli
