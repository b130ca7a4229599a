// What ingesting learns of a file, by decoding all of it once. Errors: as decoding/source.h.
#pragma once

#include <optional>

#include "render/protocol/messages.h"
#include "render/source/inspection.h"
#include "render/worker/memory/files.h"

namespace rucola::render::worker {

Result<Inspection> inspect_source(const File& file, const protocol::Limits& limits);

/// Nothing: it would take long, or may, and was not begun.
Result<std::optional<Inspection>> inspect_source_unless_heavy(const File& file,
                                                              const protocol::Limits& limits);

}  // namespace rucola::render::worker
