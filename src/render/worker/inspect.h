// What ingesting learns of a file, by decoding all of it once. Errors: as source.h.
#pragma once

#include <optional>
#include <string_view>

#include "render/protocol/messages.h"
#include "render/source/inspection.h"

namespace rucola::render::worker {

Result<Inspection> inspect_source(std::string_view bytes, const protocol::Limits& limits);

/// Nothing: it would take long, or may, and was not begun.
Result<std::optional<Inspection>> inspect_source_unless_heavy(std::string_view bytes,
                                                              const protocol::Limits& limits);

}  // namespace rucola::render::worker
