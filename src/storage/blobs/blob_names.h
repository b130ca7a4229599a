// How blobs are called where they lie: by their SHA-256, in a folder of its first two letters. The same in
// the data folder and in a bucket, so that who copies the one has the other.
//
// Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace rucola::storage {

inline constexpr const char* blobs_folder = "blobs";
inline constexpr const char* removed_blobs_folder = "removed/blobs";

/// Is it the SHA-256 of a blob, and so safe in a path?
bool is_blob_key(std::string_view text);
/// `blobs/ab/abcdef…`
std::string blob_path(std::string_view sha256);

std::unexpected<Error> no_such_blob(std::string_view sha256);

}  // namespace rucola::storage
