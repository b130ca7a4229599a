#include "cli/data.h"

#include <system_error>
#include <utility>

#include "catalog/organization_rules.h"
#include "cli/lost_catalog.h"
#include "cli/owner_only.h"
#include "storage/blobs/file_blob_store.h"
#include "storage/catalog/sqlite_store.h"

namespace rucola::cli {
namespace {

constexpr const char* catalog_file = "catalog.sqlite";
constexpr const char* spool_folder = "spool";

Result<void> open_catalog(const std::filesystem::path& directory, Data& data) {
  auto store = storage::open_sqlite_store(directory / catalog_file, data.room);
  if (!store) return std::unexpected(store.error());
  data.store = std::move(*store);
  return {};
}

Result<Data> open_blobs(const std::filesystem::path& directory) {
  Data data;
  auto blobs = storage::open_file_blob_store(directory, data.room);
  if (!blobs) return std::unexpected(blobs.error());
  data.blobs = std::move(*blobs);
  return data;
}

Result<void> open_the_rest(const std::filesystem::path& directory, Data& data) {
  if (auto opened = open_catalog(directory, data); !opened) return opened;
  auto spool = Spool::open(directory / spool_folder, data.room);
  if (!spool) return std::unexpected(spool.error());
  data.spool = std::make_unique<const Spool>(std::move(*spool));
  return {};
}

}  // namespace

/// An empty file is none yet.
bool has_catalog(const std::filesystem::path& directory) {
  std::error_code unknown;
  return std::filesystem::file_size(directory / catalog_file, unknown) != 0 && !unknown;
}

Result<Data> open_data(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    return fail(ErrorCode::internal,
                "The data directory " + directory.string() + " can't be made: " + error.message());
  }
  keep_to_owner(directory);
  auto data = open_blobs(directory);
  if (!data) return data;
  // Before one is made.
  if (auto there = refuse_missing_catalog(directory / catalog_file, *data->blobs); !there)
    return std::unexpected(there.error());
  if (auto opened = open_the_rest(directory, *data); !opened) return std::unexpected(opened.error());
  if (auto theirs = refuse_foreign_catalog(directory / catalog_file, *data->store, *data->blobs); !theirs)
    return std::unexpected(theirs.error());
  if (auto tidied = data->spool->remove_leftovers(); !tidied) return std::unexpected(tidied.error());
  return data;
}

Result<Data> open_data_to_read(const std::filesystem::path& directory) {
  if (!has_catalog(directory)) {
    return fail(ErrorCode::not_found, "There is no catalog at " + (directory / catalog_file).string() +
                                          ": there is nothing to be read, and nothing was changed.");
  }
  Data data;
  data.blobs = storage::examine_file_blob_store(directory);
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
