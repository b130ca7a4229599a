#include "render/worker/video/kept_pictures.h"

#include <cstdint>
#include <limits>

#include "render/worker/video/film_clock.h"

namespace rucola::render::worker {
namespace {

using ffmpeg::made;
using ffmpeg::Owned;

/// As MP4 has it: what the decoder has to know stands in front, once for all.
bool has_parameter_sets(const AVCodecParameters& coded) {
  constexpr int least = 7;
  constexpr std::uint8_t count_mask = 0x1f;
  if (coded.extradata == nullptr || coded.extradata_size < least) return false;
  return coded.extradata[0] == 1 && (coded.extradata[5] & count_mask) > 0;
}

bool is_of_8_bits(const AVCodecParameters& coded) {
  return coded.format == AV_PIX_FMT_YUV420P || coded.format == AV_PIX_FMT_YUVJ420P;
}

bool is_brighter_than_white(const AVCodecParameters& coded) {
  return coded.color_trc == AVCOL_TRC_SMPTE2084 || coded.color_trc == AVCOL_TRC_ARIB_STD_B67;
}

}  // namespace

bool can_keep_pictures(const VideoFile& video, const FilmCuts& cuts) {
  const AVCodecParameters& coded = *video.pictures().codecpar;
  const bool is_ordinary = coded.codec_id == AV_CODEC_ID_H264 && has_parameter_sets(coded) &&
                           is_of_8_bits(coded) && !is_brighter_than_white(coded);
  const bool is_shown_as_it_is = video.orientation() == 1 && video.shown() == Size{coded.width, coded.height};
  return is_ordinary && is_shown_as_it_is && !cuts.hides_pictures;
}

/// With what the decoder has to know before each whole picture.
KeptPictures::KeptPictures(VideoFile& video, const FilmCuts& cuts, std::size_t part)
    : video_(video), cuts_(cuts), part_(part) {
  AVBSFContext* raw = nullptr;
  ffmpeg::checked(av_bsf_list_parse_str("h264_mp4toannexb,dump_extra", &raw), "filter");
  filter_.reset(raw);
  streamable(avcodec_parameters_copy(filter_->par_in, video.pictures().codecpar));
  filter_->time_base_in = video.pictures().time_base;
  streamable(av_bsf_init(filter_.get()));
}

void KeptPictures::write(TsFile& to) {
  constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
  const bool is_last = part_ + 1 == cuts_.parts.size();
  const std::int64_t first = cuts_.parts[part_].decoded;
  const std::int64_t next = is_last ? never : cuts_.parts[part_ + 1].decoded;
  const Owned<AVPacket> packet(made(av_packet_alloc(), "packet"));
  bool has_begun = false;
  go_to_part(video_, cuts_, part_);
  while (video_.read(*packet)) {
    const std::int64_t decoded = decoding_time(*packet);
    if (decoded == AV_NOPTS_VALUE) continue;
    if (decoded >= next) break;
    has_begun = has_begun || decoded >= first;
    if (has_begun) write_packet(*packet, to);
  }
  if (!has_begun) streamable(AVERROR_INVALIDDATA);
}

/// What is no picture at all is left out.
void KeptPictures::write_packet(AVPacket& packet, TsFile& to) {
  if (packet.size == 0 || av_bsf_send_packet(filter_.get(), &packet) < 0) return;
  while (av_bsf_receive_packet(filter_.get(), &packet) >= 0)
    write_filtered(packet, to);
}

void KeptPictures::write_filtered(AVPacket& packet, TsFile& to) {
  const FilmClock clock(video_);
  const AVRational unit = video_.pictures().time_base;
  const std::int64_t decoded = decoding_time(packet);
  packet.pts = clock.ticks(packet.pts == AV_NOPTS_VALUE ? decoded : packet.pts, unit);
  packet.dts = clock.ticks(decoded, unit);
  packet.duration = in_ticks(packet.duration, unit);
  to.write(packet, TsFile::Stream::pictures);
}

}  // namespace rucola::render::worker
