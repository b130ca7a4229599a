// What the tests of a worker's drawing share: plans, and what becomes of a file by one.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "render/sample_images.h"
#include "render/worker/decoding/source.h"
#include "render/worker/drawing/draw.h"

namespace rucola::render::worker {

constexpr protocol::Limits limits{.source_pixels = 225'000'000,
                                  .source_frames = 1'000,
                                  .output_pixels = 100'000'000,
                                  .output_side = 16'383,
                                  .cpu_seconds = 60};

inline Plan plan_for(Size source, std::vector<Step> steps, Format format = Format::png) {
  Plan plan;
  plan.source = source;
  plan.steps = std::move(steps);
  plan.encoding.format = format;
  plan.encoding.quality = 90;
  return plan;
}

inline Result<Drawing> draw_one(std::string_view bytes, const Plan& plan, const protocol::Limits& within) {
  const File file{bytes};
  return draw(Files(&file, 1), plan, within);
}

inline std::string drawn(std::string_view bytes, const Plan& plan) {
  Result<Drawing> result = draw_one(bytes, plan, limits);
  if (!result) throw std::runtime_error(result.error().message.text + result.error().detail.text);
  return std::move(result->bytes);
}

inline samples::VImage picture(std::string_view bytes, const Plan& plan) {
  return samples::open(drawn(bytes, plan));
}

/// With transparent corners.
inline RotateStep turn(double degrees) {
  RotateStep step;
  step.degrees = degrees;
  return step;
}

inline std::vector<double> pixel(const samples::VImage& image, int x, int y) {
  return image.getpoint(x, y);
}

}  // namespace rucola::render::worker
