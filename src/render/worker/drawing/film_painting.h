// An animation that is made of a video: each frame is decoded, painted and done with before the next, so that
// only results lie in memory.
//
// Threads: a worker has one. Errors: as decoding/source.h, Refused included.
#pragma once

#include <cstdint>

#include <vips/vips8>

#include "base/error.h"
#include "render/plan/plan.h"
#include "render/plan/size.h"
#include "render/protocol/messages.h"
#include "render/worker/decoding/source.h"
#include "render/worker/drawing/layers.h"

namespace rucola::render::worker {

struct PaintedFilm {
  vips::VImage image;       ///< frames below each other, with their timing
  std::int64_t frames = 1;  ///< that it should have
  Size planned;             ///< of each
};

/// Does the plan want the video to move?
bool shows_film(const SourceHeader& header, const Plan& plan);

/// The plan's steps with each frame. `header` is of a video.
Result<PaintedFilm> paint_film(const SourceHeader& header, const Plan& plan, Layers& layers,
                               const protocol::Limits& limits);

}  // namespace rucola::render::worker
