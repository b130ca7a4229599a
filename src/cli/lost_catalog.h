// A catalog that is missing, or that is not the one of the blobs beside it: it was deleted, a mount is
// missing, an empty one was put in its place. To go on would tell everybody that nothing was ever uploaded,
// and whoever clears away blobs without a row would clear away all of them.
//
// A crash leaves blobs without rows too, but few, and none that is older than the catalog's organizations.
//
// Threads: one, which blocks. Errors: conflict, in words for whoever starts the program; what the ports say.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"
#include "catalog/blob_store.h"
#include "catalog/store.h"

namespace rucola::cli {

/// Before the catalog is opened, and so made. `catalog_file` is empty, or not there, but there are blobs.
/// `where` is for people: the folder in which blobs lie, or its URL.
Result<void> refuse_missing_catalog(const std::filesystem::path& catalog_file, catalog::BlobStore& blobs,
                                    const std::string& where);

/// The catalog knows no image, but there are blobs from before it, or more than a crash leaves.
Result<void> refuse_foreign_catalog(const std::filesystem::path& catalog_file, catalog::Store& store,
                                    catalog::BlobStore& blobs, const std::string& where);

}  // namespace rucola::cli
