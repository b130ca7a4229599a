// The pictures of a video, decoded one after the other, and those that stills and animations are made of.
//
// Hostile input is expected: of damaged pictures FFmpeg shows what there is. Threads: a worker has one.
// Errors: Refused (unprocessable: nothing can be decoded; payload_too_large: too much would have to be, with
// the limit named).
#pragma once

#include <cstdint>
#include <memory>

#include "render/worker/video/ffmpeg.h"
#include "render/worker/video/video_file.h"

namespace rucola::render::worker {

/// The first picture of the first three seconds that is not nearly of one colour, as films begin; where there
/// is none, the first of all.
ffmpeg::Owned<AVFrame> telling_frame(VideoFile& video);

/// The picture that is shown at that time, in milliseconds from the beginning; after the end, the last one.
ffmpeg::Owned<AVFrame> frame_at(VideoFile& video, std::int64_t milliseconds);

/// The pictures of a part of a video, one after the other. The video outlives it, and is read by nobody else
/// meanwhile.
class FrameWalk {
 public:
  /// From the picture at `first` to the one at `last`, both as the video counts time (first_time(), in units
  /// of pictures().time_base).
  FrameWalk(VideoFile& video, std::int64_t first, std::int64_t last);
  FrameWalk(const FrameWalk&) = delete;
  FrameWalk& operator=(const FrameWalk&) = delete;
  ~FrameWalk();

  /// The picture that is shown then, which is no earlier than what was asked for before; after the end, the
  /// last one. Null where it is the same as before. Valid until the next call.
  const AVFrame* at(std::int64_t time);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rucola::render::worker
