#include "render/worker/encoding/film_part.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <variant>

#include "render/worker/encoding/coded_pictures.h"
#include "render/worker/encoding/video_codec.h"
#include "render/worker/memory/files.h"
#include "render/worker/video/film_clock.h"
#include "render/worker/video/film_cuts.h"
#include "render/worker/video/film_sound.h"
#include "render/worker/video/kept_pictures.h"
#include "render/worker/video/ts_file.h"

namespace rucola::render::worker {
namespace {

/// Lists of parts tell milliseconds: what is rounded here adds up to nothing.
std::int64_t in_milliseconds(std::int64_t ticks) {
  constexpr double ticks_a_millisecond = ticks_a_second / 1000.0;
  return std::llround(static_cast<double>(ticks) / ticks_a_millisecond);
}

double bits_a_second(const FilmCuts& cuts, std::size_t bytes) {
  const double seconds = static_cast<double>(cuts.ends) / ticks_a_second;
  return seconds > 0 ? std::round(8 * static_cast<double>(bytes) / seconds) : 0;
}

Size even(Size size) {
  return {size.width + size.width % 2, size.height + size.height % 2};
}

/// Upright.
Size size_of(const Plan& plan) {
  const auto* resize = plan.steps.empty() ? nullptr : std::get_if<ResizeStep>(&plan.steps.front());
  return even(resize == nullptr ? plan.source : resize->to);
}

void check_is_encoded() {
  if (video_encoder_of(Format::ts) != nullptr) return;
  throw Refused(
      {ErrorCode::unsupported_media_type,
       {"The video can't be streamed in this size: its pictures would have to be coded anew, and this "
        "machine's FFmpeg writes no H.264."},
       {}});
}

/// For the part of which most are decoded.
double decoded_pixels(const VideoFile& video, const FilmCuts& cuts) {
  constexpr double most = 1e14;  // what is beyond is too much for any limit
  const AVCodecParameters& coded = *video.pictures().codecpar;
  const FilmCut longest = std::ranges::max(cuts.parts, {}, &FilmCut::pictures);
  return std::min(most, static_cast<double>(longest.pictures) * coded.width * coded.height);
}

template <class Pictures>
std::string written(VideoFile& video, const FilmSpan& span, Pictures pictures) {
  const AVCodecParameters* sound = video.sound() == nullptr ? nullptr : video.sound()->codecpar;
  TsFile file(pictures.parameters(), sound);
  pictures.write(file);
  write_sound(video, span, file);
  return file.finish();
}

}  // namespace

Measured measure_film(VideoFile& video, std::size_t bytes) {
  check_sound(video);
  const FilmCuts cuts = cuts_of(video);
  Measured measured{can_keep_pictures(video, cuts) ? 1.0 : 0.0, bits_a_second(cuts, bytes),
                    decoded_pixels(video, cuts)};
  measured.reserve(measured.size() + cuts.parts.size());
  std::int64_t begins = 0;
  for (std::size_t i = 0; i < cuts.parts.size(); ++i) {
    const bool is_last = i + 1 == cuts.parts.size();
    const std::int64_t ends = in_milliseconds(is_last ? cuts.ends : cuts.parts[i + 1].begins);
    constexpr double milliseconds = 1000;
    measured.push_back(static_cast<double>(std::max<std::int64_t>(ends - begins, 1)) / milliseconds);
    begins = ends;
  }
  return measured;
}

std::string encode_film_part(VideoFile& video, const Plan& plan) {
  check_sound(video);
  const FilmCuts cuts = cuts_of(video);
  const std::size_t part = checked_part(cuts, plan.film_part);
  const FilmSpan span = span_of(cuts, part);
  if (plan.steps.empty() && can_keep_pictures(video, cuts))
    return written(video, span, KeptPictures(video, cuts, part));
  check_is_encoded();
  return written(video, span, CodedPictures(video, cuts, part, size_of(plan), plan.encoding.quality));
}

}  // namespace rucola::render::worker
