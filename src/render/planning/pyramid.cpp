#include "render/planning/pyramid.h"

#include <algorithm>
#include <cmath>
#include <variant>

namespace rucola::render {
namespace {

// 54 dB to the source: a difference of one in 255 here and there. From 90 on, libvips keeps all colours at
// full resolution.
constexpr std::int32_t opaque_quality = 95;
/// Of a level to the picture made from it; a level of just the picture's size would blur it.
constexpr double least_reduction = 2;

/// As far as a JPEG is reduced while it is decoded; so a picture of just that size is none the worse for it.
constexpr std::int32_t overview_reduction = 8;
/// From here on it is decoded to that (worker/decoding: up to here it leaves the resize something to do).
constexpr double decoded_to_an_eighth_from = 9;

struct Lengths {
  std::int32_t start = 0;
  std::int32_t length = 0;
};

/// The same part of a level that is `factor` times smaller than the source.
Lengths on_level(Lengths part, double factor, std::int32_t level_length) {
  const auto at = [&](std::int32_t pixels) {
    return static_cast<std::int32_t>(std::lround(pixels / factor));
  };
  const std::int32_t start = std::min(at(part.start), level_length - 1);
  const std::int32_t end = std::clamp(at(part.start + part.length), start + 1, level_length);
  return {.start = start, .length = end - start};
}

/// Levels are halves rounded down, which moves nothing; the overview is stretched to its size.
CropStep on_level(const CropStep& crop, Size source, const LevelSteps& over) {
  const Size size = pyramid_level_size(over.top, over.level);
  const double halved = std::exp2(over.level);
  const Lengths across =
      on_level(Lengths{crop.left, crop.size.width}, halved * source.width / over.top.width, size.width);
  const Lengths down =
      on_level(Lengths{crop.top, crop.size.height}, halved * source.height / over.top.height, size.height);
  return {.left = across.start, .top = down.start, .size = {across.length, down.length}};
}

/// A viewer rounds the sides of the last tiles up: they are reduced by what they were rounded up from. A side
/// of one pixel says nothing of that.
double reduction_of(Size part, Size result) {
  const double across = part.width / std::max(result.width - 1.0, 1.0);
  const double down = part.height / std::max(result.height - 1.0, 1.0);
  if (result.width == 1 && result.height > 1) return down;
  if (result.height == 1 && result.width > 1) return across;
  return std::min(across, down);
}

bool has_overview(Size source) {
  return std::min(source.width, source.height) >= overview_reduction * pyramid_tile_side;
}

Size overview_size(Size source) {
  return {source.width / overview_reduction, source.height / overview_reduction};
}

LevelSteps fitting_level(Size source, double reduction) {
  LevelSteps over{.top = source, .level = 0, .steps = {}};
  if (reduction >= overview_reduction && has_overview(source)) {
    over.top = overview_size(source);
    reduction /= overview_reduction;
  }
  while (over.level + 1 < pyramid_levels(over.top) &&
         reduction >= least_reduction * std::exp2(over.level + 1))
    ++over.level;
  return over;
}

}  // namespace

bool is_worth_a_pyramid(Size source, const Settings& settings) {
  return std::int64_t{source.width} * source.height >= settings.pyramid_from_pixels;
}

Encoding pyramid_encoding(bool opaque) {
  Encoding encoding;
  encoding.format = Format::tiff;
  encoding.pyramid = true;
  encoding.quality = opaque_quality;
  encoding.lossless = !opaque;
  return encoding;
}

Size pyramid_level_size(Size top, std::int32_t level) {
  return {top.width >> level, top.height >> level};
}

std::int32_t pyramid_levels(Size top) {
  std::int32_t levels = 1;
  while (std::max(top.width, top.height) > pyramid_tile_side && std::min(top.width, top.height) > 1) {
    top = pyramid_level_size(top, 1);
    ++levels;
  }
  return levels;
}

LevelSteps over_pyramid(Size source, const std::vector<Step>& steps) {
  auto rest = steps.begin();
  CropStep part{.left = 0, .top = 0, .size = source};
  if (rest != steps.end() && std::holds_alternative<CropStep>(*rest)) part = std::get<CropStep>(*rest++);
  Size result = part.size;
  if (rest != steps.end() && std::holds_alternative<ResizeStep>(*rest))
    result = std::get<ResizeStep>(*rest++).to;
  LevelSteps found = fitting_level(source, reduction_of(part.size, result));
  const CropStep crop = on_level(part, source, found);
  if (crop.size != pyramid_level_size(found.top, found.level)) found.steps.emplace_back(crop);
  if (crop.size != result) found.steps.emplace_back(ResizeStep{result});
  found.steps.insert(found.steps.end(), rest, steps.end());
  return found;
}

std::optional<LevelSteps> over_overview(Size source, const std::vector<Step>& steps) {
  const ResizeStep* const resize = steps.empty() ? nullptr : std::get_if<ResizeStep>(&steps.front());
  if (resize == nullptr) return {};
  const double reduction = std::min(static_cast<double>(source.width) / resize->to.width,
                                    static_cast<double>(source.height) / resize->to.height);
  if (reduction < decoded_to_an_eighth_from) return {};
  return LevelSteps{.top = overview_size(source), .steps = steps};
}

}  // namespace rucola::render
