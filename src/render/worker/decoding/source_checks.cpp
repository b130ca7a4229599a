#include "render/worker/decoding/source_checks.h"

#include <algorithm>

#include <vips/vips.h>

#include "base/ascii.h"

namespace rucola::render::worker {

std::string format_name(Format format) {
  return upper(name_of(format));
}

std::unexpected<Error> damaged(Format format, const std::string& how) {
  return fail(ErrorCode::unprocessable, "The " + format_name(format) + " file is damaged: " + how + ".");
}

std::unexpected<Error> too_large(const std::string& what, std::int64_t limit, const std::string& setting) {
  return fail(ErrorCode::payload_too_large, "The image is too large: " + what + "; at most " +
                                                std::to_string(limit) + " are allowed (" + setting + ").");
}

Result<void> check_pixels(std::int64_t width, std::int64_t height, std::int64_t frames,
                          const protocol::Limits& limits) {
  if (frames > limits.source_frames) {
    return too_large("it has more than " + std::to_string(limits.source_frames) + " frames",
                     limits.source_frames, "setting render.max_source_frames");
  }
  // Both factors fit into 32 bits, so a division can't overflow where the product might.
  if (width > 0 && height > 0 && height > limits.source_pixels / width / std::max<std::int64_t>(frames, 1)) {
    return too_large(std::to_string(width) + " × " + std::to_string(height) + " pixels" +
                         (frames > 1 ? " × " + std::to_string(frames) + " frames" : ""),
                     limits.source_pixels, "setting render.max_source_pixels");
  }
  // Frames lie below each other.
  const std::int64_t side = std::max(width, height * std::max<std::int64_t>(frames, 1));
  if (side > VIPS_MAX_COORD)
    return too_large(std::to_string(side) + " pixels to a side", VIPS_MAX_COORD, "what libvips can hold");
  return {};
}

}  // namespace rucola::render::worker
