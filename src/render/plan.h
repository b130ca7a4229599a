// A plan: what one worker does to one source image, all geometry computed. The planner makes it in the
// server, the worker carries it out; nothing is decided twice.
//
// The serialised form is canonical (one plan, one text), so it is also what the key of a render is made of:
// two URLs that mean the same pixels have the same plan.
//
// Values; no shared state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "render/format.h"

namespace rucola::render {

struct Size {
  std::int32_t width = 0;   ///< pixels
  std::int32_t height = 0;  ///< pixels of one frame
  bool operator==(const Size&) const = default;
};

struct Color {
  std::uint8_t red = 255;
  std::uint8_t green = 255;
  std::uint8_t blue = 255;
  bool operator==(const Color&) const = default;
};

/// Exactly to this size, whatever the ratio: the planner has done box, fill and dpr.
struct ResizeStep {
  Size to;
};

/// Lies inside the image.
struct CropStep {
  std::int32_t left = 0;
  std::int32_t top = 0;
  Size size;
};

/// The worker finds where the attention is.
struct SmartCropStep {
  Size size;
};

/// Clockwise. The canvas grows to hold the corners.
struct RotateStep {
  double degrees = 0;
  Color background;
  double background_opacity = 0;  ///< 0 transparent … 100 opaque
};

struct GrayscaleStep {};

struct BlurStep {
  double sigma = 4;  ///< pixels
};

using Step = std::variant<ResizeStep, CropStep, SmartCropStep, RotateStep, GrayscaleStep, BlurStep>;

struct Encoding {
  Format format = Format::jpg;
  std::int32_t quality = 80;  ///< 1 to 100; not for png
  bool lossless = false;      ///< webp and avif
  std::int32_t png_compression_level = 7;
  Color flatten_onto{};         ///< where the format has no transparency
  bool flatten_always = false;  ///< the option transparency.color is set
};

struct Plan {
  Size source;  ///< of the upright source: what the steps were computed from; an SVG is loaded at this size
  std::vector<Step> steps;
  Encoding encoding;
  bool animated = false;  ///< keep all frames
};

/// Canonical JSON.
std::string serialise(const Plan& plan);
/// Reads what serialise() wrote; only the worker does.
Result<Plan> parse_plan(std::string_view text);

}  // namespace rucola::render
