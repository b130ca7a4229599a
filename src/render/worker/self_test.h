// What must be true of a confined worker before it gets its first stranger's file: every format decodes and
// encodes, text in a drawing is not blank, files can be neither read nor written.
//
// Threads: a worker has one. Errors: internal, the public message saying which check failed.
#pragma once

#include "base/error.h"

namespace rucola::render::worker {

/// `files_restricted`: Landlock is there, so that reading is refused too.
Result<void> self_test(bool files_restricted);

}  // namespace rucola::render::worker
