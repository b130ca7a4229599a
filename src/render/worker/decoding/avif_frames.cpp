#include "render/worker/decoding/avif_frames.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

extern "C" {
#include <libavutil/pixdesc.h>
}

#include "render/worker/video/ffmpeg.h"
#include "render/worker/video/frame_image.h"

namespace rucola::render::worker {
namespace {

using ffmpeg::checked;
using ffmpeg::made;
using ffmpeg::Owned;
using vips::VImage;

/// One of the sequence's two tracks on its way through the decoder.
class Track {
 public:
  Track(const AvifSequence& sequence, std::string_view AvifFrame::* samples)
      : sequence_(sequence), samples_(samples), packet_(made(av_packet_alloc(), "packet")) {
    const AVCodec* decoder = made(avcodec_find_decoder(AV_CODEC_ID_AV1), "decoder of AV1");
    codec_.reset(made(avcodec_alloc_context3(decoder), "decoder"));
    codec_->thread_count = 1;
    codec_->max_pixels = std::int64_t{sequence.size.width} * sequence.size.height;
    checked(avcodec_open2(codec_.get(), decoder, nullptr), "decoder");
  }

  void start_again() {
    avcodec_flush_buffers(codec_.get());
    sent_ = 0;
  }

  /// The next frame. Errors: std::runtime_error where it can't be decoded, or is of another size.
  Owned<AVFrame> next() {
    Owned<AVFrame> frame(made(av_frame_alloc(), "frame"));
    for (;;) {
      const int answer = avcodec_receive_frame(codec_.get(), frame.get());
      if (answer >= 0) break;
      if (answer != AVERROR(EAGAIN)) checked(answer, "a frame");
      send();
    }
    if (frame->width != sequence_.size.width || frame->height != sequence_.size.height)
      throw std::runtime_error("a frame is of another size than the file says");
    return frame;
  }

 private:
  void send() {
    if (sent_ == sequence_.frames.size()) {
      checked(avcodec_send_packet(codec_.get(), nullptr), "the last frame");
      return;
    }
    const std::string_view sample = sequence_.frames[sent_].*samples_;
    ++sent_;
    if (std::cmp_greater(sample.size(), std::numeric_limits<int>::max() - AV_INPUT_BUFFER_PADDING_SIZE))
      throw std::runtime_error("a frame is too large");
    av_packet_unref(packet_.get());
    checked(av_new_packet(packet_.get(), static_cast<int>(sample.size())), "packet");
    std::ranges::copy(sample, packet_->data);
    checked(avcodec_send_packet(codec_.get(), packet_.get()), "a frame");
  }

  const AvifSequence& sequence_;
  std::string_view AvifFrame::* samples_;
  Owned<AVPacket> packet_;
  Owned<AVCodecContext> codec_;
  std::size_t sent_ = 0;
};

const AVPixFmtDescriptor& description_of(const AVFrame& frame) {
  return *made(av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format)), "kind of pixels");
}

/// What the file says of the matrix outranks the frame, unless the frame's samples are no such ones; where
/// nobody says anything it is that of BT.601, as for browsers.
void name_colors(const AvifSequence& sequence, AVFrame& frame) {
  const bool is_rgb = (description_of(frame).flags & AV_PIX_FMT_FLAG_RGB) != 0;
  if (sequence.nclx && !is_rgb) {
    frame.colorspace = static_cast<AVColorSpace>(sequence.nclx->matrix);
    if (frame.colorspace == AVCOL_SPC_RGB)
      throw std::runtime_error("the matrix of the file is not that of its frames");
    frame.color_range = sequence.nclx->full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  }
  if (frame.colorspace == AVCOL_SPC_UNSPECIFIED) frame.colorspace = AVCOL_SPC_SMPTE170M;
}

Cicp cicp_of(const AvifSequence& sequence, const AVFrame& frame) {
  if (sequence.nclx) return {.primaries = sequence.nclx->primaries, .transfer = sequence.nclx->transfer};
  return {.primaries = frame.color_primaries, .transfer = frame.color_trc};
}

/// Brings the samples of an opacity's frame to the whole range of `Sample`.
template <class Sample>
class OpacityScale {
 public:
  explicit OpacityScale(const AVFrame& frame) {
    constexpr int least_bits = 8;
    const int bits = description_of(frame).comp[0].depth;
    const bool is_whole = frame.color_range == AVCOL_RANGE_JPEG;
    // In the narrow range black is at 16 and white at 235, of 8 bits.
    const double one = std::pow(2.0, bits - least_bits);
    black_ = is_whole ? 0 : 16 * one;
    white_ = is_whole ? std::pow(2.0, bits) - 1 : 235 * one;
  }
  [[nodiscard]] Sample operator()(unsigned sample) const {
    constexpr double opaque = std::numeric_limits<Sample>::max();
    const double part = std::clamp((sample - black_) / (white_ - black_), 0.0, 1.0);
    return static_cast<Sample>(std::lround(part * opaque));
  }

 private:
  double black_ = 0;
  double white_ = 1;
};

/// `Sample`: of 8 or 16 bits.
template <class Sample>
class AvifRows : public Rows {
 public:
  AvifRows(AvifSequence sequence, std::int32_t frames)
      : sequence_(std::move(sequence)),
        frames_(frames),
        bands_(sequence_.has_opacity ? colors + 1 : colors),
        row_samples_(bands_ * static_cast<std::size_t>(sequence_.size.width)),
        colors_(sequence_, &AvifFrame::colors) {
    if (sequence_.has_opacity) opacity_ = std::make_unique<Track>(sequence_, &AvifFrame::opacity);
    show_next();
  }

  [[nodiscard]] Cicp named() const { return named_; }

  [[nodiscard]] RowLayout layout() const override {
    constexpr bool is_deep = sizeof(Sample) > 1;
    return {.size = {sequence_.size.width, sequence_.size.height * frames_},
            .bands = static_cast<int>(bands_),
            .format = is_deep ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR,
            .interpretation = is_deep ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB,
            .in_order = true};
  }

  bool read(int y, std::span<std::uint8_t> row) override {
    const auto frame = static_cast<std::size_t>(y / sequence_.size.height);
    if (frame + 1 < shown_) start_again();
    while (shown_ <= frame)
      show_next();
    const auto from = std::span(canvas_).subspan(
        static_cast<std::size_t>(y % sequence_.size.height) * row_samples_, row_samples_);
    std::ranges::copy(std::as_bytes(from), std::as_writable_bytes(row).begin());
    return true;
  }

 private:
  static constexpr std::size_t colors = 3;

  void start_again() {
    colors_.start_again();
    if (opacity_) opacity_->start_again();
    shown_ = 0;
  }

  void show_next() {
    const Owned<AVFrame> frame = colors_.next();
    const Owned<AVFrame> opacity = opacity_ ? opacity_->next() : Owned<AVFrame>();
    // Not before: a file of two kilobytes may claim any size, which its frames have to bear out.
    canvas_.resize(row_samples_ * static_cast<std::size_t>(sequence_.size.height));
    if (shown_ == 0) named_ = cicp_of(sequence_, *frame);
    name_colors(sequence_, *frame);
    paint(rgb_of(*frame, sequence_.size));
    if (opacity) paint_opacity(*opacity);
    ++shown_;
  }

  void paint(const VImage& picture) {
    if (picture.format() != layout().format)
      throw std::runtime_error("a frame has other bits than the file says");
    const std::span all(static_cast<const Sample*>(picture.data()), canvas_.size() / bands_ * colors);
    for (std::size_t i = 0; i < all.size() / colors; ++i)
      std::ranges::copy(all.subspan(colors * i, colors),
                        canvas_.begin() + static_cast<std::ptrdiff_t>(bands_ * i));
  }

  /// Of what is no grey picture only the lights count.
  void paint_opacity(const AVFrame& frame) {
    const AVPixFmtDescriptor& kind = description_of(frame);
    if ((kind.flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_BE)) != 0)
      throw std::runtime_error("the opacity of a frame is of an unknown kind");
    const bool is_deep = kind.comp[0].depth > 8;
    const OpacityScale<Sample> scaled(frame);
    const auto width = static_cast<std::size_t>(sequence_.size.width);
    for (int y = 0; y < frame.height; ++y) {
      const std::uint8_t* line = frame.data[0] + static_cast<std::ptrdiff_t>(y) * frame.linesize[0];
      const std::span from(line, is_deep ? 2 * width : width);
      const auto to = std::span(canvas_).subspan(static_cast<std::size_t>(y) * row_samples_, row_samples_);
      for (std::size_t x = 0; x < width; ++x)
        to[bands_ * x + colors] = scaled(is_deep ? from[2 * x] + 256U * from[2 * x + 1] : from[x]);
    }
  }

  AvifSequence sequence_;
  std::int32_t frames_;
  std::size_t bands_;
  std::size_t row_samples_;
  std::vector<Sample> canvas_;
  Track colors_;
  std::unique_ptr<Track> opacity_;  ///< null where there is none
  Cicp named_;
  std::size_t shown_ = 0;  ///< frames that have been painted onto the canvas
};

template <class Sample>
AvifPictures pictures_of(AvifSequence sequence, std::int32_t frames) {
  auto rows = std::make_shared<AvifRows<Sample>>(std::move(sequence), frames);
  const Cicp named = rows->named();
  return {.rows = std::move(rows), .colors = named};
}

}  // namespace

bool can_decode_avif_frames() {
  return avcodec_find_decoder(AV_CODEC_ID_AV1) != nullptr;
}

AvifPictures avif_pictures(AvifSequence sequence, std::int32_t frames) {
  av_log_set_level(AV_LOG_QUIET);
  return sequence.bits > 8 ? pictures_of<std::uint16_t>(std::move(sequence), frames)
                           : pictures_of<std::uint8_t>(std::move(sequence), frames);
}

}  // namespace rucola::render::worker
