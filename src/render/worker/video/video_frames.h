// The pictures of a video, decoded one after the other, and those that a still is made of.
//
// Hostile input is expected: of damaged pictures FFmpeg shows what there is. Threads: a worker has one.
// Errors: Refused (unprocessable: nothing can be decoded; payload_too_large: too much would have to be, with
// the limit named).
#pragma once

#include <cstdint>

#include "render/worker/video/ffmpeg.h"
#include "render/worker/video/video_file.h"

namespace rucola::render::worker {

/// The first picture of the first three seconds that is not nearly of one colour, as films begin; where there
/// is none, the first of all.
ffmpeg::Owned<AVFrame> telling_frame(VideoFile& video);

/// The picture that is shown at that time, in milliseconds from the beginning; after the end, the last one.
ffmpeg::Owned<AVFrame> frame_at(VideoFile& video, std::int64_t milliseconds);

}  // namespace rucola::render::worker
