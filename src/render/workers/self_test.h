// What a worker must show before it gets jobs: every format decodes and encodes, text is not blank, files are
// out of reach. One tests the sandbox for all of them: they are the same program under the same rules.
//
// Threads: that of the worker; blocks.
#pragma once

#include "base/error.h"
#include "render/protocol/messages.h"
#include "render/workers/process.h"

namespace rucola::render {

/// Logs what measures of the sandbox this machine does not allow. Errors: bad_request where all of them are
/// required; internal, with what failed.
Result<void> self_test(WorkerProcess& worker, const protocol::Limits& limits, bool require_sandbox);

}  // namespace rucola::render
