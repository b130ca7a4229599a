#include "render/plan_geometry.h"

#include <cmath>
#include <numbers>

namespace rucola::render {

Size turned(Size size, double degrees) {
  if (std::fmod(degrees, 180) == 0) return size;
  if (std::fmod(degrees, 90) == 0) return {size.height, size.width};
  const double radians = degrees * std::numbers::pi / 180;
  const double along = std::abs(std::cos(radians));
  const double across = std::abs(std::sin(radians));
  return {static_cast<std::int32_t>(std::lround(size.width * along + size.height * across)),
          static_cast<std::int32_t>(std::lround(size.width * across + size.height * along))};
}

Size size_after(Size size, const Step& step) {
  if (const auto* resize = std::get_if<ResizeStep>(&step)) return resize->to;
  if (const auto* crop = std::get_if<CropStep>(&step)) return crop->size;
  if (const auto* crop = std::get_if<SmartCropStep>(&step)) return crop->size;
  if (const auto* rotate = std::get_if<RotateStep>(&step)) return turned(size, rotate->degrees);
  return size;
}

}  // namespace rucola::render
