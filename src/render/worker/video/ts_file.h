// A part of a film for streaming: MPEG-TS, in memory. Parts of the same film, written one by one, can be
// played one behind the other: their time is that of the film.
//
// Threads: a worker has one. Errors: Refused (unprocessable where FFmpeg does not write what it is given,
// payload_too_large where that is more than a result may be).
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "render/worker/video/ffmpeg.h"
#include "render/worker/video/memory_file.h"

namespace rucola::render::worker {

class TsFile {
 public:
  enum class Stream { pictures, sound };

  /// `sound`: null where there is none.
  TsFile(const AVCodecParameters& pictures, const AVCodecParameters* sound);

  /// The times of `packet` are those of FilmClock; what is in it is taken away. Of each stream in the order
  /// in which it is decoded; the streams one after the other, or mixed.
  void write(AVPacket& packet, Stream stream);
  /// Once.
  std::string finish();

 private:
  void add(const AVCodecParameters& coded);

  void count(int bytes);

  ffmpeg::MemoryFile file_;
  ffmpeg::Owned<AVFormatContext> container_;
  std::int64_t bytes_ = 0;                    ///< of what has been written
  std::array<std::int64_t, 2> last_{-1, -1};  ///< by stream: when what was written last is decoded
};

/// An answer of FFmpeg's, where it is no error. Errors: as above.
int streamable(int answer);

}  // namespace rucola::render::worker
