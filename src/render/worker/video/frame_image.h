// A frame that FFmpeg has decoded as an image of libvips.
//
// Threads: a worker has one. Errors: Refused (unsupported_media_type) where the colours are of a kind that
// can't be converted, vips::VError.
#pragma once

#include <vips/vips8>

#include "render/plan/size.h"
#include "render/worker/video/ffmpeg.h"

namespace rucola::render::worker {

/// Red, green and blue of that size, by the matrix and the range that the frame names, in its own primaries
/// and curve; of 8 bits, of 16 where the frame has more than eight. In memory.
vips::VImage rgb_of(const AVFrame& frame, Size size);

}  // namespace rucola::render::worker
