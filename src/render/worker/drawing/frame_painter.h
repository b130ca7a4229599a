// Turns the frames of one source into pictures, one after the other: colours, orientation, the steps.
//
// Threads: a worker has one. Errors: Refused, vips::VError.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include <vips/vips8>

#include "render/operations/pixels.h"
#include "render/plan/step.h"
#include "render/worker/decoding/source.h"
#include "render/worker/drawing/layers.h"
#include "render/worker/drawing/lettering.h"

namespace rucola::render::worker {

class FramePainter {
 public:
  /// `size`: what the steps were computed from. Everything outlives the painter.
  FramePainter(Size size, std::span<const Step> steps, const SourceHeader& header, Layers& layers)
      : size_(size), steps_(steps), header_(header), layers_(layers) {}

  /// How the source is to be decoded for paint().
  [[nodiscard]] Decoding decoding(std::int32_t frames) const;
  vips::VImage paint(vips::VImage frame);

 private:
  [[nodiscard]] const ResizeStep* first_resize() const;
  [[nodiscard]] Size as_stored(Size size) const;
  [[nodiscard]] pixels::Extent extent_of(const vips::VImage& frame) const;
  [[nodiscard]] vips::VImage upright(const vips::VImage& frame) const;

  template <class Kind>
  vips::VImage apply(const vips::VImage& frame, const Kind& step);
  vips::VImage apply(const vips::VImage& frame, const SmartCropStep& step);
  vips::VImage apply(const vips::VImage& frame, const CompositionStep& step);
  vips::VImage apply(const vips::VImage& frame, const TextStep& step);
  vips::VImage overlay_of(const CompositionStep& step);

  Size size_;
  std::span<const Step> steps_;
  const SourceHeader& header_;
  Layers& layers_;
  std::vector<std::pair<const SmartCropStep*, CropStep>> attention_;
  // The same for every frame, so made once.
  std::map<const CompositionStep*, vips::VImage> overlays_;
  std::map<const TextStep*, Lettering> letterings_;
};

}  // namespace rucola::render::worker
