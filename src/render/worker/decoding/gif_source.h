// GIFs as sources: read by libvips, once what it would get wrong has been put right (structure/gif_gaps.h).
//
// Threads: a worker has one. Errors: as source.h.
#pragma once

#include <optional>
#include <string_view>

#include "render/worker/decoding/source.h"
#include "render/worker/structure/gif_gaps.h"

namespace rucola::render::worker {

/// Before libvips sees the file.
Result<void> check_gif(std::string_view bytes, const protocol::Limits& limits, Scrutiny scrutiny);

/// The file as libvips has to read it; nothing where it may read it as it is.
std::optional<GifWithGaps> gaps_of(std::string_view bytes);

/// Its own frames, without those that were added, as far as `canvas` reaches.
vips::VImage decode_gif_with_gaps(const GifWithGaps& gif, Size canvas, const Decoding& decoding);

}  // namespace rucola::render::worker
