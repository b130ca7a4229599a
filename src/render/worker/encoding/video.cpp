#include "render/worker/encoding/video.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <stdexcept>
#include <vector>

extern "C" {
#include <libavutil/opt.h>
}

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
constexpr std::int64_t still_duration = 1000;

/// A file in memory that FFmpeg writes into, and goes back in to fill in what it learns last.
class MemoryFile {
 public:
  MemoryFile() {
    constexpr int buffer_bytes = 64 << 10;
    auto* buffer = static_cast<unsigned char*>(made(av_malloc(buffer_bytes), "memory"));
    io_ = made(avio_alloc_context(buffer, buffer_bytes, 1, this, nullptr, &write, &seek), "memory");
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() {
    av_freep(static_cast<void*>(&io_->buffer));
    avio_context_free(&io_);
  }

  [[nodiscard]] AVIOContext* io() const { return io_; }
  std::string take() {
    avio_flush(io_);
    return std::move(bytes_);
  }

 private:
  /// libavformat's callback was given bytes that it might have changed until 61 (FFmpeg 7).
#if LIBAVFORMAT_VERSION_MAJOR < 61
  using Written = std::uint8_t;
#else
  using Written = const std::uint8_t;
#endif
  static int write(void* self, Written* data, int size) {
    auto& file = *static_cast<MemoryFile*>(self);
    const auto count = static_cast<std::size_t>(size);
    if (file.bytes_.size() < file.at_ + count) file.bytes_.resize(file.at_ + count);
    std::copy_n(data, count, file.bytes_.begin() + static_cast<std::ptrdiff_t>(file.at_));
    file.at_ += count;
    return size;
  }

  static std::int64_t seek(void* self, std::int64_t offset, int whence) {
    auto& file = *static_cast<MemoryFile*>(self);
    const auto end = static_cast<std::int64_t>(file.bytes_.size());
    if (whence == AVSEEK_SIZE) return end;
    if (whence == SEEK_CUR) offset += static_cast<std::int64_t>(file.at_);
    if (whence == SEEK_END) offset += end;
    if (offset < 0) return AVERROR(EINVAL);
    file.at_ = static_cast<std::size_t>(offset);
    return offset;
  }

  AVIOContext* io_ = nullptr;
  std::string bytes_;
  std::size_t at_ = 0;
};

const AVCodec* encoder_of(Format format) {
  return avcodec_find_encoder_by_name(format == Format::mp4 ? "libx264" : "libvpx-vp9");
}

/// The encoders count the other way round: 0 is best.
int rate_factor(Format format, std::int32_t quality) {
  constexpr double worst_h264 = 46;  // 51 is the end of the scale, and shows nothing any more
  constexpr double worst_vp9 = 63;
  const double worst = format == Format::mp4 ? worst_h264 : worst_vp9;
  return std::max(1, static_cast<int>(std::lround(worst - worst * quality / 100)));
}

void set_speed(AVCodecContext& codec, Format format, std::int32_t quality) {
  av_opt_set_int(codec.priv_data, "crf", rate_factor(format, quality), 0);
  if (format == Format::mp4) {
    av_opt_set(codec.priv_data, "preset", "veryfast", 0);
    return;
  }
  av_opt_set(codec.priv_data, "deadline", "realtime", 0);
  av_opt_set_int(codec.priv_data, "cpu-used", 6, 0);
}

/// One stream of pictures on its way into a file.
class Film {
 public:
  Film(Size size, std::size_t frames, const Encoding& encoding) : size_(size) {
    open_file(encoding.format);
    open_codec(encoding);
    start(encoding.format, frames);
    scaler_.reset(
        made(sws_getContext(size.width, size.height, AV_PIX_FMT_RGB24, size.width, size.height,
                            AV_PIX_FMT_YUV420P, SWS_BICUBIC | SWS_ACCURATE_RND, nullptr, nullptr, nullptr),
             "converter"));
    constexpr int one = 1 << 16;
    const int* hd = sws_getCoefficients(SWS_CS_ITU709);
    sws_setColorspaceDetails(scaler_.get(), hd, 1, hd, 0, 0, one, one);
  }

  /// `pixels` are red, green and blue; `duration` in milliseconds.
  void add(const std::uint8_t* pixels, std::int64_t duration) {
    const Owned<AVFrame> frame(made(av_frame_alloc(), "frame"));
    frame->format = AV_PIX_FMT_YUV420P;
    frame->width = size_.width;
    frame->height = size_.height;
    checked(av_frame_get_buffer(frame.get(), 0), "frame");
    const int stride = 3 * size_.width;
    checked(sws_scale(scaler_.get(), &pixels, &stride, 0, size_.height, frame->data, frame->linesize),
            "conversion");
    frame->pts = now_;
    durations_[now_] = duration;
    now_ += duration;
    checked(avcodec_send_frame(codec_.get(), frame.get()), "encoding");
    write_packets();
  }

  std::string finish() {
    checked(avcodec_send_frame(codec_.get(), nullptr), "encoding");
    write_packets();
    checked(av_write_trailer(container_.get()), "end of file");
    return file_.take();
  }

 private:
  void open_file(Format format) {
    AVFormatContext* raw = nullptr;
    checked(avformat_alloc_output_context2(&raw, nullptr, format == Format::mp4 ? "mp4" : "webm", nullptr),
            "container");
    container_.reset(raw);
    container_->pb = file_.io();
    container_->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
  }

  void open_codec(const Encoding& encoding) {
    const AVCodec* encoder = made(encoder_of(encoding.format), "encoder");
    codec_.reset(made(avcodec_alloc_context3(encoder), "encoder"));
    codec_->width = size_.width;
    codec_->height = size_.height;
    codec_->pix_fmt = AV_PIX_FMT_YUV420P;
    codec_->time_base = milliseconds;
    codec_->thread_count = 1;
    codec_->max_b_frames = 0;  // shown in the order in which they are written, from the very first
    codec_->colorspace = AVCOL_SPC_BT709;
    codec_->color_primaries = AVCOL_PRI_BT709;
    codec_->color_trc = AVCOL_TRC_IEC61966_2_1;
    codec_->color_range = AVCOL_RANGE_MPEG;
    codec_->flags |= AV_CODEC_FLAG_BITEXACT;
    if ((container_->oformat->flags & AVFMT_GLOBALHEADER) != 0) codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    set_speed(*codec_, encoding.format, encoding.quality);
    checked(avcodec_open2(codec_.get(), encoder, nullptr), "encoder");
  }

  void start(Format format, std::size_t frames) {
    stream_ = made(avformat_new_stream(container_.get(), nullptr), "stream");
    stream_->time_base = milliseconds;
    checked(avcodec_parameters_from_context(stream_->codecpar, codec_.get()), "stream");
    AVDictionary* options = nullptr;
    // The index stands before the pictures, so that playing starts while loading; the room for it is a guess
    // from above.
    constexpr std::size_t head = 4096;
    constexpr std::size_t each_frame = 40;
    if (format == Format::mp4)
      av_dict_set_int(&options, "moov_size", static_cast<std::int64_t>(head + each_frame * frames), 0);
    const int written = avformat_write_header(container_.get(), &options);
    av_dict_free(&options);
    checked(written, "head of the file");
  }

  void write_packets() {
    const Owned<AVPacket> packet(made(av_packet_alloc(), "packet"));
    for (;;) {
      const int received = avcodec_receive_packet(codec_.get(), packet.get());
      if (received == AVERROR(EAGAIN) || received == AVERROR_EOF) return;
      checked(received, "encoding");
      packet->duration = durations_[packet->pts];
      packet->stream_index = stream_->index;
      av_packet_rescale_ts(packet.get(), codec_->time_base, stream_->time_base);
      checked(av_interleaved_write_frame(container_.get(), packet.get()), "writing");
    }
  }

  Size size_;
  MemoryFile file_;
  Owned<AVFormatContext> container_;
  Owned<AVCodecContext> codec_;
  Owned<SwsContext> scaler_;
  AVStream* stream_ = nullptr;
  std::int64_t now_ = 0;
  std::map<std::int64_t, std::int64_t> durations_;  ///< by the time when a frame is shown
};

VImage with_even_sides(const VImage& frame) {
  const int width = frame.width() + frame.width() % 2;
  const int height = frame.height() + frame.height() % 2;
  return frame.embed(0, 0, width, height, VImage::option()->set("extend", VIPS_EXTEND_COPY));
}

/// Before the pictures are made: what is larger no player shows, and the encoders need minutes and gigabytes.
void check_picture(Size size) {
  constexpr std::int64_t most_pixels = 35'651'584;  // level 6.2, the highest, of H.264 and of VP9
  if (std::int64_t{size.width} * size.height <= most_pixels) return;
  throw Refused({ErrorCode::payload_too_large,
                 {"The film would have pictures of " + std::to_string(size.width) + " × " +
                  std::to_string(size.height) + " pixels; at most " + std::to_string(most_pixels) +
                  " pixels are allowed, which is the most that H.264 and VP9 provide for."},
                 {}});
}

}  // namespace

bool can_write_video(Format format) {
  return encoder_of(format) != nullptr;
}

std::string encode_video(const VImage& frames, const Encoding& encoding) {
  av_log_set_level(AV_LOG_QUIET);
  const bool animated = frames.get_typeof(VIPS_META_PAGE_HEIGHT) != 0;
  const int page_height = animated ? frames.get_int(VIPS_META_PAGE_HEIGHT) : frames.height();
  const auto count = static_cast<std::size_t>(frames.height() / page_height);
  const std::vector<std::int64_t> delays =
      count == 1 ? std::vector{still_duration} : frame_delays(frames, count);
  const VImage color = frames.colourspace(VIPS_INTERPRETATION_sRGB);
  const Size size{frames.width() + frames.width() % 2, page_height + page_height % 2};
  check_picture(size);
  Film film(size, count, encoding);
  for (std::size_t i = 0; i < count; ++i) {
    const VImage frame =
        with_even_sides(color.extract_area(0, static_cast<int>(i) * page_height, frames.width(), page_height))
            .cast(VIPS_FORMAT_UCHAR)
            .copy_memory();
    film.add(static_cast<const std::uint8_t*>(frame.data()), delays[i]);
  }
  return film.finish();
}

}  // namespace rucola::render::worker
