#include "render/worker/decoding/video_source.h"

#include <cmath>
#include <string>
#include <utility>

#include "render/worker/video/video_file.h"

namespace rucola::render::worker {
namespace {

/// The length counts where the file comes in: to know it all of the file may have to be read.
Result<void> check_length(VideoFile& video, Size size, const protocol::Limits& limits) {
  const double seconds = static_cast<double>(video.duration()) / AV_TIME_BASE;
  const double pixels = static_cast<double>(size.width) * size.height;
  if (pixels * seconds <= static_cast<double>(limits.video_pixel_seconds)) return {};
  return fail(ErrorCode::payload_too_large,
              "The video is too large: " + std::to_string(size.width) + " × " + std::to_string(size.height) +
                  " pixels for " + std::to_string(std::lround(seconds)) + " seconds; at most " +
                  std::to_string(limits.video_pixel_seconds) +
                  " pixels times seconds are allowed (setting render.max_video_pixel_seconds).");
}

}  // namespace

Result<SourceHeader> read_video_header(std::string_view bytes, Format format, const protocol::Limits& limits,
                                       Scrutiny scrutiny) {
  auto video = VideoFile::open(bytes, format, limits);
  const Size shown = video->shown();
  const Size size = swaps_sides(video->orientation()) ? Size{shown.height, shown.width} : shown;
  if (scrutiny == Scrutiny::complete) {
    if (auto good = check_length(*video, size, limits); !good) return std::unexpected(good.error());
  }
  return SourceHeader{.format = format, .stored = size, .upright = size, .video = std::move(video)};
}

}  // namespace rucola::render::worker
