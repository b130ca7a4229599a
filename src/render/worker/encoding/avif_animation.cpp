#include "render/worker/encoding/avif_animation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

extern "C" {
#include <libavutil/opt.h>
}

#include "render/worker/encoding/av1_units.h"
#include "render/worker/encoding/avif_sequence_file.h"
#include "render/worker/encoding/encode.h"
#include "render/worker/encoding/frame_delays.h"
#include "render/worker/memory/files.h"
#include "render/worker/video/ffmpeg.h"

namespace rucola::render::worker {
namespace {

using ffmpeg::checked;
using ffmpeg::made;
using ffmpeg::Owned;
using vips::VImage;

constexpr AVRational milliseconds{1, 1000};

const AVCodec* encoder_of_av1() {
  return avcodec_find_encoder_by_name("libaom-av1");
}

/// libaom counts the other way round. As libheif has it for stills.
int rate_factor(std::int32_t quality) {
  constexpr std::int32_t worst = 63;
  return ((100 - quality) * worst + 50) / 100;
}

/// libvips has the colours of stills in full from here on.
bool has_full_chroma(std::int32_t quality) {
  constexpr std::int32_t full_from = 90;
  return quality >= full_from;
}

/// Of libaom's ways of working for live pictures, since the others look at many frames at once, which have to
/// lie in memory, and take five to fifteen times as long where there are hard edges. Of these two, over
/// moving surfaces, the slower takes 450 ns a pixel and the faster 210 for the same bytes; over moving edges
/// 930 and 260, for a fifth less of bytes and 3 dB more.
int speed_for(std::int64_t pixels, bool quick) {
  constexpr std::int64_t many_pixels = 8'000'000;  // of all frames
  constexpr int slower = 6;
  constexpr int faster = 8;
  return quick || pixels > many_pixels ? faster : slower;
}

struct Settings {
  Size size;
  Av1Chroma chroma = Av1Chroma::halved;
  std::int32_t quality = 0;
  int speed = 0;
};

AVPixelFormat pixels_of(Av1Chroma chroma) {
  if (chroma == Av1Chroma::none) return AV_PIX_FMT_GRAY8;
  return chroma == Av1Chroma::halved ? AV_PIX_FMT_YUV420P : AV_PIX_FMT_YUV444P;
}

/// One track of pictures.
class Encoder {
 public:
  explicit Encoder(const Settings& settings) : settings_(settings) {
    const AVCodec* encoder = made(encoder_of_av1(), "encoder of AV1");
    codec_.reset(made(avcodec_alloc_context3(encoder), "encoder"));
    codec_->width = settings.size.width;
    codec_->height = settings.size.height;
    codec_->pix_fmt = pixels_of(settings.chroma);
    codec_->time_base = milliseconds;
    codec_->thread_count = 1;
    codec_->colorspace = AVCOL_SPC_SMPTE170M;
    codec_->color_primaries = AVCOL_PRI_BT709;
    codec_->color_trc = AVCOL_TRC_IEC61966_2_1;
    codec_->color_range = settings.chroma == Av1Chroma::none ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    codec_->flags |= AV_CODEC_FLAG_BITEXACT;
    av_opt_set(codec_->priv_data, "usage", "realtime", 0);
    av_opt_set_int(codec_->priv_data, "cpu-used", settings.speed, 0);
    av_opt_set_int(codec_->priv_data, "crf", rate_factor(settings.quality), 0);
    av_opt_set_int(codec_->priv_data, "lag-in-frames", 0, 0);
    checked(avcodec_open2(codec_.get(), encoder, nullptr), "encoder");
  }

  /// `frame` is of the settings' size and pixels.
  void add(AVFrame& frame, std::int64_t time) {
    frame.pts = time;
    checked(avcodec_send_frame(codec_.get(), &frame), "encoding");
    take_packets();
  }

  std::vector<CodedFrame> finish() {
    checked(avcodec_send_frame(codec_.get(), nullptr), "encoding");
    take_packets();
    return std::move(frames_);
  }

  [[nodiscard]] Owned<AVFrame> new_frame() const {
    Owned<AVFrame> frame(made(av_frame_alloc(), "frame"));
    frame->format = pixels_of(settings_.chroma);
    frame->width = settings_.size.width;
    frame->height = settings_.size.height;
    checked(av_frame_get_buffer(frame.get(), 0), "frame");
    return frame;
  }

 private:
  void take_packets() {
    const Owned<AVPacket> packet(made(av_packet_alloc(), "packet"));
    for (;;) {
      const int received = avcodec_receive_packet(codec_.get(), packet.get());
      if (received == AVERROR(EAGAIN) || received == AVERROR_EOF) return;
      checked(received, "encoding");
      const std::span data(packet->data, static_cast<std::size_t>(packet->size));
      frames_.push_back({.bytes = without_delimiters(std::string(data.begin(), data.end())),
                         .is_key = (packet->flags & AV_PKT_FLAG_KEY) != 0});
    }
  }

  Settings settings_;
  Owned<AVCodecContext> codec_;
  std::vector<CodedFrame> frames_;
};

/// Of red, green and blue to what is encoded.
class Converter {
 public:
  explicit Converter(const Settings& settings)
      : size_(settings.size),
        scaler_(made(sws_getContext(size_.width, size_.height, AV_PIX_FMT_RGB24, size_.width, size_.height,
                                    pixels_of(settings.chroma), SWS_BICUBIC | SWS_ACCURATE_RND, nullptr,
                                    nullptr, nullptr),
                     "converter")) {
    constexpr int one = 1 << 16;
    const int* bt601 = sws_getCoefficients(SWS_CS_ITU601);
    sws_setColorspaceDetails(scaler_.get(), bt601, 1, bt601, 0, 0, one, one);
  }

  /// `picture` lies in memory.
  void convert(const VImage& picture, AVFrame& to) const {
    const auto* pixels = static_cast<const std::uint8_t*>(picture.data());
    const int stride = 3 * size_.width;
    checked(sws_scale(scaler_.get(), &pixels, &stride, 0, size_.height, to.data, to.linesize), "conversion");
  }

 private:
  Size size_;
  Owned<SwsContext> scaler_;
};

void copy_lights(const VImage& picture, AVFrame& to) {
  const auto width = static_cast<std::size_t>(picture.width());
  const std::span all(static_cast<const std::uint8_t*>(picture.data()),
                      width * static_cast<std::size_t>(picture.height()));
  for (int y = 0; y < picture.height(); ++y)
    std::ranges::copy(all.subspan(static_cast<std::size_t>(y) * width, width),
                      to.data[0] + static_cast<std::ptrdiff_t>(y) * to.linesize[0]);
}

[[noreturn]] void refuse(ErrorCode code, std::string message) {
  throw Refused({code, {std::move(message)}, {}});
}

/// Before anything is encoded.
void check(Size size) {
  constexpr std::int64_t most_pixels = 35'651'584;  // level 6.3, the highest
  constexpr std::int32_t longest_side = 65'535;     // of a track
  if (encoder_of_av1() == nullptr)
    refuse(ErrorCode::unsupported_media_type,
           "This machine's FFmpeg has no libaom, without which no AVIF is written that moves.");
  if (std::int64_t{size.width} * size.height <= most_pixels &&
      std::max(size.width, size.height) <= longest_side)
    return;
  refuse(ErrorCode::payload_too_large, "The animation would have frames of " + std::to_string(size.width) +
                                           " × " + std::to_string(size.height) + " pixels; at most " +
                                           std::to_string(most_pixels) + " pixels are allowed, and " +
                                           std::to_string(longest_side) +
                                           " to a side, which is the most that AV1 provides for.");
}

/// The tracks of an animation, frame by frame.
class Animation {
 public:
  Animation(const Settings& colors, bool has_opacity) : converter_(colors), colors_(colors) {
    if (!has_opacity) return;
    Settings opacity = colors;
    opacity.chroma = Av1Chroma::none;
    opacity_.emplace(opacity);
  }

  /// Of red, green, blue and perhaps opacity.
  void add(const VImage& picture, std::int64_t time) {
    const Owned<AVFrame> frame = colors_.new_frame();
    converter_.convert(picture.extract_band(0, VImage::option()->set("n", 3)).copy_memory(), *frame);
    colors_.add(*frame, time);
    if (!opacity_) return;
    const Owned<AVFrame> opacity = opacity_->new_frame();
    opacity->color_range = AVCOL_RANGE_JPEG;
    copy_lights(picture.extract_band(3).copy_memory(), *opacity);
    opacity_->add(*opacity, time);
  }

  void finish(CodedSequence& sequence) {
    sequence.colors = colors_.finish();
    if (opacity_) sequence.opacity = opacity_->finish();
  }

 private:
  Converter converter_;
  Encoder colors_;
  std::optional<Encoder> opacity_;
};

}  // namespace

std::string encode_avif_animation(const VImage& frames, const Encoding& encoding) {
  av_log_set_level(AV_LOG_QUIET);
  const Size size{frames.width(), frames.get_int(VIPS_META_PAGE_HEIGHT)};
  check(size);
  const auto count = static_cast<std::size_t>(frames.height() / size.height);
  const VImage pixels = frames.colourspace(VIPS_INTERPRETATION_sRGB).cast(VIPS_FORMAT_UCHAR);
  const Settings settings{.size = size,
                          .chroma = has_full_chroma(encoding.quality) ? Av1Chroma::full : Av1Chroma::halved,
                          .quality = encoding.quality,
                          .speed = speed_for(std::int64_t{frames.width()} * frames.height(), encoding.quick)};
  CodedSequence sequence{.size = size, .chroma = settings.chroma, .colors = {}, .opacity = {}};
  sequence.delays_ms = frame_delays(frames, count);
  if (frames.get_typeof("loop") != 0) sequence.plays = std::max(0, frames.get_int("loop"));
  Animation animation(settings, is_see_through(pixels));
  std::int64_t time = 0;
  for (std::size_t i = 0; i < count; ++i) {
    animation.add(pixels.extract_area(0, static_cast<int>(i) * size.height, size.width, size.height), time);
    time += sequence.delays_ms[i];
  }
  animation.finish(sequence);
  if (sequence.colors.size() != count) throw std::runtime_error("the encoder of AV1 left out frames");
  return avif_sequence_file(sequence);
}

}  // namespace rucola::render::worker
