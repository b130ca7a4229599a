#include "render/worker/video/film_clock.h"

#include <algorithm>

namespace rucola::render::worker {
namespace {

constexpr AVRational tick{1, static_cast<int>(ticks_a_second)};
constexpr AVRational microsecond{1, AV_TIME_BASE};
constexpr std::int64_t farthest = std::int64_t{1} << 50;  // four centuries; sums of some fit as well
constexpr std::int64_t longest = std::int64_t{1} << 44;   // six years

}  // namespace

std::int64_t in_ticks(std::int64_t length, AVRational unit) {
  return std::clamp(av_rescale_q(length, unit, tick), -farthest, farthest);
}

FilmClock::FilmClock(const VideoFile& video)
    : start_(video.container().start_time == AV_NOPTS_VALUE
                 ? 0
                 : in_ticks(video.container().start_time, microsecond)) {}

std::int64_t FilmClock::ticks(std::int64_t time, AVRational unit) const {
  return std::clamp(in_ticks(time, unit) - start_, -longest, longest);
}

std::int64_t FilmClock::time_at(std::int64_t ticks, AVRational unit) const {
  return av_rescale_q(std::clamp(ticks, -longest, longest) + start_, tick, unit);
}

}  // namespace rucola::render::worker
