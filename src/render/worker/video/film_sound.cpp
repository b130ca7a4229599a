#include "render/worker/video/film_sound.h"

#include <algorithm>
#include <string>

#include "render/worker/memory/files.h"
#include "render/worker/video/film_clock.h"

namespace rucola::render::worker {

using ffmpeg::made;
using ffmpeg::Owned;

void check_sound(const VideoFile& video) {
  if (video.sound() == nullptr) return;
  const AVCodecID codec = video.sound()->codecpar->codec_id;
  if (codec == AV_CODEC_ID_AAC || codec == AV_CODEC_ID_MP3) return;
  throw Refused(
      {ErrorCode::unsupported_media_type,
       {"The video can't be streamed in parts (HLS): its sound is in " +
        std::string(avcodec_get_name(codec)) +
        ", and only AAC and MP3 can be in them; no sound is coded anew. The video itself is delivered "
        "as it was uploaded, by its own ending: .mp4, .mov or .webm."},
       {}});
}

namespace {

/// It is not to be heard. But without what comes just before the beginning, the first of all sounds other
/// than it should.
bool is_left_out(const AVPacket& packet, std::int64_t heard) {
  return (packet.flags & AV_PKT_FLAG_DISCARD) != 0 && heard >= 0;
}

}  // namespace

void write_sound(VideoFile& video, const FilmSpan& span, TsFile& to) {
  if (video.sound() == nullptr) return;
  constexpr std::int64_t somewhat = ticks_a_second;
  constexpr std::int64_t well_before = -10 * ticks_a_second;  // what is decoded first is heard a little later
  const FilmClock clock(video);
  const AVRational unit = video.sound()->time_base;
  video.seek_sound(clock.time_at(std::max(span.begins, well_before) - somewhat, unit));
  const Owned<AVPacket> packet(made(av_packet_alloc(), "packet"));
  while (video.read(*packet)) {
    const std::int64_t time = packet->pts == AV_NOPTS_VALUE ? packet->dts : packet->pts;
    if (time == AV_NOPTS_VALUE || packet->size == 0) continue;
    const std::int64_t heard = clock.ticks(time, unit);
    if (heard >= span.ends) break;
    if (heard < span.begins || is_left_out(*packet, heard)) continue;
    packet->pts = heard;
    packet->dts = heard;
    packet->duration = in_ticks(packet->duration, unit);
    to.write(*packet, TsFile::Stream::sound);
  }
}

}  // namespace rucola::render::worker
