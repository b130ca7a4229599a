#include "render/worker/video/film_cuts.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "render/worker/memory/files.h"
#include "render/worker/video/film_clock.h"

namespace rucola::render::worker {
namespace {

using ffmpeg::made;
using ffmpeg::Owned;

constexpr std::int64_t shortest_part = 6 * ticks_a_second;
constexpr std::int64_t before_all = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t after_all = std::numeric_limits<std::int64_t>::max();

/// Chooses among the pictures, as they come.
class Cutter {
 public:
  /// `delay`: how much later the pictures are shown than decoded, in their own units.
  Cutter(const VideoFile& video, std::int64_t delay)
      : clock_(video), unit_(video.pictures().time_base), delay_(delay) {}

  void add(std::int64_t decoded, bool is_whole, bool is_hidden) {
    const FilmCut picture{.decoded = decoded, .begins = shown(decoded)};
    cuts_.hides_pictures |= is_hidden;
    cuts_.ends = std::max(cuts_.ends, picture.begins);
    if (is_whole) cut_before(picture);
    count(decoded);
  }

  /// When a picture that is decoded then is shown, in ticks.
  [[nodiscard]] std::int64_t shown(std::int64_t decoded) const {
    constexpr std::int64_t farthest = std::int64_t{1} << 61;
    return clock_.ticks(std::clamp(decoded, -farthest, farthest) + std::clamp(delay_, -farthest, farthest),
                        unit_);
  }

  /// `duration` of the video, in ticks.
  FilmCuts finish(std::int64_t duration) {
    if (cuts_.parts.empty()) {
      throw Refused({ErrorCode::unprocessable,
                     {"The video can't be streamed: none of its pictures is stored as a whole."},
                     {}});
    }
    cuts_.ends = std::max(cuts_.ends, duration);
    return std::move(cuts_);
  }

 private:
  void cut_before(const FilmCut& picture) {
    if (cuts_.parts.empty())
      cuts_.parts.push_back({.decoded = picture.decoded, .begins = 0});
    else if (picture.begins - cuts_.parts.back().begins >= shortest_)
      cuts_.parts.push_back(picture);
    while (cuts_.parts.size() > most_film_parts)
      make_longer();
  }

  /// Until the first picture of a part is shown, what is decoded may be of the part before as well.
  void count(std::int64_t decoded) {
    if (cuts_.parts.empty()) return;
    FilmCut& last = cuts_.parts.back();
    ++last.pictures;
    if (cuts_.parts.size() > 1 && clock_.ticks(decoded, unit_) < last.begins)
      ++cuts_.parts[cuts_.parts.size() - 2].pictures;
  }

  void make_longer() {
    shortest_ *= 2;
    std::vector<FilmCut> kept;
    for (const FilmCut& cut : cuts_.parts) {
      if (kept.empty() || cut.begins - kept.back().begins >= shortest_)
        kept.push_back(cut);
      else
        kept.back().pictures += cut.pictures;
    }
    cuts_.parts = std::move(kept);
  }

  FilmClock clock_;
  AVRational unit_;
  std::int64_t delay_;
  std::int64_t shortest_ = shortest_part;
  FilmCuts cuts_;
};

bool has(int flags, int flag) {
  return (flags & flag) != 0;
}

/// How much later the first picture that is meant is shown than decoded.
template <class IsMeant>
std::int64_t delay_of(VideoFile& video, IsMeant is_meant) {
  constexpr std::int64_t farthest = std::int64_t{1} << 61;
  const Owned<AVPacket> packet(made(av_packet_alloc(), "packet"));
  video.rewind();
  while (video.read(*packet)) {
    const bool is_timed = packet->pts != AV_NOPTS_VALUE && packet->dts != AV_NOPTS_VALUE;
    if (is_timed && is_meant(*packet))
      return std::clamp(packet->pts, -farthest, farthest) - std::clamp(packet->dts, -farthest, farthest);
  }
  return 0;
}

bool is_whole(const AVIndexEntry& picture) {
  return has(picture.flags, AVINDEX_KEYFRAME);
}

bool is_whole(const AVPacket& picture) {
  return has(picture.flags, AV_PKT_FLAG_KEY);
}

/// Where no picture is whole, the time of the last one.
std::int64_t first_whole(const VideoFile& video, int pictures) {
  int i = 0;
  while (i + 1 < pictures && !is_whole(video.indexed_picture(i)))
    ++i;
  return video.indexed_picture(i).timestamp;
}

/// Ticks; 0 where there is none. Reads all of it.
std::int64_t end_of_sound(VideoFile& video) {
  if (video.sound() == nullptr) return 0;
  const FilmClock clock(video);
  const AVRational unit = video.sound()->time_base;
  const Owned<AVPacket> packet(made(av_packet_alloc(), "packet"));
  std::int64_t end = 0;
  video.seek_sound(clock.time_at(0, unit));
  while (video.read(*packet)) {
    const std::int64_t time = packet->pts == AV_NOPTS_VALUE ? packet->dts : packet->pts;
    if (time != AV_NOPTS_VALUE) end = std::max(end, clock.ticks(av_sat_add64(time, packet->duration), unit));
  }
  return end;
}

/// Of those that the index names: an index in front is whole where the file was cut off behind it.
int pictures_there(const VideoFile& video, int pictures) {
  const std::int64_t bytes = avio_size(video.container().pb);
  for (int i = 0; i < pictures; ++i) {
    const AVIndexEntry& picture = video.indexed_picture(i);
    if (picture.pos > bytes - picture.size) return i;
  }
  return pictures;
}

/// What the index calls whole counts: FFmpeg calls packets so by what it finds in them.
FilmCuts cut_by_index(VideoFile& video, int pictures, std::int64_t duration) {
  const std::int64_t first = first_whole(video, pictures);
  Cutter cutter(video, delay_of(video, [&](const AVPacket& packet) { return packet.dts >= first; }));
  const int there = pictures_there(video, pictures);
  for (int i = 0; i < there; ++i) {
    const AVIndexEntry& picture = video.indexed_picture(i);
    cutter.add(picture.timestamp, is_whole(picture), has(picture.flags, AVINDEX_DISCARD_FRAME));
  }
  if (there == pictures) return cutter.finish(duration);
  const std::int64_t end = cutter.shown(video.indexed_picture(there).timestamp);
  return cutter.finish(std::max(end, end_of_sound(video)));
}

FilmCuts cut_by_reading(VideoFile& video, std::int64_t duration) {
  Cutter cutter(video, delay_of(video, [](const AVPacket& packet) { return is_whole(packet); }));
  const Owned<AVPacket> packet(made(av_packet_alloc(), "packet"));
  std::int64_t end = 0;
  video.rewind();
  while (video.read(*packet)) {
    const std::int64_t decoded = decoding_time(*packet);
    if (decoded == AV_NOPTS_VALUE) continue;
    cutter.add(decoded, is_whole(*packet), has(packet->flags, AV_PKT_FLAG_DISCARD));
    end = std::max(end, cutter.shown(av_sat_add64(decoded, packet->duration)));
  }
  constexpr std::int64_t somewhat = ticks_a_second;
  const bool ends_early = end + somewhat < duration;
  return cutter.finish(ends_early ? std::max(end, end_of_sound(video)) : duration);
}

}  // namespace

std::int64_t decoding_time(const AVPacket& packet) {
  return packet.dts == AV_NOPTS_VALUE ? packet.pts : packet.dts;
}

FilmCuts cuts_of(VideoFile& video) {
  constexpr AVRational microsecond{1, AV_TIME_BASE};
  const std::int64_t duration = in_ticks(video.duration(), microsecond);
  const int pictures = video.indexed_pictures();
  return pictures > 0 ? cut_by_index(video, pictures, duration) : cut_by_reading(video, duration);
}

std::size_t checked_part(const FilmCuts& cuts, std::int32_t part) {
  if (part >= 0 && std::cmp_less(part, cuts.parts.size())) return static_cast<std::size_t>(part);
  throw Refused({ErrorCode::bad_request,
                 {"The video has no part " + std::to_string(part) + ": they are counted from 0 to " +
                  std::to_string(cuts.parts.size() - 1) + "."},
                 {}});
}

FilmSpan span_of(const FilmCuts& cuts, std::size_t part) {
  const bool is_last = part + 1 == cuts.parts.size();
  return {.begins = part == 0 ? before_all : cuts.parts[part].begins,
          .ends = is_last ? after_all : cuts.parts[part + 1].begins};
}

std::optional<std::int64_t> time_of_part(const VideoFile& video, const FilmCuts& cuts, std::size_t part) {
  if (part == 0) return std::nullopt;
  // Its own time, in units that may be finer than ticks, lies before the next one.
  return FilmClock(video).time_at(cuts.parts[part].begins + 1, video.pictures().time_base);
}

void go_to_part(VideoFile& video, const FilmCuts& cuts, std::size_t part) {
  const auto time = time_of_part(video, cuts, part);
  if (!time) return video.rewind();
  video.seek(*time);
}

}  // namespace rucola::render::worker
