// The data folder is its owner's alone: the catalog holds signing keys, and originals may be protected.
//
// Threads: one, which blocks. Errors: none; what can't be changed is logged, since the folder may belong to
// somebody else on purpose.
#pragma once

#include <filesystem>

namespace rucola::cli {

/// Takes what others may do from the folder (0700) and its files (0600). Where the folder and the catalog are
/// right already, it looks no further: there may be millions of files. A folder in which there is something
/// else besides keeps its mode. Links are not followed.
void keep_to_owner(const std::filesystem::path& directory);

}  // namespace rucola::cli
