#include "render/worker/video/memory_file.h"

#include <algorithm>
#include <utility>

namespace rucola::render::worker::ffmpeg {

MemoryFile::MemoryFile() {
  constexpr int buffer_bytes = 64 << 10;
  auto* buffer = static_cast<unsigned char*>(made(av_malloc(buffer_bytes), "memory"));
  io_ = made(avio_alloc_context(buffer, buffer_bytes, 1, this, nullptr, &write, &seek), "memory");
}

MemoryFile::~MemoryFile() {
  av_freep(static_cast<void*>(&io_->buffer));
  avio_context_free(&io_);
}

std::string MemoryFile::take() {
  avio_flush(io_);
  return std::move(bytes_);
}

int MemoryFile::write(void* self, Written* data, int size) {
  auto& file = *static_cast<MemoryFile*>(self);
  const auto count = static_cast<std::size_t>(size);
  if (file.bytes_.size() < file.at_ + count) file.bytes_.resize(file.at_ + count);
  std::copy_n(data, count, file.bytes_.begin() + static_cast<std::ptrdiff_t>(file.at_));
  file.at_ += count;
  return size;
}

std::int64_t MemoryFile::seek(void* self, std::int64_t offset, int whence) {
  auto& file = *static_cast<MemoryFile*>(self);
  const auto end = static_cast<std::int64_t>(file.bytes_.size());
  if (whence == AVSEEK_SIZE) return end;
  if (whence == SEEK_CUR) offset += static_cast<std::int64_t>(file.at_);
  if (whence == SEEK_END) offset += end;
  if (offset < 0) return AVERROR(EINVAL);
  file.at_ = static_cast<std::size_t>(offset);
  return offset;
}

}  // namespace rucola::render::worker::ffmpeg
