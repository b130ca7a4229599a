// Of what kind a file is that is no picture, by its content: libmagic says, which knows a few thousand. Those
// few are told apart that browsers don't execute.
//
// A worker has one thread. What libmagic knows lies in a file, which is read when the first such file comes:
// it takes 10 ms, and 10 MB, most of which all workers share.
#pragma once

#include <array>
#include <optional>

#include "render/plan/format.h"
#include "render/worker/memory/files.h"

namespace rucola::render::worker {

/// Where distributions put libmagic's file.
inline constexpr std::array magic_directories{"/usr/lib/file", "/usr/share/misc", "/usr/share/file"};

/// One of mere_files(); nothing for all others.
std::optional<Format> kind_of_file(const File& file);

}  // namespace rucola::render::worker
