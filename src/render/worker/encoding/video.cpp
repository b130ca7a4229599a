#include "render/worker/encoding/video.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "render/worker/encoding/frame_delays.h"
#include "render/worker/encoding/video_codec.h"
#include "render/worker/video/ffmpeg.h"
#include "render/worker/video/memory_file.h"

namespace rucola::render::worker {
namespace {

using ffmpeg::checked;
using ffmpeg::made;
using ffmpeg::Owned;
using vips::VImage;

constexpr AVRational milliseconds{1, 1000};
constexpr std::int64_t still_duration = 1000;

/// One stream of pictures on its way into a file.
class Film {
 public:
  /// `delays` of the frames that will come, in milliseconds.
  Film(Size size, const std::vector<std::int64_t>& delays, const Encoding& encoding) : size_(size) {
    open_file(encoding.format);
    open_codec(encoding, *std::ranges::min_element(delays));
    start(encoding.format, delays.size());
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

  void open_codec(const Encoding& encoding, std::int64_t shortest_delay) {
    const auto shortest = static_cast<int>(std::clamp<std::int64_t>(shortest_delay, 1, still_duration));
    codec_ = open_video_encoder({.format = encoding.format,
                                 .quality = encoding.quality,
                                 .size = size_,
                                 .unit = milliseconds,
                                 .frames_a_second = {milliseconds.den, shortest},
                                 .header_is_apart = (container_->oformat->flags & AVFMT_GLOBALHEADER) != 0});
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
  ffmpeg::MemoryFile file_;
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

}  // namespace

bool can_write_video(Format format) {
  return video_encoder_of(format) != nullptr;
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
  check_film_size(size);
  Film film(size, delays, encoding);
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
