// Videos as sources.
//
// Threads: a worker has one. Errors: as source.h; Refused where nothing can be decoded.
#pragma once

#include <string_view>

#include "render/worker/decoding/source.h"

namespace rucola::render::worker {

/// `format`: is_video().
Result<SourceHeader> read_video_header(std::string_view bytes, Format format, const protocol::Limits& limits,
                                       Scrutiny scrutiny);

}  // namespace rucola::render::worker
