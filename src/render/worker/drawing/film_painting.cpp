#include "render/worker/drawing/film_painting.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "render/plan/film_frames.h"
#include "render/worker/decoding/source_checks.h"
#include "render/worker/drawing/frame_painter.h"
#include "render/worker/drawing/size_check.h"
#include "render/worker/video/moving_pictures.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

/// What a picture that stays is repeated as costs nothing.
std::vector<VImage> painted_frames(MovingPictures& pictures, FramePainter& painter, std::int64_t frames) {
  std::vector<VImage> painted;
  painted.reserve(static_cast<std::size_t>(frames));
  for (std::int64_t i = 0; i < frames; ++i) {
    const std::optional<VImage> picture = pictures.next();
    painted.push_back(picture ? painter.paint(*picture).copy_memory() : painted.back());
  }
  return painted;
}

/// GIF counts in hundredths of a second.
std::int32_t unit_of_time(Format format) {
  constexpr std::int32_t hundredth = 10;
  return format == Format::gif ? hundredth : 1;
}

void set_timing(const Excerpt& excerpt, Format format, int page_height, VImage& image) {
  image.set(VIPS_META_PAGE_HEIGHT, page_height);
  image.set("delay", frame_durations(excerpt.lasts, excerpt.frames_per_second, unit_of_time(format)));
  image.set("loop", 0);
}

}  // namespace

bool shows_film(const SourceHeader& header, const Plan& plan) {
  return header.video != nullptr && plan.animated && plan.frames_per_second > 0;
}

Result<PaintedFilm> paint_film(const SourceHeader& header, const Plan& plan, Layers& layers,
                               const protocol::Limits& limits) {
  const Excerpt excerpt = excerpt_of(*header.video, plan);
  const std::int64_t frames = frames_in(excerpt.lasts, excerpt.frames_per_second);
  if (auto good = check_pixels(header.upright.width, header.upright.height, frames, limits); !good)
    return std::unexpected(good.error());
  const Result<Size> planned = check_sizes(plan.source, plan.steps, frames, limits);
  if (!planned) return std::unexpected(planned.error());
  FramePainter painter(plan.source, plan.steps, header, layers);
  MovingPictures pictures(*header.video, excerpt, painter.decoding(1).target);
  const std::vector<VImage> painted = painted_frames(pictures, painter, frames);
  if (frames == 1) return PaintedFilm{painted.front(), 1, *planned};
  VImage image = VImage::arrayjoin(painted, VImage::option()->set("across", 1)).copy();
  set_timing(excerpt, plan.encoding.format, painted.front().height(), image);
  return PaintedFilm{image, frames, *planned};
}

}  // namespace rucola::render::worker
