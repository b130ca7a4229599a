#include "render/plan/cost.h"

#include <algorithm>
#include <cmath>
#include <variant>

#include "base/ascii.h"

namespace rucola::render {
namespace {

// Nanoseconds a pixel, of one core of the 2-core machine that bench/ runs on: processor time of libvips 8.14
// (`time vips gaussblur …`, VIPS_CONCURRENCY=1) for 1600 x 1200 pixels of noise in three channels, less that
// of copying them. Noise is the hardest to write: for AVIF, HEIF and PNG it is half of that.
constexpr double decoded = 30;       // JPEG 20, PNG 10, WebP 25, AVIF 60
constexpr double film_decoded = 5;   // of a video, besides: each of its own pictures, H.264 and VP9 2
constexpr double reduced = 15;       // of the larger one
constexpr double enlarged = 75;      // of the larger one
constexpr double turned_about = 60;  // a rotation by other than quarters, to where it is
constexpr double tap = 2.3;          // of a bell curve, both ways, while its sums are small numbers: sigma 10
constexpr double tap_of_wide = 12;   // once they aren't: sigma 50 and 100
constexpr double widest_fast_tap = 64;  // where that changes
constexpr double sharpened = 200;
constexpr double recoloured = 80;  // to LCh and back
constexpr double touched = 10;     // whatever looks at each pixel once
constexpr double merged = 100;     // one picture over another
constexpr double lettered = 50;
constexpr double film_pictures = 180;       // of a part of a film: six seconds, as most cameras have them
constexpr double film_picture_read = 6;     // decoded, and made smaller
constexpr double film_picture_written = 6;  // as H.264
constexpr double shape_found = 4'000'000;   // of a primitive: nanoseconds, whatever the size of the image

double pixels_of(Size size) {
  return static_cast<double>(size.width) * size.height;
}

double bell_curve(double taps) {
  return taps * (taps > widest_fast_tap ? tap_of_wide : tap);
}

/// libvips cuts the curve off where it has come to a fifth of its height, 1.8 sigmas from the middle.
double gaussian(double sigma) {
  return bell_curve(2 * 1.8 * sigma + 1);
}

/// A wide one is made on a smaller copy: operations/blur.pixels.cpp.
double gaussian_up_to(double reach, double sigma) {
  const double farthest = std::min(reach, 5 * sigma);
  const double shrink = std::max(1.0, std::min(sigma / 2.5, farthest / 7));
  return reduced + enlarged + (2 * farthest / shrink + 1) * tap_of_wide / (shrink * shrink);
}

/// A line may have millions of dashes, wherever it is seen; a backslash is for may_filter().
bool may_draw_dashes(const SvgChange& change) {
  return lower(change.attribute) == "stroke-dasharray" || lower(change.value).contains("dasharray");
}

bool may_take_any_time(const SvgChange& change) {
  return may_filter(change) || may_draw_dashes(change);
}

/// Nanoseconds. What they set off may take any time: such a render is never among those that have all
/// workers.
double changes_of(const std::vector<SvgChange>& changes) {
  constexpr std::chrono::nanoseconds heavy = heavy_from;
  return std::ranges::any_of(changes, may_take_any_time) ? static_cast<double>(heavy.count()) : 0;
}

/// Nanoseconds; the size becomes that after the steps.
double steps_of(Size& size, const std::vector<Step>& steps);

/// Nanoseconds of one step for an image of that size.
struct StepCost {
  Size before;
  Size after;

  double operator()(const ResizeStep& /*step*/) const {
    const bool grows = pixels_of(after) > pixels_of(before);
    return grows ? enlarged * pixels_of(after) : reduced * pixels_of(before);
  }
  double operator()(const CropStep& /*step*/) const { return 0; }
  double operator()(const EnlargedPartStep& /*step*/) const { return enlarged * pixels_of(after); }
  double operator()(const RotateStep& step) const {
    return (std::fmod(step.degrees, 90) == 0 ? touched : turned_about) * pixels_of(after);
  }
  double operator()(const BlurStep& step) const {
    return pixels_of(before) *
           (step.radius > 0 ? gaussian_up_to(step.radius, step.sigma) : gaussian(step.sigma));
  }
  double operator()(const SharpenStep& step) const {
    return pixels_of(before) * (sharpened + gaussian(step.sigma));
  }
  double operator()(const DropShadowStep& step) const {
    return pixels_of(after) * (merged + gaussian_up_to(step.reach, step.sigma));
  }
  double operator()(const ModulateStep& /*step*/) const { return recoloured * pixels_of(before); }
  double operator()(const PrimitiveStep& step) const {
    return shape_found * step.count + touched * step.count * pixels_of(before);
  }
  double operator()(const CompositionStep& step) const {
    double cost = merged * pixels_of(after);
    for (const Layer& layer : step.layer) {
      Size size = layer.source;
      cost += changes_of(layer.svg_changes) + decoded * pixels_of(size) + steps_of(size, layer.steps);
    }
    if (std::fmod(step.degrees, 90) != 0) cost += turned_about * pixels_of(step.overlay);
    return cost;
  }
  /// Where the size is sought, it is drawn at several.
  double operator()(const TextStep& step) const {
    constexpr double sizes_tried = 10;
    constexpr double largest = 25'000'000;
    const double wanted = step.width > 0 && step.height > 0
                              ? static_cast<double>(step.width) * step.height
                              : static_cast<double>(step.text.size()) * step.size * step.size;
    const double lines = std::min(wanted, largest);
    return lettered * lines * (step.fit ? sizes_tried : 1) + merged * std::min(lines, pixels_of(before));
  }
  template <class Other>
  double operator()(const Other& /*step*/) const {
    return touched * pixels_of(before);
  }
};

double steps_of(Size& size, const std::vector<Step>& steps) {
  double cost = 0;
  for (const Step& step : steps) {
    const Size after = size_after(size, step);
    cost += std::visit(StepCost{size, after}, step);
    size = after;
  }
  return cost;
}

/// Nanoseconds a pixel.
double encoded(const Encoding& encoding) {
  constexpr double jpg_in_tiles = 50;  // at full size, at half …
  if (encoding.pyramid && !encoding.lossless) return jpg_in_tiles;
  switch (encoding.format) {
    case Format::jpg:
      return 15;
    case Format::png:
      return encoding.palette_quality > 0 ? 300 : 200;
    case Format::webp:
      return encoding.lossless ? 950 : 210;
    case Format::avif:
      return 450;
    case Format::heif:
      return 1'500;
    case Format::jxl:
    case Format::mp4:
    case Format::webm:
      return 300;
    case Format::jp2:
      return 250;
    default:  // GIF, TIFF
      return 350;
  }
}

/// Nanoseconds a pixel, as decoded, but for the slowest kind of file that there is: progressive, interlaced,
/// lossless.
double decoded_at_most(Format format) {
  switch (format) {
    case Format::jpg:
      return 16;
    case Format::png:
      return 18;
    case Format::webp:
      return 30;
    case Format::heif:
    case Format::avif:
      return 65;
    case Format::jxl:
      return 140;
    case Format::jp2:
      return 120;
    default:  // GIF, TIFF, BMP, ICO, PSD
      return 15;
  }
}

/// Several qualities are tried and looked at where the lowest with a certain score is sought, and four of
/// them on average where the file may have only so many bytes.
double encoded_as_wanted(const Encoding& encoding) {
  constexpr double tries = 6;
  constexpr double compared = 150;
  constexpr double more_tries_for_size = 3;
  const double once = encoded(encoding) * (encoding.thorough ? 2 : 1);
  const double for_size = encoding.max_bytes > 0 ? more_tries_for_size * once : 0;
  return for_size + (encoding.min_score > 0 ? tries * (once + compared) : once);
}

double encodings_of(const Plan& plan) {
  double cost = encoded_as_wanted(plan.encoding);
  if (plan.if_transparent) cost = std::max(cost, encoded_as_wanted(*plan.if_transparent));
  for (const Encoding& other : plan.or_smaller)
    cost += encoded_as_wanted(other);
  return cost;
}

/// Nanoseconds a pixel, of a frame of an animation that is made of a video: those of its pictures that come
/// before the frame are decoded as well. How many there are in a second nobody has said.
double film_frame_of(const Plan& plan) {
  constexpr double usual_pictures_a_second = 30;
  if (!plan.animated || plan.frames_per_second < 1) return 0;
  return film_decoded * usual_pictures_a_second / plan.frames_per_second;
}

/// Nanoseconds, of a part of a film that is coded anew: however small, it is never among the cheap ones.
double film_part_of(const Plan& plan) {
  constexpr std::chrono::nanoseconds least = heavy_from;
  Size size = plan.source;
  const double read = film_picture_read * pixels_of(size);
  steps_of(size, plan.steps);
  const double each = read + film_picture_written * pixels_of(size);
  return std::max(film_pictures * each, static_cast<double>(least.count()));
}

Cost in_milliseconds(double nanoseconds) {
  constexpr double most = 1e18;  // an int64 holds more
  return std::chrono::duration_cast<Cost>(
      std::chrono::nanoseconds(static_cast<std::int64_t>(std::min(most, nanoseconds))));
}

}  // namespace

Cost cost_of(const Plan& plan, std::int64_t frames) {
  if (codes_film_anew(plan)) return in_milliseconds(film_part_of(plan));
  if (plan.film_part >= 0) return Cost::zero();  // only cut: nothing of it is decoded
  Size size = plan.source;
  double each = changes_of(plan.svg_changes) + (decoded + film_frame_of(plan)) * pixels_of(size);
  each += steps_of(size, plan.steps);
  each += encodings_of(plan) * pixels_of(size);
  return in_milliseconds(each * static_cast<double>(plan.animated ? frames : 1));
}

Cost cost_of_decoding(Format format, Size size, std::int64_t frames) {
  const double all = (decoded_at_most(format) + touched) * pixels_of(size) * static_cast<double>(frames);
  return in_milliseconds(all);
}

}  // namespace rucola::render
