#include "render/worker/video/video_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <span>
#include <string>

extern "C" {
#include <libavutil/dovi_meta.h>
}

#include "render/worker/memory/files.h"

namespace rucola::render::worker {
namespace {

using ffmpeg::made;
using ffmpeg::Owned;

constexpr AVRational microseconds{1, AV_TIME_BASE};

struct Codec {
  AVCodecID id;
  std::string_view name;
  bool in_webm = false;
};
/// Those that browsers play.
constexpr std::array codecs{Codec{.id = AV_CODEC_ID_H264, .name = "H.264"},
                            Codec{.id = AV_CODEC_ID_HEVC, .name = "HEVC"},
                            Codec{.id = AV_CODEC_ID_VP8, .name = "VP8", .in_webm = true},
                            Codec{.id = AV_CODEC_ID_VP9, .name = "VP9", .in_webm = true},
                            Codec{.id = AV_CODEC_ID_AV1, .name = "AV1", .in_webm = true}};
/// What FFmpeg may decode these with; of sound nothing is decoded at all.
constexpr const char* decoders = "h264,hevc,vp8,vp9,libdav1d,libaom-av1,av1";

[[noreturn]] void refuse(ErrorCode code, std::string message) {
  throw Refused({code, {std::move(message)}, {}});
}

std::string names_of_codecs(bool in_webm) {
  std::string names;
  for (const Codec& codec : codecs) {
    if (in_webm && !codec.in_webm) continue;
    names.append(names.empty() ? "" : ", ").append(codec.name);
  }
  return names;
}

void check_codec(AVCodecID id, Format format) {
  const bool in_webm = format == Format::webm;
  const auto* known = std::ranges::find(codecs, id, &Codec::id);
  if (known != codecs.end() && (known->in_webm || !in_webm)) {
    if (avcodec_find_decoder(id) != nullptr) return;
    refuse(ErrorCode::unsupported_media_type,
           "This machine's FFmpeg reads no " + std::string(known->name) + ".");
  }
  refuse(ErrorCode::unsupported_media_type,
         "The video's pictures are in " + std::string(avcodec_get_name(id)) + "; in a file of this kind " +
             names_of_codecs(in_webm) + " are read.");
}

/// Its colours are of a kind of their own, which only decoders of Dolby know to convert.
void check_is_no_dolby_vision_5(const AVStream& stream) {
  const std::uint8_t* data = side_data(stream, AV_PKT_DATA_DOVI_CONF);
  if (data == nullptr) return;
  constexpr int without_ordinary_colors = 5;
  AVDOVIDecoderConfigurationRecord record{};
  std::memcpy(&record, data, sizeof record);
  if (record.dv_profile == without_ordinary_colors)
    refuse(ErrorCode::unsupported_media_type, "The video is in Dolby Vision, profile 5, which is not read.");
}

const AVInputFormat* demuxer_of(Format format) {
  const char* name = format == Format::webm ? "matroska" : "mov";
  return made(av_find_input_format(name), name);
}

/// A container may say that its data lie elsewhere.
int open_nothing(AVFormatContext* /*container*/, AVIOContext** /*opened*/, const char* /*address*/,
                 int /*flags*/, AVDictionary** /*options*/) {
  return AVERROR(EACCES);
}

std::int32_t scaled(std::int32_t length, double factor) {
  constexpr double most = std::numeric_limits<std::int32_t>::max();
  return static_cast<std::int32_t>(std::clamp(std::round(length * factor), 1.0, most));
}

}  // namespace

int readable(int answer) {
  if (answer >= 0) return answer;
  throw Refused({ErrorCode::unprocessable,
                 {"The video is damaged or cut off: it can't be read."},
                 {"FFmpeg: " + ffmpeg::error_text(answer)}});
}

const std::uint8_t* side_data(const AVStream& stream, AVPacketSideDataType type) {
#if LIBAVFORMAT_VERSION_MAJOR < 61
  return av_stream_get_side_data(&stream, type, nullptr);
#else
  const AVPacketSideData* found =
      av_packet_side_data_get(stream.codecpar->coded_side_data, stream.codecpar->nb_coded_side_data, type);
  return found == nullptr ? nullptr : found->data;
#endif
}

/// The bytes as FFmpeg reads a file.
class VideoFile::Input {
 public:
  explicit Input(std::string_view bytes) : bytes_(bytes) {
    constexpr int buffer_bytes = 64 << 10;
    auto* buffer = static_cast<unsigned char*>(made(av_malloc(buffer_bytes), "memory"));
    io_ = made(avio_alloc_context(buffer, buffer_bytes, 0, this, &read, nullptr, &seek), "memory");
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  ~Input() {
    av_freep(static_cast<void*>(&io_->buffer));
    avio_context_free(&io_);
  }

  [[nodiscard]] AVIOContext* io() const { return io_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

 private:
  static int read(void* self, std::uint8_t* to, int size) {
    auto& input = *static_cast<Input*>(self);
    const std::string_view part = input.bytes_.substr(input.at_, static_cast<std::size_t>(size));
    if (part.empty()) return AVERROR_EOF;
    std::ranges::copy(part, to);
    input.at_ += part.size();
    return static_cast<int>(part.size());
  }

  static std::int64_t seek(void* self, std::int64_t offset, int whence) {
    auto& input = *static_cast<Input*>(self);
    const auto end = static_cast<std::int64_t>(input.bytes_.size());
    if (whence == AVSEEK_SIZE) return end;
    if (whence == SEEK_CUR) offset += static_cast<std::int64_t>(input.at_);
    if (whence == SEEK_END) offset += end;
    if (offset < 0 || offset > end) return AVERROR(EINVAL);
    input.at_ = static_cast<std::size_t>(offset);
    return offset;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  AVIOContext* io_ = nullptr;
};

std::shared_ptr<VideoFile> VideoFile::open(std::string_view bytes, Format format,
                                           const protocol::Limits& limits) {
  return std::shared_ptr<VideoFile>(new VideoFile(bytes, format, limits));
}

VideoFile::VideoFile(std::string_view bytes, Format format, const protocol::Limits& limits)
    : limits_(limits), input_(std::make_unique<Input>(bytes)) {
  av_log_set_level(AV_LOG_QUIET);
  open_container(format);
  find_streams(format);
}

void VideoFile::open_container(Format format) {
  constexpr int most_streams = 64;
  AVFormatContext* context = made(avformat_alloc_context(), "container");
  context->pb = input_->io();
  context->flags |= AVFMT_FLAG_CUSTOM_IO;
  context->io_open = &open_nothing;
  context->max_streams = most_streams;
  // FFmpeg frees them.
  context->protocol_whitelist = made(av_strdup(""), "memory");
  context->codec_whitelist = made(av_strdup(decoders), "memory");
  // Frees the context where it fails.
  readable(avformat_open_input(&context, nullptr, demuxer_of(format), nullptr));
  container_.reset(context);
}

void VideoFile::find_streams(Format format) {
  readable(avformat_find_stream_info(container_.get(), nullptr));
  const int pictures = av_find_best_stream(container_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  const int sound = av_find_best_stream(container_.get(), AVMEDIA_TYPE_AUDIO, -1, pictures, nullptr, 0);
  const std::span<AVStream*> streams(container_->streams, container_->nb_streams);
  if (sound >= 0) sound_ = streams[static_cast<std::size_t>(sound)];
  if (pictures >= 0) pictures_ = streams[static_cast<std::size_t>(pictures)];
  // The cover of a piece of music is no film.
  if (pictures_ == nullptr || (pictures_->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0)
    refuse(ErrorCode::unprocessable,
           "The file has no moving pictures, and files of sound alone are not taken.");
  choose(*pictures_);
  check_codec(pictures_->codecpar->codec_id, format);
  check_is_no_dolby_vision_5(*pictures_);
  if (pictures_->codecpar->width < 1 || pictures_->codecpar->height < 1)
    refuse(ErrorCode::unprocessable,
           "The video is damaged or cut off: it does not say how large its pictures are.");
}

Size VideoFile::shown() const {
  const Size coded{pictures_->codecpar->width, pictures_->codecpar->height};
  const AVRational ratio = av_guess_sample_aspect_ratio(container_.get(), pictures_, nullptr);
  if (ratio.num <= 0 || ratio.den <= 0) return coded;
  const double wider = av_q2d(ratio);
  if (wider >= 1) return {scaled(coded.width, wider), coded.height};
  return {coded.width, scaled(coded.height, 1 / wider)};
}

/// The matrix takes (x, y) to (a·x + c·y, b·x + d·y). Of what is turned by other than quarters the nearest
/// quarter counts.
int VideoFile::orientation() const {
  const std::uint8_t* data = side_data(*pictures_, AV_PKT_DATA_DISPLAYMATRIX);
  if (data == nullptr) return 1;
  std::array<std::int32_t, 9> matrix{};
  std::memcpy(matrix.data(), data, sizeof matrix);
  const auto [a, b] = std::array{std::int64_t{matrix[0]}, std::int64_t{matrix[1]}};
  const auto [c, d] = std::array{std::int64_t{matrix[3]}, std::int64_t{matrix[4]}};
  if (std::abs(a) + std::abs(d) >= std::abs(b) + std::abs(c)) {
    if (d >= 0) return a >= 0 ? 1 : 2;
    return a >= 0 ? 4 : 3;
  }
  if (b >= 0) return c >= 0 ? 5 : 6;
  return c >= 0 ? 8 : 7;
}

std::int64_t VideoFile::first_time() const {
  const std::int64_t start = container_->start_time;
  return start == AV_NOPTS_VALUE ? 0 : av_rescale_q(start, microseconds, pictures_->time_base);
}

/// MP4 and MOV have one of all pictures in front, unless they are in fragments; what Matroska has may leave
/// out any.
int VideoFile::indexed_pictures() const {
  const bool has_all = std::string_view(container_->iformat->name).starts_with("mov") &&
                       pictures_->nb_frames > 0 &&
                       pictures_->nb_frames == avformat_index_get_entries_count(pictures_);
  return has_all ? avformat_index_get_entries_count(pictures_) : 0;
}

const AVIndexEntry& VideoFile::indexed_picture(int number) const {
  return *made(avformat_index_get_entry(pictures_, number), "entry of the index");
}

bool VideoFile::says_duration() const {
  return container_->duration != AV_NOPTS_VALUE && container_->duration > 0 &&
         container_->duration_estimation_method != AVFMT_DURATION_FROM_BITRATE;
}

/// What is said counts from time 0, where a film that was cut out of another does not begin.
std::int64_t VideoFile::said_duration() const {
  const std::int64_t start = container_->start_time;
  const bool begins_later = start != AV_NOPTS_VALUE && start > 0 && start < container_->duration;
  return begins_later ? container_->duration - start : container_->duration;
}

std::int64_t VideoFile::duration() {
  if (!duration_) duration_ = says_duration() ? said_duration() : duration_by_reading();
  return *duration_;
}

/// What browsers record has no duration: its head was sent before anybody knew it.
std::int64_t VideoFile::duration_by_reading() {
  const Owned<AVPacket> packet(made(av_packet_alloc(), "packet"));
  std::int64_t end = first_time();
  seek(end);
  while (read(*packet)) {
    if (packet->pts != AV_NOPTS_VALUE) end = std::max(end, packet->pts + packet->duration);
  }
  const std::int64_t lasts = end - first_time();
  seek(first_time());
  return av_rescale_q(lasts, pictures_->time_base, microseconds);
}

/// Of the others nothing is read.
void VideoFile::choose(const AVStream& stream) {
  for (AVStream* each : std::span(container_->streams, container_->nb_streams))
    each->discard = each->index == stream.index ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  chosen_ = &stream;
}

bool VideoFile::go_to(std::int64_t time) {
  choose(*pictures_);
  return av_seek_frame(container_.get(), pictures_->index, time, AVSEEK_FLAG_BACKWARD) >= 0;
}

/// A keyframe may be decoded before the time and shown after it; then what is shown at the time hangs on the
/// one before.
void VideoFile::seek(std::int64_t time) {
  constexpr int most_tries = 4;
  const Owned<AVPacket> packet(made(av_packet_alloc(), "packet"));
  std::int64_t wanted = time;
  for (int i = 0; i < most_tries; ++i) {
    if (!go_to(wanted) || !read(*packet)) break;
    const bool comes_before = packet->pts == AV_NOPTS_VALUE || packet->pts <= time;
    const std::int64_t decoded = packet->dts == AV_NOPTS_VALUE ? packet->pts : packet->dts;
    if (comes_before) {
      go_to(wanted);
      return;
    }
    wanted = std::min(decoded, wanted) - 1;
  }
  rewind();
}

void VideoFile::rewind() {
  constexpr AVRational well_before{10, 1};  // seconds: what is decoded first is shown a little later
  go_to(first_time() - av_rescale_q(1, well_before, pictures_->time_base));
}

void VideoFile::seek_sound(std::int64_t time) {
  choose(*sound_);
  av_seek_frame(container_.get(), sound_->index, time, AVSEEK_FLAG_BACKWARD);
}

bool VideoFile::read(AVPacket& packet) {
  for (;;) {
    av_packet_unref(&packet);
    const int answer = av_read_frame(container_.get(), &packet);
    if (answer < 0) return false;  // what is cut off ends where it ends
    if (packet.stream_index == chosen_->index) return true;
  }
}

}  // namespace rucola::render::worker
