// Where a video is cut into the parts that it is streamed in: at pictures that hang on none before them
// (keyframes), the first of them that is six seconds or more after the last cut. All renditions of a video
// are cut at the same times, so this is the one place that says where, and it says the same each time.
//
// Hostile input is expected: there are at most most_film_parts, which grow longer instead. Threads: a worker
// has one. Errors: those of video_file.h; Refused (unprocessable) where no picture is a whole one,
// (bad_request) where there is no such part.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "render/plan/measurement.h"
#include "render/worker/video/video_file.h"

namespace rucola::render::worker {

struct FilmCut {
  std::int64_t decoded = 0;   ///< when its first picture is, which tells it from others; as decoding_time()
  std::int64_t begins = 0;    ///< when that is shown, in ticks; 0 for the first part, whenever its picture is
  std::int64_t pictures = 0;  ///< that are decoded where the part is coded anew
};

struct FilmCuts {
  std::vector<FilmCut> parts;   ///< at least one
  std::int64_t ends = 0;        ///< ticks; of what was cut off, where what there is of it ends
  bool hides_pictures = false;  ///< some are decoded, but not to be shown
};

/// From `begins` on, until before `ends`; ticks. The first part begins before all times, the last one ends
/// after all.
struct FilmSpan {
  std::int64_t begins = 0;
  std::int64_t ends = 0;
};

/// Reads all of the video, unless it has an index of all that is there.
FilmCuts cuts_of(VideoFile& video);

/// `part` as a plan counts them, if there is such a one.
std::size_t checked_part(const FilmCuts& cuts, std::int32_t part);
FilmSpan span_of(const FilmCuts& cuts, std::size_t part);
/// When its first picture is shown, or a little later, in units of pictures().time_base. Of the first part,
/// which has what comes before it as well, none.
std::optional<std::int64_t> time_of_part(const VideoFile& video, const FilmCuts& cuts, std::size_t part);
/// To where that part's first picture can be read from; perhaps there are others before it.
void go_to_part(VideoFile& video, const FilmCuts& cuts, std::size_t part);

/// In units of pictures().time_base; AV_NOPTS_VALUE where nobody knows.
std::int64_t decoding_time(const AVPacket& packet);

}  // namespace rucola::render::worker
