#include "render/worker/draw.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "render/operations/pixels.h"
#include "render/steps.h"
#include "render/worker/color.h"
#include "render/worker/encode.h"
#include "render/worker/source.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

std::unexpected<Error> contradiction(std::string detail) {
  return fail(ErrorCode::internal, "The image could not be processed.", std::move(detail));
}

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

/// The planner has checked the same: but it must hold even if the planner is wrong. A step may work on a
/// source that is larger than any result may be, but may not enlarge past that.
Result<Size> check_sizes(const Plan& plan, std::int64_t frames, const protocol::Limits& limits) {
  Size size = plan.source;
  for (const Step& step : plan.steps) {
    const auto* crop = std::get_if<CropStep>(&step);
    if (crop != nullptr && !lies_inside(*crop, size)) return contradiction("a planned crop leaves the image");
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

/// Turns the frames of one source into results, one after the other.
class FramePainter {
 public:
  FramePainter(const Plan& plan, const SourceHeader& header) : plan_(plan), header_(header) {}

  VImage paint(VImage frame) {
    auto step = plan_.steps.begin();
    const bool color_later = can_wait_for_srgb(frame);
    if (!color_later) frame = to_srgb(frame);
    if (header_.format == Format::svg && !starts_with_resize(plan_))
      frame = pixels::apply(frame, ResizeStep{plan_.source});
    if (starts_with_resize(plan_)) {
      frame = pixels::apply(frame, ResizeStep{as_stored(std::get<ResizeStep>(*step).to)});
      ++step;
    }
    if (color_later) frame = to_srgb(frame);
    frame = upright(frame);
    for (; step != plan_.steps.end(); ++step)
      frame = std::visit([&](const auto& kind) { return apply(frame, kind); }, *step);
    return frame;
  }

  static bool starts_with_resize(const Plan& plan) {
    return !plan.steps.empty() && std::holds_alternative<ResizeStep>(plan.steps.front());
  }

 private:
  [[nodiscard]] Size as_stored(Size size) const {
    return swaps_sides(header_.orientation) ? Size{size.height, size.width} : size;
  }

  [[nodiscard]] VImage upright(const VImage& frame) const {
    if (header_.orientation == 1) return frame;
    return frame.copy_memory().autorot();
  }

  template <class Kind>
  VImage apply(const VImage& frame, const Kind& step) {
    return pixels::apply(frame, step);
  }

  /// The first frame decides for all, or an animation would jump.
  VImage apply(const VImage& frame, const SmartCropStep& step) {
    const VImage known = frame.copy_memory();
    const auto decided =
        std::ranges::find(attention_, &step, &std::pair<const SmartCropStep*, CropStep>::first);
    if (decided != attention_.end()) return pixels::apply(known, decided->second);
    attention_.emplace_back(&step, pixels::find_attention(known, step));
    return pixels::apply(known, attention_.back().second);
  }

  const Plan& plan_;
  const SourceHeader& header_;
  std::vector<std::pair<const SmartCropStep*, CropStep>> attention_;
};

/// The animation's timing, which lies beside the first frame's pixels.
void copy_timing(const VImage& from, VImage& to, int page_height) {
  to.set(VIPS_META_PAGE_HEIGHT, page_height);
  if (from.get_typeof("delay") != 0) to.set("delay", from.get_array_int("delay"));
  if (from.get_typeof("loop") != 0) to.set("loop", from.get_int("loop"));
}

/// Every frame is finished before the next is read: only results lie in memory, not the whole source.
VImage paint_all(const VImage& source, FramePainter& painter, std::int32_t frames) {
  const int page_height = source.height() / frames;
  std::vector<VImage> painted;
  painted.reserve(static_cast<std::size_t>(frames));
  for (std::int32_t i = 0; i < frames; ++i) {
    const VImage frame = source.extract_area(0, i * page_height, source.width(), page_height);
    painted.push_back(painter.paint(frame).copy_memory());
  }
  VImage joined = VImage::arrayjoin(painted, VImage::option()->set("across", 1)).copy();
  copy_timing(source, joined, painted.front().height());
  return joined;
}

VImage paint(std::string_view bytes, const SourceHeader& header, const Plan& plan, std::int32_t frames) {
  Decoding decoding{.all_frames = frames > 1, .target = {}};
  if (FramePainter::starts_with_resize(plan))
    decoding.target = std::get<ResizeStep>(plan.steps.front()).to;
  else if (header.format == Format::svg)
    decoding.target = plan.source;
  const VImage source = decode(bytes, header, decoding);
  FramePainter painter(plan, header);
  if (frames > 1) return paint_all(source, painter, frames);
  VImage still = painter.paint(source).copy();
  still.remove(VIPS_META_PAGE_HEIGHT);  // of the source; savers would cut the result into frames
  return still;
}

}  // namespace

Result<std::string> draw(std::string_view bytes, const Plan& plan, const protocol::Limits& limits) {
  const Result<SourceHeader> header = examine(bytes, limits, Scrutiny::limits);
  if (!header) return std::unexpected(header.error());
  if (header->format != Format::svg && header->upright != plan.source) {
    return contradiction("the plan is for another source");
  }
  const std::int32_t frames = plan.animated ? header->frames : 1;
  const Result<Size> expected = check_sizes(plan, frames, limits);
  if (!expected) return std::unexpected(expected.error());
  const VImage image = paint(bytes, *header, plan, frames);
  if (image.width() != expected->width || image.height() != expected->height * frames) {
    return contradiction("the result has " + std::to_string(image.width()) + " x " +
                         std::to_string(image.height()) + " pixels, which is not what was planned");
  }
  return encode(image, plan.encoding);
}

}  // namespace rucola::render::worker
