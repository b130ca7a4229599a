#include "render/worker/encoding/video_codec.h"

#include <algorithm>
#include <cmath>
#include <string>

extern "C" {
#include <libavutil/opt.h>
}

#include "render/worker/memory/files.h"

namespace rucola::render::worker {
namespace {

using ffmpeg::checked;
using ffmpeg::made;
using ffmpeg::Owned;

bool is_h264(Format format) {
  return format != Format::webm;
}

/// The encoders count the other way round: 0 is best.
int rate_factor(Format format, std::int32_t quality) {
  constexpr double worst_h264 = 46;  // 51 is the end of the scale, and shows nothing any more
  constexpr double worst_vp9 = 63;
  const double worst = is_h264(format) ? worst_h264 : worst_vp9;
  return std::max(1, static_cast<int>(std::lround(worst - worst * quality / 100)));
}

void set_speed(AVCodecContext& codec, Format format, std::int32_t quality) {
  av_opt_set_int(codec.priv_data, "crf", rate_factor(format, quality), 0);
  if (is_h264(format)) {
    av_opt_set(codec.priv_data, "preset", "veryfast", 0);
    return;
  }
  av_opt_set(codec.priv_data, "deadline", "realtime", 0);
  av_opt_set_int(codec.priv_data, "cpu-used", 6, 0);
}

void set_colors(AVCodecContext& codec, const VideoCoding& coding) {
  codec.pix_fmt = AV_PIX_FMT_YUV420P;
  codec.colorspace = AVCOL_SPC_BT709;
  codec.color_primaries = coding.primaries;
  codec.color_trc = coding.transfer;
  codec.color_range = AVCOL_RANGE_MPEG;
}

}  // namespace

const AVCodec* video_encoder_of(Format format) {
  return avcodec_find_encoder_by_name(is_h264(format) ? "libx264" : "libvpx-vp9");
}

Owned<AVCodecContext> open_video_encoder(const VideoCoding& coding) {
  const AVCodec* encoder = made(video_encoder_of(coding.format), "encoder");
  Owned<AVCodecContext> codec(made(avcodec_alloc_context3(encoder), "encoder"));
  codec->width = coding.size.width;
  codec->height = coding.size.height;
  codec->time_base = coding.unit;
  codec->framerate = coding.frames_a_second;
  codec->thread_count = 1;
  codec->max_b_frames = 0;  // shown in the order in which they are written, from the very first
  codec->flags |= AV_CODEC_FLAG_BITEXACT;
  if (coding.header_is_apart) codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  set_colors(*codec, coding);
  set_speed(*codec, coding.format, coding.quality);
  checked(avcodec_open2(codec.get(), encoder, nullptr), "encoder");
  return codec;
}

void check_film_size(Size size) {
  constexpr std::int64_t most_pixels = 35'651'584;  // level 6.2, the highest, of H.264 and of VP9
  if (std::int64_t{size.width} * size.height <= most_pixels) return;
  throw Refused({ErrorCode::payload_too_large,
                 {"The film would have pictures of " + std::to_string(size.width) + " × " +
                  std::to_string(size.height) + " pixels; at most " + std::to_string(most_pixels) +
                  " pixels are allowed, which is the most that H.264 and VP9 provide for."},
                 {}});
}

}  // namespace rucola::render::worker
