// The pictures of a video, decoded one after the other.
//
// Hostile input is expected: of damaged pictures FFmpeg shows what there is. Threads: a worker has one.
// Errors: those of video_file.h.
#pragma once

#include <cstdint>

#include "render/worker/video/ffmpeg.h"
#include "render/worker/video/video_file.h"

namespace rucola::render::worker {

/// How many pictures may be decoded for one result.
std::int64_t most_decoded(const VideoFile& video);

/// Where there is none. Throws Refused.
[[noreturn]] void refuse_without_pictures();

/// From where the video stands on. The video outlives it, and is read by nobody else meanwhile.
class Decoder {
 public:
  /// `already`: so many pictures have been decoded for the same result.
  explicit Decoder(VideoFile& video, std::int64_t already = 0);

  /// False: there is no other, or none that may be decoded.
  bool next(AVFrame& frame);
  /// With those before.
  [[nodiscard]] std::int64_t decoded() const { return decoded_; }

 private:
  void send();

  VideoFile& video_;
  std::int64_t decoded_;
  ffmpeg::Owned<AVPacket> packet_;
  ffmpeg::Owned<AVCodecContext> codec_;
  bool is_at_end_ = false;
};

}  // namespace rucola::render::worker
