// A part of a video as an animation shows it: stills at even distances, one after the other, so that only
// one of them lies in memory.
//
// Hostile input is expected. Threads: a worker has one. Errors: those of video_still.h; Refused
// (payload_too_large) where too much would have to be decoded, before anything is.
#pragma once

#include <cstdint>
#include <optional>

#include <vips/vips8>

#include "render/plan/plan.h"
#include "render/plan/size.h"
#include "render/worker/video/video_file.h"
#include "render/worker/video/video_frames.h"

namespace rucola::render::worker {

struct Excerpt {
  std::int64_t start = 0;  ///< in milliseconds, as are all
  std::int64_t lasts = 0;  ///< no longer than the video
  std::int32_t frames_per_second = 1;
};

/// That the plan of an animation shows.
Excerpt excerpt_of(VideoFile& video, const Plan& plan);

class MovingPictures {
 public:
  /// `target`: all frames will be resized to this size (upright) at once. The video outlives the object.
  MovingPictures(VideoFile& video, const Excerpt& excerpt, const std::optional<Size>& target);

  /// The next frame, as still_of() has it, perhaps smaller, but still much larger than the target. Nothing:
  /// it shows the same picture as the one before. There are as many as frames_in() says, then the last stays.
  std::optional<vips::VImage> next();

 private:
  VideoFile& video_;
  Excerpt excerpt_;
  Size size_;  ///< of a picture before it is turned
  FrameWalk walk_;
  std::int64_t frame_ = 0;  ///< the next
};

}  // namespace rucola::render::worker
