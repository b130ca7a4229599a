// From a file to a source image: inspected in the sandbox, stored, then recorded; blob first, row second.
//
// Threads: any; blocks on a render worker, the disk and the catalog.
#pragma once

#include <string>

#include "base/spool.h"
#include "catalog/blob_store.h"
#include "catalog/images.h"
#include "render/renderer.h"

namespace rucola::delivery {

struct Incoming {
  SpooledFile file;
  std::string filename;  ///< for people
  std::string user_metadata_json = "{}";
  std::string dynamic_metadata_json = "{}";  ///< canonical
  bool is_protected = false;
};

/// What is known of a file once the sandbox has decoded it, before anything is stored.
struct Inspected {
  Incoming incoming;
  render::Inspection inspection;
};

/// Errors: unprocessable (not an image, damaged), payload_too_large (a limit), overloaded.
Result<Inspected> inspect_blocking(render::Renderer& renderer, Incoming incoming);

/// Errors: conflict (another file with the same SHA-1), storage_full, internal.
Result<catalog::AddedImage> store_blocking(catalog::Images& images, catalog::BlobStore& blobs,
                                           Inspected inspected, const std::string& organization);

}  // namespace rucola::delivery
