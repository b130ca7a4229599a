#include "render/planning/size_limits.h"

#include <algorithm>
#include <string>

#include "base/wording.h"

namespace rucola::render {
namespace {

std::int64_t pixels_of(Size size) {
  return std::int64_t{size.width} * size.height;
}

std::string size_text(Size size) {
  return std::to_string(size.width) + " x " + std::to_string(size.height) + " pixels";
}

std::string frames_of(std::int64_t frames, Size size) {
  return std::to_string(frames) + " frame(s) of " + size_text(size);
}

std::unexpected<Error> beyond(ErrorCode code, const std::string& what, std::int64_t limit,
                              std::string_view key) {
  return fail(code, what + "; the limit is " + std::to_string(limit) + " (configuration: render." +
                        std::string(key) + ").");
}

}  // namespace

Result<void> check_source_frames(std::int64_t frames, const Settings& settings) {
  if (frames <= settings.max_source_frames) return {};
  return beyond(ErrorCode::payload_too_large, "The source image has " + std::to_string(frames) + " frames",
                settings.max_source_frames, "max_source_frames");
}

Result<void> check_source_size(Size size, std::int64_t frames, const Settings& settings) {
  if (pixels_of(size) <= settings.max_source_pixels / frames) return {};
  return beyond(ErrorCode::payload_too_large, "The source image has " + frames_of(frames, size),
                settings.max_source_pixels, "max_source_pixels");
}

Result<void> check_operation_count(std::int64_t operations, const Settings& settings) {
  if (operations <= settings.max_operations) return {};
  return beyond(ErrorCode::unprocessable, "The render has " + std::to_string(operations) + " operations",
                settings.max_operations, "max_operations");
}

Result<void> check_growth(Size before, Size after, std::int64_t frames, std::string_view operation,
                          const Settings& settings) {
  if (pixels_of(after) <= pixels_of(before)) return {};
  if (pixels_of(after) <= settings.max_output_pixels / frames) return {};
  return beyond(ErrorCode::unprocessable,
                "The operation " + in_quotes(operation) + " would make " + frames_of(frames, after),
                settings.max_output_pixels, "max_output_pixels");
}

Result<void> check_output_size(Size size, std::int64_t frames, const Settings& settings) {
  if (std::max(size.width, size.height) > settings.max_output_side) {
    return beyond(ErrorCode::unprocessable,
                  "The render would have " + size_text(size) + ", too long on a side",
                  settings.max_output_side, "max_output_side");
  }
  if (pixels_of(size) > settings.max_output_pixels / frames) {
    return beyond(ErrorCode::unprocessable, "The render would have " + frames_of(frames, size),
                  settings.max_output_pixels, "max_output_pixels");
  }
  return {};
}

Result<void> check_cost(Cost cost, const Settings& settings) {
  if (cost <= settings.max_cost) return {};
  return beyond(ErrorCode::unprocessable,
                "The render would take a processor core about " +
                    std::to_string(std::chrono::ceil<std::chrono::seconds>(cost).count()) +
                    " seconds, by the size of the image and what is done to it",
                settings.max_cost.count(), "max_cost");
}

}  // namespace rucola::render
