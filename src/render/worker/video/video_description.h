// What the API says of a video besides its size: duration, bit rate, and what its streams are, in FFmpeg's
// words.
//
// Threads: a worker has one.
#pragma once

#include <boost/json/object.hpp>

#include "render/worker/video/video_file.h"

namespace rucola::render::worker {

/// What stands below "video" in the static metadata: {"data": {"video_info": "h264 (High) …", "audio_info":
/// …, "hours": "00", "mins": "01", "secs": "19", "ms": "34", "duration": "00:01:19.34", "bitrate_per_sec":
/// 6314953}}. "ms" are hundredths. The bit rate is that of the
/// whole file, of `bytes` bytes.
boost::json::object describe_video(VideoFile& video, std::size_t bytes);

}  // namespace rucola::render::worker
