// Opening a data directory from a command. Several processes may have it open, a running server among them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/disk_room.h"
#include "base/spool.h"
#include "catalog/blob_store.h"
#include "catalog/store.h"
#include "storage/s3/settings.h"

namespace rucola::cli {

struct Data {
  std::shared_ptr<DiskRoom> room = std::make_shared<DiskRoom>();  ///< for all of these, once it is offered
  std::unique_ptr<catalog::Store> store{};
  std::unique_ptr<catalog::BlobStore> blobs{};
  std::string blobs_at{};  ///< s3://… where they are not in the data folder
  std::unique_ptr<const Spool> spool{};
  std::shared_ptr<const std::filesystem::path> scratch{};  ///< for who only looks at blobs that are fetched
};

bool has_catalog(const std::filesystem::path& directory);

/// Makes the directory where it is missing. Errors: internal, saying which path and why; conflict where the
/// catalog is not the one of the blobs beside it (lost_catalog.h), or these are elsewhere (blobs_place.h).
Result<Data> open_data(const std::filesystem::path& directory);
/// For a server, whose configuration says where the blobs are, and which keeps copies of what is far away.
Result<Data> open_data_to_serve(const std::filesystem::path& directory, const storage::S3Settings& blobs);

/// For who only looks at it, or for damage: only where there is a catalog already, whatever it looks like.
/// Makes no file, changes no byte and tidies nothing up: it may be on a read-only file system, or somebody
/// else's. Errors: internal; not_found.
Result<Data> open_data_to_read(const std::filesystem::path& directory);

/// Errors: bad_request where the name could not be a part of the render host's name; conflict where it is
/// taken.
Result<catalog::Organization> make_organization(const Data& data, const std::string& name,
                                                const std::string& display_name,
                                                const std::string& billing_email);

/// The file next to this program that renders: rucola-worker.
std::filesystem::path worker_program();

/// For --data where the command has no configuration file.
inline constexpr const char* default_data_directory = "./data";

}  // namespace rucola::cli
