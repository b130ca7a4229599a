#include "render/worker/drawing/frame_painter.h"

#include <algorithm>
#include <variant>

#include "render/operations/pixels.h"
#include "render/worker/colors/color.h"

namespace rucola::render::worker {

using vips::VImage;

namespace {

/// Asks for each pixel several times, and would have all steps before it carried out as often: a resize after
/// a wide sharpening took fifteen times as long. The first step takes the file's pixels as they come.
bool looks_around(const Step& step) {
  return std::holds_alternative<ResizeStep>(step) || std::holds_alternative<EnlargedPartStep>(step) ||
         std::holds_alternative<BlurStep>(step) || std::holds_alternative<SharpenStep>(step);
}

}  // namespace

Decoding FramePainter::decoding(std::int32_t frames) const {
  Decoding decoding{.all_frames = frames > 1, .target = {}};
  if (const ResizeStep* resize = first_resize()) {
    decoding.target = resize->to;
  } else if (is_drawing(header_.format)) {
    decoding.target = size_;
  }
  return decoding;
}

VImage FramePainter::paint(VImage frame) {
  const bool color_later = can_wait_for_srgb(frame);
  if (!color_later) frame = to_srgb(frame);
  const ResizeStep* resize = first_resize();
  if (is_drawing(header_.format) && resize == nullptr) frame = pixels::apply(frame, ResizeStep{size_});
  if (resize != nullptr) frame = pixels::apply(frame, ResizeStep{as_stored(resize->to)}, extent_of(frame));
  if (color_later) frame = to_srgb(frame);
  frame = upright(frame);
  for (const Step& step : steps_.subspan(resize != nullptr ? 1 : 0)) {
    if (looks_around(step) && &step != &steps_.front()) frame = frame.copy_memory();
    frame = std::visit([&](const auto& kind) { return apply(frame, kind); }, step);
  }
  return frame;
}

const ResizeStep* FramePainter::first_resize() const {
  return steps_.empty() ? nullptr : std::get_if<ResizeStep>(&steps_.front());
}

Size FramePainter::as_stored(Size size) const {
  return swaps_sides(header_.orientation) ? Size{size.height, size.width} : size;
}

/// A JPEG's decoder leaves out what does not fill a pixel; WebP's makes the last one a little larger.
pixels::Extent FramePainter::extent_of(const VImage& frame) const {
  if (coded_format(header_) != Format::jpg)
    return {static_cast<double>(frame.width()), static_cast<double>(frame.height())};
  const double shrink = shrink_on_load(header_, decoding(1));
  return {header_.stored.width / shrink, header_.stored.height / shrink};
}

VImage FramePainter::upright(const VImage& frame) const {
  if (header_.orientation == 1) return frame;
  return frame.copy_memory().autorot();
}

template <class Kind>
VImage FramePainter::apply(const VImage& frame, const Kind& step) {
  return pixels::apply(frame, step);
}

/// The first frame decides for all, or an animation would jump.
VImage FramePainter::apply(const VImage& frame, const SmartCropStep& step) {
  const VImage known = frame.copy_memory();
  const auto decided =
      std::ranges::find(attention_, &step, &std::pair<const SmartCropStep*, CropStep>::first);
  if (decided != attention_.end()) return pixels::apply(known, decided->second);
  attention_.emplace_back(&step, pixels::find_attention(known, step));
  return pixels::apply(known, attention_.back().second);
}

VImage FramePainter::overlay_of(const CompositionStep& step) {
  VImage overlay =
      step.layer.empty() ? pixels::color_box(step.overlay, step.color) : layers_.picture(step.layer.front());
  if (step.degrees != 0) {
    overlay = pixels::apply(overlay, RotateStep{.degrees = step.degrees, .background = {}}).copy_memory();
  }
  return step.opacity < 100 ? pixels::with_opacity(overlay, step.opacity) : overlay;
}

VImage FramePainter::apply(const VImage& frame, const CompositionStep& step) {
  auto known = overlays_.find(&step);
  if (known == overlays_.end()) known = overlays_.emplace(&step, overlay_of(step)).first;
  return pixels::compose(frame, known->second, step);
}

VImage FramePainter::apply(const VImage& frame, const TextStep& step) {
  auto known = letterings_.find(&step);
  if (known == letterings_.end()) {
    known = letterings_.emplace(&step, letter(layers_.file(step.font), step, layers_.limits())).first;
  }
  const Lettering& lettering = known->second;
  const Position at = place(lettering, step.anchor, {frame.width(), frame.height()});
  return pixels::over(frame, lettering.picture, at);
}

}  // namespace rucola::render::worker
