#include "cli/data.h"

#include <system_error>
#include <utility>

#include <stdlib.h>

#include "catalog/organization_rules.h"
#include "cli/blobs_place.h"
#include "cli/lost_catalog.h"
#include "cli/owner_only.h"
#include "storage/blobs/file_blob_store.h"
#include "storage/blobs/local_copies.h"
#include "storage/blobs/s3_blob_store.h"
#include "storage/catalog/sqlite_store.h"

namespace rucola::cli {
namespace {

constexpr const char* catalog_file = "catalog.sqlite";
constexpr const char* spool_folder = "spool";
constexpr const char* locks_folder = "blob-locks";

Result<void> open_catalog(const std::filesystem::path& directory, Data& data) {
  auto store = storage::open_sqlite_store(directory / catalog_file, data.room);
  if (!store) return std::unexpected(store.error());
  data.store = std::move(*store);
  return {};
}

using BlobStore = std::unique_ptr<catalog::BlobStore>;

Result<BlobStore> open_bucket(const std::filesystem::path& directory, const storage::S3Settings& place,
                              Result<Spool> spool, std::unique_ptr<storage::LocalCopies> copies) {
  if (!spool) return std::unexpected(std::move(spool.error()));
  return storage::open_s3_blob_store(place, directory / locks_folder, *std::move(spool), std::move(copies));
}

Result<Data> open_blobs(const std::filesystem::path& directory, const storage::S3Settings& place,
                        std::unique_ptr<storage::LocalCopies> copies) {
  Data data;
  auto blobs = place.url.empty()
                   ? storage::open_file_blob_store(directory, data.room)
                   : open_bucket(directory, place, Spool::open(directory / spool_folder, data.room),
                                 std::move(copies));
  if (!blobs) return std::unexpected(blobs.error());
  data.blobs = std::move(*blobs);
  data.blobs_at = place.url;
  return data;
}

/// A folder for temporary files, gone with its last owner.
Result<std::shared_ptr<const std::filesystem::path>> scratch_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "rucola-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    return fail(ErrorCode::internal, "No folder can be made for temporary files: " + pattern);
  return std::shared_ptr<const std::filesystem::path>(new std::filesystem::path(pattern),
                                                      [](const std::filesystem::path* path) {
                                                        std::error_code ignored;
                                                        std::filesystem::remove_all(*path, ignored);
                                                        delete path;
                                                      });
}

/// What is fetched to be looked at lies, without a name, where temporary files do.
Result<void> open_blobs_to_read(const std::filesystem::path& directory, Data& data) {
  const auto place = place_of_blobs(directory);
  if (!place) return std::unexpected(place.error());
  data.blobs_at = place->url;
  if (place->url.empty()) {
    data.blobs = storage::examine_file_blob_store(directory);
    return {};
  }
  auto scratch = scratch_folder();
  if (!scratch) return std::unexpected(scratch.error());
  auto blobs =
      open_bucket(directory, *place, Spool::open(**scratch), std::make_unique<storage::LocalCopies>());
  if (!blobs) return std::unexpected(blobs.error());
  data.scratch = *std::move(scratch);
  data.blobs = *std::move(blobs);
  return {};
}

Result<void> open_the_rest(const std::filesystem::path& directory, Data& data) {
  if (auto opened = open_catalog(directory, data); !opened) return opened;
  auto spool = Spool::open(directory / spool_folder, data.room);
  if (!spool) return std::unexpected(spool.error());
  data.spool = std::make_unique<const Spool>(std::move(*spool));
  return {};
}

Result<void> make_folder(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    return fail(ErrorCode::internal,
                "The data directory " + directory.string() + " can't be made: " + error.message());
  }
  keep_to_owner(directory);
  return {};
}

std::string where_blobs_are(const std::filesystem::path& directory, const storage::S3Settings& place) {
  return place.url.empty() ? (directory / "blobs").string() : place.url + "/blobs";
}

Result<Data> open_data_at(const std::filesystem::path& directory, const storage::S3Settings& place,
                          std::unique_ptr<storage::LocalCopies> copies) {
  auto data = open_blobs(directory, place, std::move(copies));
  if (!data) return data;
  // Before one is made.
  if (auto there =
          refuse_missing_catalog(directory / catalog_file, *data->blobs, where_blobs_are(directory, place));
      !there)
    return std::unexpected(there.error());
  if (auto opened = open_the_rest(directory, *data); !opened) return std::unexpected(opened.error());
  if (auto tidied = data->spool->remove_leftovers(); !tidied) return std::unexpected(tidied.error());
  return data;
}

Result<Data> with_its_own_catalog(const std::filesystem::path& directory, const storage::S3Settings& place,
                                  Data data) {
  if (auto theirs = refuse_foreign_catalog(directory / catalog_file, *data.store, *data.blobs,
                                           where_blobs_are(directory, place));
      !theirs)
    return std::unexpected(std::move(theirs.error()));
  return data;
}

}  // namespace

/// An empty file is none yet.
bool has_catalog(const std::filesystem::path& directory) {
  std::error_code unknown;
  return std::filesystem::file_size(directory / catalog_file, unknown) != 0 && !unknown;
}

Result<Data> open_data(const std::filesystem::path& directory) {
  if (auto made = make_folder(directory); !made) return std::unexpected(made.error());
  const auto place = place_of_blobs(directory);
  if (!place) return std::unexpected(place.error());
  auto data = open_data_at(directory, *place, std::make_unique<storage::LocalCopies>());
  // Who only makes a user needs no keys for a bucket; the server has looked.
  if (!data || !place->url.empty()) return data;
  return with_its_own_catalog(directory, *place, *std::move(data));
}

Result<Data> open_data_to_serve(const std::filesystem::path& directory, const storage::S3Settings& blobs) {
  if (auto made = make_folder(directory); !made) return std::unexpected(made.error());
  const auto place = place_of_blobs(directory, blobs);
  if (!place) return std::unexpected(place.error());
  if (place->url.empty()) return open_data(directory);
  if (auto new_there = has_no_blobs_of_its_own(directory, *place); !new_there)
    return std::unexpected(new_there.error());
  auto data = open_data_at(directory, *place,
                           std::make_unique<storage::LocalCopies>(directory / "copies", place->copies_bytes));
  if (!data || is_place_noted(directory)) return data;
  // Keys that are wrong, and a bucket that is not there, are told to whoever starts it for the first time.
  if (auto reached = data->blobs->reach(); !reached) return std::unexpected(reached.error());
  data = with_its_own_catalog(directory, *place, *std::move(data));
  if (!data) return data;
  if (auto noted = note_place_of_blobs(directory, *place); !noted) return std::unexpected(noted.error());
  return data;
}

Result<Data> open_data_to_read(const std::filesystem::path& directory) {
  if (!has_catalog(directory)) {
    return fail(ErrorCode::not_found, "There is no catalog at " + (directory / catalog_file).string() +
                                          ": there is nothing to be read, and nothing was changed.");
  }
  Data data;
  if (auto opened = open_blobs_to_read(directory, data); !opened) return std::unexpected(opened.error());
  data.spool = std::make_unique<const Spool>(Spool::to_examine(directory / spool_folder));
  auto store = storage::examine_sqlite_store(directory / catalog_file);
  if (!store) return std::unexpected(store.error());
  data.store = std::move(*store);
  return data;
}

Result<catalog::Organization> make_organization(const Data& data, const std::string& name,
                                                const std::string& display_name,
                                                const std::string& billing_email) {
  if (auto good = catalog::may_be_organization_name(name); !good) return std::unexpected(good.error());
  return data.store->organizations().create(name, display_name, billing_email);
}

std::filesystem::path worker_program() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "rucola-worker";
}

}  // namespace rucola::cli
