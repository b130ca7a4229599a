#include "render/worker/video/ts_file.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "render/protocol/messages.h"
#include "render/worker/memory/files.h"
#include "render/worker/video/film_clock.h"

namespace rucola::render::worker {
namespace {

using ffmpeg::made;

/// What is decoded before the film begins has a time as well.
constexpr std::int64_t time_of_beginning = 10 * ticks_a_second;

}  // namespace

int streamable(int answer) {
  if (answer >= 0) return answer;
  throw Refused(
      {ErrorCode::unprocessable,
       {"The video can't be cut into parts for streaming: it is damaged, or its streams are of a kind "
        "that MPEG-TS has no place for."},
       {"FFmpeg: " + ffmpeg::error_text(answer)}});
}

TsFile::TsFile(const AVCodecParameters& pictures, const AVCodecParameters* sound) {
  constexpr std::int64_t microseconds_ahead = 700'000;  // that packets come before their time
  AVFormatContext* raw = nullptr;
  ffmpeg::checked(avformat_alloc_output_context2(&raw, nullptr, "mpegts", nullptr), "container");
  container_.reset(raw);
  container_->pb = file_.io();
  container_->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
  container_->max_delay = microseconds_ahead;
  container_->max_interleave_delta = 0;  // waits for the other stream, however long
  add(pictures);
  if (sound != nullptr) add(*sound);
  AVDictionary* options = nullptr;
  av_dict_set_int(&options, "mpegts_copyts", 1, 0);
  av_dict_set(&options, "mpegts_flags", "+initial_discontinuity", 0);
  const int written = avformat_write_header(container_.get(), &options);
  av_dict_free(&options);
  streamable(written);
}

void TsFile::add(const AVCodecParameters& coded) {
  AVStream* stream = made(avformat_new_stream(container_.get(), nullptr), "stream");
  streamable(avcodec_parameters_copy(stream->codecpar, &coded));
  stream->codecpar->codec_tag = 0;  // the other container's
  stream->time_base = {1, static_cast<int>(ticks_a_second)};
}

/// All of it is held in memory.
void TsFile::count(int bytes) {
  bytes_ += bytes;
  if (bytes_ <= protocol::result_limit_bytes) return;
  throw Refused(
      {ErrorCode::payload_too_large,
       {"The part of the video is too large to be streamed: at most " +
        std::to_string(protocol::result_limit_bytes) +
        " bytes are allowed. It is so long since whole pictures, at which a video can be cut, are so "
        "rare in it."},
       {}});
}

/// Two packets of a stream never have the same time.
void TsFile::write(AVPacket& packet, Stream stream) {
  count(packet.size);
  std::int64_t& last = last_.at(static_cast<std::size_t>(stream));
  packet.dts = std::max(packet.dts + time_of_beginning, last + 1);
  packet.pts = std::max(packet.pts + time_of_beginning, packet.dts);
  last = packet.dts;
  packet.pos = -1;
  packet.stream_index = static_cast<int>(stream);
  streamable(av_interleaved_write_frame(container_.get(), &packet));
}

std::string TsFile::finish() {
  streamable(av_write_trailer(container_.get()));
  return file_.take();
}

}  // namespace rucola::render::worker
