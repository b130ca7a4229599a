#include "render/worker/drawing/size_check.h"

#include <algorithm>
#include <string>
#include <variant>

namespace rucola::render::worker {
namespace {

std::int64_t pixels_of(Size size, std::int64_t frames) {
  return std::int64_t{size.width} * size.height * frames;
}

std::unexpected<Error> too_large_a_result(Size size, std::int64_t frames, const protocol::Limits& limits) {
  return fail(
      ErrorCode::unprocessable,
      "The rendered image would have " + std::to_string(size.width) + " × " + std::to_string(size.height) +
          " pixels" + (frames > 1 ? " × " + std::to_string(frames) + " frames" : "") + "; at most " +
          std::to_string(limits.output_side) + " on a side (setting render.max_output_side) and " +
          std::to_string(limits.output_pixels) + " in all (setting render.max_output_pixels) are allowed.");
}

bool lies_inside(const CropStep& crop, Size size) {
  return crop.left >= 0 && crop.top >= 0 && crop.size.width <= size.width - crop.left &&
         crop.size.height <= size.height - crop.top;
}

}  // namespace

Result<Size> check_sizes(Size source, std::span<const Step> steps, std::int64_t frames,
                         const protocol::Limits& limits) {
  Size size = source;
  for (const Step& step : steps) {
    const auto* crop = std::get_if<CropStep>(&step);
    if (crop != nullptr && !lies_inside(*crop, size)) {
      return fail(ErrorCode::internal, "The image could not be processed.",
                  "a planned crop leaves the image");
    }
    const auto* composition = std::get_if<CompositionStep>(&step);
    if (composition != nullptr) {
      const Size overlay = turned(composition->overlay, composition->degrees);
      if (pixels_of(overlay, 1) > limits.output_pixels) return too_large_a_result(overlay, 1, limits);
    }
    const std::int64_t before = pixels_of(size, frames);
    size = size_after(size, step);
    const std::int64_t after = pixels_of(size, frames);
    if (after > before && after > limits.output_pixels) return too_large_a_result(size, frames, limits);
  }
  if (std::max(size.width, size.height) > limits.output_side ||
      pixels_of(size, frames) > limits.output_pixels) {
    return too_large_a_result(size, frames, limits);
  }
  return size;
}

}  // namespace rucola::render::worker
