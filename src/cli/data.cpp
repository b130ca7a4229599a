#include "cli/data.h"

#include <system_error>

#include "catalog/names.h"
#include "storage/blobs/file_blob_store.h"
#include "storage/catalog/sqlite_store.h"

namespace rucola::cli {

Result<Data> open_data(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    return fail(ErrorCode::internal,
                "The data directory " + directory.string() + " can't be made: " + error.message());
  }
  Data data;
  auto store = storage::open_sqlite_store(directory / "catalog.sqlite");
  if (!store) return std::unexpected(store.error());
  data.store = std::move(*store);
  auto blobs = storage::open_file_blob_store(directory);
  if (!blobs) return std::unexpected(blobs.error());
  data.blobs = std::move(*blobs);
  auto spool = Spool::open(directory / "spool");
  if (!spool) return std::unexpected(spool.error());
  data.spool = std::make_unique<const Spool>(std::move(*spool));
  return data;
}

Result<catalog::Organization> make_organization(const Data& data, const std::string& name,
                                                const std::string& display_name,
                                                const std::string& billing_email) {
  if (!catalog::is_organization_name(name)) {
    return fail(ErrorCode::bad_request,
                "\"" + name +
                    "\" can't be an organization's name: it is a part of a host's name and consists of 2 "
                    "to 63 lower-case letters, digits and hyphens; no hyphen at an end.");
  }
  return data.store->organizations().create(name, display_name, billing_email);
}

std::filesystem::path worker_program() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "rucola-worker";
}

}  // namespace rucola::cli
