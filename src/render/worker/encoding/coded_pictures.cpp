#include "render/worker/encoding/coded_pictures.h"

#include <string>

#include "render/worker/encoding/video_codec.h"
#include "render/worker/memory/files.h"
#include "render/worker/video/decoder.h"

namespace rucola::render::worker {
namespace {

using ffmpeg::checked;
using ffmpeg::made;
using ffmpeg::Owned;

[[noreturn]] void refuse_much(const VideoFile& video) {
  const AVCodecParameters& coded = *video.pictures().codecpar;
  throw Refused(
      {ErrorCode::payload_too_large,
       {"The part of the video can't be coded anew: more than " + std::to_string(most_decoded(video)) +
        " pictures of " + std::to_string(coded.width) + " × " + std::to_string(coded.height) +
        " pixels would have to be decoded; at most " + std::to_string(video.limits().still_pixels) +
        " pixels are decoded for one (setting render.max_still_pixels)."},
       {}});
}

/// Before anything is decoded.
void check_pictures(VideoFile& video, const FilmClock& clock, const FilmSpan& span, std::int64_t already) {
  const std::int64_t most = most_decoded(video) - already;
  const AVRational unit = video.pictures().time_base;
  const Owned<AVPacket> packet(made(av_packet_alloc(), "packet"));
  std::int64_t pictures = 0;
  while (video.read(*packet)) {
    const std::int64_t decoded = decoding_time(*packet);
    if (decoded != AV_NOPTS_VALUE && clock.ticks(decoded, unit) >= span.ends) return;
    if (++pictures > most) refuse_much(video);
  }
}

/// For the level that the encoder claims; what the file says is not to be relied on.
AVRational frames_a_second_of(const VideoFile& video) {
  constexpr double most = 240;
  constexpr AVRational usual{30, 1};
  const AVRational rate = video.pictures().avg_frame_rate;
  const bool is_likely = rate.num > 0 && rate.den > 0 && av_q2d(rate) >= 1 && av_q2d(rate) <= most;
  return is_likely ? rate : usual;
}

}  // namespace

CodedPictures::CodedPictures(VideoFile& video, const FilmCuts& cuts, std::size_t part, Size size,
                             std::int32_t quality)
    : video_(video),
      clock_(video),
      span_(span_of(cuts, part)),
      converter_(size, video.orientation()),
      frame_(made(av_frame_alloc(), "frame")),
      parameters_(made(avcodec_parameters_alloc(), "parameters")) {
  check_film_size(size);
  pictures_.emplace(video, time_of_part(video, cuts, part),
                    [&](std::int64_t already) { check_pictures(video, clock_, span_, already); });
  if (!read_frame()) refuse_without_pictures();
  open_encoder(size, quality);
}

/// Pictures that are decoded after the first one of the part may be shown before it: they are of the part
/// before.
bool CodedPictures::read_frame() {
  while (pictures_->next(*frame_)) {
    const std::int64_t time = frame_->best_effort_timestamp;
    if (time == AV_NOPTS_VALUE) continue;
    const std::int64_t shown = clock_.ticks(time, video_.pictures().time_base);
    if (shown >= span_.ends) return false;
    if (shown < span_.begins) continue;
    shown_ = shown;
    return true;
  }
  return false;
}

void CodedPictures::open_encoder(Size size, std::int32_t quality) {
  encoder_ = open_video_encoder({.format = Format::ts,
                                 .quality = quality,
                                 .size = size,
                                 .unit = {1, static_cast<int>(ticks_a_second)},
                                 .frames_a_second = frames_a_second_of(video_),
                                 .primaries = primaries_of_converted(*frame_),
                                 .transfer = transfer_of_converted(*frame_)});
  checked(avcodec_parameters_from_context(parameters_.get(), encoder_.get()), "stream");
}

void CodedPictures::write(TsFile& to) {
  std::int64_t last = shown_ - 1;
  do {
    if (shown_ <= last) continue;  // an encoder takes no two of the same time
    last = shown_;
    encode(to);
  } while (read_frame());
  checked(avcodec_send_frame(encoder_.get(), nullptr), "encoding");
  write_packets(to);
}

void CodedPictures::encode(TsFile& to) {
  const Owned<AVFrame> picture = converter_.converted(*frame_);
  picture->pts = shown_;
  checked(avcodec_send_frame(encoder_.get(), picture.get()), "encoding");
  write_packets(to);
}

void CodedPictures::write_packets(TsFile& to) {
  const Owned<AVPacket> packet(made(av_packet_alloc(), "packet"));
  for (;;) {
    const int received = avcodec_receive_packet(encoder_.get(), packet.get());
    if (received == AVERROR(EAGAIN) || received == AVERROR_EOF) return;
    checked(received, "encoding");
    to.write(*packet, TsFile::Stream::pictures);
  }
}

}  // namespace rucola::render::worker
