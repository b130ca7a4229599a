#include "render/pyramid.h"

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

struct Lengths {
  std::int32_t start = 0;
  std::int32_t length = 0;
};

/// The same part of a level.
Lengths on_level(Lengths part, std::int32_t level, std::int32_t level_length) {
  const double factor = std::exp2(level);
  const auto at = [&](std::int32_t pixels) {
    return static_cast<std::int32_t>(std::lround(pixels / factor));
  };
  const std::int32_t start = std::min(at(part.start), level_length - 1);
  const std::int32_t end = std::clamp(at(part.start + part.length), start + 1, level_length);
  return {.start = start, .length = end - start};
}

CropStep on_level(const CropStep& crop, std::int32_t level, Size level_size) {
  const Lengths across = on_level(Lengths{crop.left, crop.size.width}, level, level_size.width);
  const Lengths down = on_level(Lengths{crop.top, crop.size.height}, level, level_size.height);
  return {.left = across.start, .top = down.start, .size = {across.length, down.length}};
}

std::int32_t fitting_level(Size source, Size part, Size result) {
  const double reduction = std::min(static_cast<double>(part.width) / result.width,
                                    static_cast<double>(part.height) / result.height);
  std::int32_t level = 0;
  while (level + 1 < pyramid_levels(source) && reduction >= least_reduction * std::exp2(level + 1))
    ++level;
  return level;
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

Size pyramid_level_size(Size source, std::int32_t level) {
  return {source.width >> level, source.height >> level};
}

std::int32_t pyramid_levels(Size source) {
  std::int32_t levels = 1;
  while (std::max(source.width, source.height) > pyramid_tile_side &&
         std::min(source.width, source.height) > 1) {
    source = pyramid_level_size(source, 1);
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
  LevelSteps found{.level = fitting_level(source, part.size, result), .steps = {}};
  const Size level_size = pyramid_level_size(source, found.level);
  const CropStep crop = on_level(part, found.level, level_size);
  if (crop.size != level_size) found.steps.emplace_back(crop);
  if (crop.size != result) found.steps.emplace_back(ResizeStep{result});
  found.steps.insert(found.steps.end(), rest, steps.end());
  return found;
}

}  // namespace rucola::render
