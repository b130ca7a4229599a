// A picture of a video as an image: upright, with square pixels, in the colours that the video says.
//
// Threads: a worker has one. Errors: those of video_frames.h, Refused (unsupported_media_type) where the
// colours are of a kind that can't be converted, vips::VError.
#pragma once

#include <cstdint>

#include <vips/vips8>

#include "render/plan/size.h"
#include "render/worker/video/video_file.h"

namespace rucola::render::worker {

/// One of its pictures that has been decoded, of that size before it is turned; otherwise as below.
vips::VImage upright_picture(const AVFrame& frame, const VideoFile& video, Size size);

/// `timestamp` as Plan::timestamp. In memory; of 16 bits where the video has more than eight and is not
/// tone-mapped.
vips::VImage still_of(VideoFile& video, std::int32_t timestamp);

}  // namespace rucola::render::worker
