#include "render/worker/video/moving_pictures.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "render/plan/film_frames.h"
#include "render/worker/video/video_still.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

constexpr std::int64_t milliseconds_each = 1000;

/// At an even distance from the beginning, not from the frame before: nothing adds up.
std::int64_t time_in(const VideoFile& video, const Excerpt& excerpt, std::int64_t frame) {
  const AVRational unit{1, static_cast<int>(milliseconds_each) * excerpt.frames_per_second};
  const std::int64_t units = excerpt.start * excerpt.frames_per_second + frame * milliseconds_each;
  return video.first_time() + av_rescale_q(units, unit, video.pictures().time_base);
}

std::int64_t last_time(const VideoFile& video, const Excerpt& excerpt) {
  return time_in(video, excerpt, frames_in(excerpt.lasts, excerpt.frames_per_second) - 1);
}

/// The conversion of the colours takes several times as long as decoding, so it makes the picture smaller as
/// well. At least half of that is left to the real filter.
int shrink_on_the_way(Size upright, const std::optional<Size>& target) {
  constexpr double left_to_the_filter = 2;
  if (!target) return 1;
  const double shrink = std::min(static_cast<double>(upright.width) / target->width,
                                 static_cast<double>(upright.height) / target->height);
  return std::max(1, static_cast<int>(shrink / left_to_the_filter));
}

std::int32_t shrunk(std::int32_t length, int shrink) {
  return std::max(1, static_cast<std::int32_t>(std::lround(static_cast<double>(length) / shrink)));
}

Size size_for(const VideoFile& video, const std::optional<Size>& target) {
  constexpr int first_that_swaps_sides = 5;
  const Size shown = video.shown();
  const bool swaps = video.orientation() >= first_that_swaps_sides;
  const int shrink = shrink_on_the_way(swaps ? Size{shown.height, shown.width} : shown, target);
  return {shrunk(shown.width, shrink), shrunk(shown.height, shrink)};
}

}  // namespace

Excerpt excerpt_of(VideoFile& video, const Plan& plan) {
  constexpr std::int64_t microseconds = 1000;
  const std::int64_t start = std::max(0, plan.timestamp);
  const std::int64_t rest = std::max<std::int64_t>(0, video.duration() / microseconds - start);
  const std::int64_t lasts =
      plan.film_milliseconds < 0 ? rest : std::min<std::int64_t>(rest, plan.film_milliseconds);
  return {.start = start, .lasts = lasts, .frames_per_second = std::max(1, plan.frames_per_second)};
}

MovingPictures::MovingPictures(VideoFile& video, const Excerpt& excerpt, const std::optional<Size>& target)
    : video_(video),
      excerpt_(excerpt),
      size_(size_for(video, target)),
      walk_(video, time_in(video, excerpt, 0), last_time(video, excerpt)) {}

std::optional<VImage> MovingPictures::next() {
  const AVFrame* frame = walk_.at(time_in(video_, excerpt_, std::exchange(frame_, frame_ + 1)));
  if (frame == nullptr) return std::nullopt;
  return upright_picture(*frame, video_, size_);
}

}  // namespace rucola::render::worker
