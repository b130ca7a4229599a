// Sequences in AVIFs as sources: what browsers show moving moves, and where nothing moves the first frame is
// shown. All other AVIFs are libvips'.
//
// Threads: a worker has one. Errors: as source.h.
#pragma once

#include <optional>
#include <string_view>

#include "render/worker/decoding/source.h"

namespace rucola::render::worker {

/// Nothing: it has no sequence, or none that browsers show.
std::optional<Result<SourceHeader>> read_sequence_header(std::string_view bytes,
                                                         const protocol::Limits& limits);

/// `header` has a sequence.
vips::VImage decode_sequence(std::string_view bytes, const SourceHeader& header, const Decoding& decoding);

}  // namespace rucola::render::worker
