#include "render/worker/video/video_frames.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

#include "render/worker/memory/files.h"
#include "render/worker/video/decoder.h"
#include "render/worker/video/pictures_from.h"

namespace rucola::render::worker {
namespace {

using ffmpeg::made;
using ffmpeg::Owned;

constexpr AVRational milliseconds_each{1, 1000};

/// Do its lights differ? By a grid of samples.
bool shows_something(const AVFrame& frame) {
  constexpr int side = 32;
  constexpr double nearly_one = 10;  // standard deviation, of 255
  const Owned<SwsContext> scaler(sws_getContext(frame.width, frame.height,
                                                static_cast<AVPixelFormat>(frame.format), side, side,
                                                AV_PIX_FMT_GRAY8, SWS_POINT, nullptr, nullptr, nullptr));
  if (!scaler) return true;
  std::array<std::uint8_t, std::size_t{side} * side> lights{};
  std::uint8_t* to = lights.data();
  if (sws_scale(scaler.get(), frame.data, frame.linesize, 0, frame.height, &to, &side) < 0) return true;
  double sum = 0;
  double squares = 0;
  for (const std::uint8_t light : lights) {
    sum += light;
    squares += static_cast<double>(light) * light;
  }
  const double mean = sum / lights.size();
  return std::sqrt(std::max(0.0, squares / lights.size() - mean * mean)) > nearly_one;
}

/// Before anything is decoded.
void check_way(VideoFile& video, std::int64_t time, std::int64_t milliseconds, std::int64_t already) {
  const std::int64_t most = most_decoded(video) - already;
  const Owned<AVPacket> packet(made(av_packet_alloc(), "packet"));
  std::int64_t pictures = 0;
  while (pictures <= most && video.read(*packet) && (packet->dts == AV_NOPTS_VALUE || packet->dts <= time))
    ++pictures;
  if (pictures <= most) return;
  const AVCodecParameters& coded = *video.pictures().codecpar;
  throw Refused({ErrorCode::payload_too_large,
                 {"The picture at " + std::to_string(milliseconds) +
                  " milliseconds can't be made: more than " + std::to_string(most_decoded(video)) +
                  " pictures of " + std::to_string(coded.width) + " × " + std::to_string(coded.height) +
                  " pixels would have to be decoded, from the last whole one before it on; at most " +
                  std::to_string(video.limits().still_pixels) +
                  " pixels are decoded for a picture (setting render.max_still_pixels)."},
                 {}});
}

}  // namespace

Owned<AVFrame> telling_frame(VideoFile& video) {
  constexpr std::int64_t seconds_looked_at = 3;
  constexpr int most_looked_at = 200;
  const AVRational unit = video.pictures().time_base;
  const std::int64_t last = video.first_time() + av_rescale_q(seconds_looked_at, {1, 1}, unit);
  Decoder decoder(video);
  Owned<AVFrame> first;
  Owned<AVFrame> frame(made(av_frame_alloc(), "frame"));
  for (int i = 0; i < most_looked_at && decoder.next(*frame); ++i) {
    if (shows_something(*frame)) return frame;
    if (frame->best_effort_timestamp != AV_NOPTS_VALUE && frame->best_effort_timestamp > last) break;
    if (!first) first = std::exchange(frame, Owned<AVFrame>(made(av_frame_alloc(), "frame")));
  }
  if (first) return first;
  if (frame->width == 0) refuse_without_pictures();
  return frame;
}

Owned<AVFrame> frame_at(VideoFile& video, std::int64_t milliseconds) {
  const std::int64_t time =
      video.first_time() + av_rescale_q(milliseconds, milliseconds_each, video.pictures().time_base);
  PicturesFrom pictures(video, time,
                        [&](std::int64_t already) { check_way(video, time, milliseconds, already); });
  Owned<AVFrame> shown;
  Owned<AVFrame> frame(made(av_frame_alloc(), "frame"));
  while (pictures.next(*frame)) {
    const bool is_later =
        frame->best_effort_timestamp != AV_NOPTS_VALUE && frame->best_effort_timestamp > time;
    if (is_later && shown) return shown;
    if (is_later) return frame;
    std::swap(shown, frame);
    if (!frame) frame.reset(made(av_frame_alloc(), "frame"));
  }
  if (!shown) refuse_without_pictures();
  return shown;
}

namespace {

[[noreturn]] void refuse_part(const VideoFile& video, std::int64_t milliseconds_that_fit) {
  constexpr std::int64_t tenth = 100;
  const std::int64_t tenths = std::max<std::int64_t>(0, milliseconds_that_fit / tenth);
  const AVCodecParameters& coded = *video.pictures().codecpar;
  const std::string fit =
      tenths > 0 ? std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " seconds from there fit"
                 : "Nothing that begins there fits";
  throw Refused(
      {ErrorCode::payload_too_large,
       {"The animation of the video can't be made: more than " + std::to_string(most_decoded(video)) +
        " pictures of " + std::to_string(coded.width) + " × " + std::to_string(coded.height) +
        " pixels would have to be decoded, from the last whole one before its beginning on; at most " +
        std::to_string(video.limits().still_pixels) +
        " pixels are decoded for it (setting render.max_still_pixels). " + fit +
        R"(; the stack option "seconds" says how many are shown.)"},
       {}});
}

/// Before anything is decoded.
void check_part(VideoFile& video, std::int64_t first, std::int64_t last, std::int64_t already) {
  const std::int64_t most = most_decoded(video) - already;
  const Owned<AVPacket> packet(made(av_packet_alloc(), "packet"));
  std::int64_t pictures = 0;
  std::int64_t reached = first;
  while (pictures <= most && video.read(*packet) && (packet->dts == AV_NOPTS_VALUE || packet->dts <= last)) {
    ++pictures;
    if (packet->dts != AV_NOPTS_VALUE) reached = std::max(reached, packet->dts);
  }
  if (pictures > most)
    refuse_part(video, av_rescale_q(reached - first, video.pictures().time_base, milliseconds_each));
}

bool is_later(const AVFrame& frame, std::int64_t time) {
  return frame.best_effort_timestamp != AV_NOPTS_VALUE && frame.best_effort_timestamp > time;
}

}  // namespace

struct FrameWalk::State {
  State(VideoFile& video, std::int64_t first, const PicturesFrom::Check& check)
      : pictures(video, first, check) {}

  /// Null after the last one.
  void read_next() {
    if (!next) next.reset(made(av_frame_alloc(), "frame"));
    if (!pictures.next(*next)) next.reset();
  }

  PicturesFrom pictures;
  Owned<AVFrame> shown;
  Owned<AVFrame> next;
};

FrameWalk::FrameWalk(VideoFile& video, std::int64_t first, std::int64_t last)
    : state_(std::make_unique<State>(
          video, first, [&](std::int64_t already) { check_part(video, first, last, already); })) {
  state_->read_next();
}

FrameWalk::~FrameWalk() = default;

const AVFrame* FrameWalk::at(std::int64_t time) {
  bool is_another = false;
  while (state_->next && (!state_->shown || !is_later(*state_->next, time))) {
    std::swap(state_->shown, state_->next);
    state_->read_next();
    is_another = true;
  }
  if (!state_->shown) refuse_without_pictures();
  return is_another ? state_->shown.get() : nullptr;
}

}  // namespace rucola::render::worker
