// The pictures of a video from a time on, decoded one after the other, where a keyframe may be none: in films
// that are refreshed bit by bit (H.264 with intra refresh) it is where a decoder may begin, which shows
// nothing until all has been refreshed.
//
// Hostile input is expected: tries are few, and what all of them decode counts. Threads: a worker has one.
// Errors: those of decoder.h, and of the check.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "render/worker/video/decoder.h"
#include "render/worker/video/ffmpeg.h"
#include "render/worker/video/video_file.h"

namespace rucola::render::worker {

/// The video outlives it, and is read by nobody else meanwhile.
class PicturesFrom {
 public:
  /// Reads from where the video stands all that is wanted, and throws where that would be too much to decode,
  /// `already` pictures having been.
  using Check = std::function<void(std::int64_t already)>;

  /// `time` in units of pictures().time_base; without it, from the beginning of the video. The check is
  /// called before anything is decoded, and again wherever it is from farther back.
  PicturesFrom(VideoFile& video, std::optional<std::int64_t> time, const Check& check);

  /// The first one is no later than the time, where there is such a one; others may lie between. False: there
  /// is no other, or none that may be decoded.
  bool next(AVFrame& frame);

 private:
  /// Without a time, to the beginning.
  void go_to(std::optional<std::int64_t> time);
  void begin_at(std::optional<std::int64_t> time, const Check& check, std::int64_t already);
  void search(std::int64_t time, const Check& check);
  /// Of the picture that decoding would begin with; AV_NOPTS_VALUE where nobody knows.
  std::int64_t decoding_time_at(std::optional<std::int64_t> time);

  VideoFile& video_;
  std::optional<Decoder> decoder_;
  ffmpeg::Owned<AVFrame> first_;  ///< that has been decoded, but not been given away
  bool has_first_ = false;
};

}  // namespace rucola::render::worker
