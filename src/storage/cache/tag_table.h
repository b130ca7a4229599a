// The validators of renders in a file of fixed size: each key has one place, which the next key of that place
// takes over.
//
//   place (64 bytes) = key (32) · first half of the bytes' digest (16) · milliseconds since 1970 (8) ·
//                      checksum of the place (8), all of this machine's byte order
//
// Nothing is synced: a place that a power loss left half written is told by its checksum. The file is a cache
// and can be removed while the server is stopped.
//
// Threads: any; each call is one or two small reads or writes of the file. Ownership: the table owns the
// file.
#pragma once

#include <filesystem>
#include <memory>

#include "base/error.h"
#include "delivery/cache/render_tags.h"

namespace rucola::storage {

/// 131,072 places: 8 MiB on disk at the most. Errors: internal.
Result<std::unique_ptr<delivery::RenderTags>> open_tag_table(const std::filesystem::path& file);

}  // namespace rucola::storage
