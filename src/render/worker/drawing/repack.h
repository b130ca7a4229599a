// Writes a source anew, in a format that takes less room and shows the same: TIFF and BMP as PNG, JPEG or
// WebP. It is upright then; profile (of `lossless`), resolution and metadata stay, as far as the new format
// has them.
//
// Threads: a worker has one. Errors: as decoding/source.h; unsupported_media_type where it had better stay as
// it is: it is neither TIFF nor BMP, has several pages, or more than the new format can hold, or would only
// become larger.
#pragma once

#include <string_view>

#include "base/error.h"
#include "render/plan/repacking.h"
#include "render/protocol/messages.h"
#include "render/worker/drawing/draw.h"

namespace rucola::render::worker {

Result<Drawing> repack(std::string_view bytes, Repacking how, const protocol::Limits& limits);

}  // namespace rucola::render::worker
