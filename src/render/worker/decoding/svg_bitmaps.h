// The bitmaps inside an SVG (data:image/…). librsvg 2.54 has others than PNG and JPEG read by programs that
// lie in files, which the sandbox keeps it from, and it believes what an address says of itself: so GIF, WebP
// and what is called by a wrong name are put there as PNG.
//
// Threads: a worker has one. Hostile input is expected. Errors: payload_too_large where the bitmaps have more
// pixels together than a source may have. One that can't be read stays, and leaves a hole as in a browser.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "render/protocol/messages.h"

namespace rucola::render::worker {

/// Nothing where all are known already.
Result<std::optional<std::string>> with_known_bitmaps(std::string_view svg, const protocol::Limits& limits);

}  // namespace rucola::render::worker
