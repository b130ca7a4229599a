// Time in a video whose streams each count it in units of their own: in ticks, as the streams of MPEG-TS do,
// from the beginning of the video.
//
// Times of strangers are expected: nothing overflows. Values; threads: any.
#pragma once

#include <cstdint>

#include "render/worker/video/ffmpeg.h"
#include "render/worker/video/video_file.h"

namespace rucola::render::worker {

inline constexpr std::int64_t ticks_a_second = 90'000;

class FilmClock {
 public:
  explicit FilmClock(const VideoFile& video);

  /// `time`, which is a time, of a stream of the video that counts in `unit`. Nothing is farther away than
  /// six years.
  [[nodiscard]] std::int64_t ticks(std::int64_t time, AVRational unit) const;
  /// The other way.
  [[nodiscard]] std::int64_t time_at(std::int64_t ticks, AVRational unit) const;

 private:
  std::int64_t start_;  ///< of the video, where its streams don't count from 0; ticks
};

/// So long, without a beginning.
std::int64_t in_ticks(std::int64_t length, AVRational unit);

}  // namespace rucola::render::worker
