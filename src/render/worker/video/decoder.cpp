#include "render/worker/video/decoder.h"

#include <algorithm>

#include "render/worker/memory/files.h"

namespace rucola::render::worker {

using ffmpeg::made;

std::int64_t most_decoded(const VideoFile& video) {
  const AVCodecParameters& coded = *video.pictures().codecpar;
  const std::int64_t pixels = std::int64_t{coded.width} * coded.height;
  return std::max<std::int64_t>(1, video.limits().still_pixels / pixels);
}

void refuse_without_pictures() {
  throw Refused({ErrorCode::unprocessable,
                 {"The video is damaged or cut off: none of its pictures can be decoded."},
                 {}});
}

Decoder::Decoder(VideoFile& video, std::int64_t already)
    : video_(video), decoded_(already), packet_(made(av_packet_alloc(), "packet")) {
  const AVCodecParameters& coded = *video.pictures().codecpar;
  const AVCodec* codec = made(avcodec_find_decoder(coded.codec_id), "decoder");
  codec_.reset(made(avcodec_alloc_context3(codec), "decoder"));
  readable(avcodec_parameters_to_context(codec_.get(), &coded));
  codec_->thread_count = 1;
  codec_->max_pixels = video.limits().source_pixels;
  codec_->pkt_timebase = video.pictures().time_base;
  readable(avcodec_open2(codec_.get(), codec, nullptr));
}

bool Decoder::next(AVFrame& frame) {
  for (;;) {
    if (avcodec_receive_frame(codec_.get(), &frame) >= 0) return true;
    if (is_at_end_) return false;
    send();
  }
}

/// What can't be decoded is left out.
void Decoder::send() {
  is_at_end_ = decoded_ >= most_decoded(video_) || !video_.read(*packet_);
  if (!is_at_end_) ++decoded_;
  avcodec_send_packet(codec_.get(), is_at_end_ ? nullptr : packet_.get());
}

}  // namespace rucola::render::worker
