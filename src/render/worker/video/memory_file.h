// A file in memory that FFmpeg writes into, and goes back in to fill in what it learns last.
//
// Threads: any; it belongs to one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "render/worker/video/ffmpeg.h"

namespace rucola::render::worker::ffmpeg {

class MemoryFile {
 public:
  MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile();

  [[nodiscard]] AVIOContext* io() const { return io_; }
  /// What has been written; once.
  std::string take();

 private:
  /// libavformat's callback was given bytes that it might have changed until 61 (FFmpeg 7).
#if LIBAVFORMAT_VERSION_MAJOR < 61
  using Written = std::uint8_t;
#else
  using Written = const std::uint8_t;
#endif
  static int write(void* self, Written* data, int size);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);

  AVIOContext* io_ = nullptr;
  std::string bytes_;
  std::size_t at_ = 0;
};

}  // namespace rucola::render::worker::ffmpeg
