// An SVG as librsvg reads it: how large it is, and its pixels at any size. libvips' own loader knows lengths
// at 72 dpi only (in, mm and pt come out too small), and makes of a drawing without a size what it covers.
//
// Threads: an object belongs to one thread at a time; a worker has one. Errors: unprocessable; where it is
// drawn, libvips' own vips::VError.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <librsvg/rsvg.h>
#include <vips/vips8>

#include "base/c_handle.h"
#include "base/error.h"
#include "render/plan/size.h"
#include "render/source/drawing_frame.h"

namespace rucola::render::worker {

class SvgDrawing {
 public:
  /// `text`: as drawable_svg() gives it; has passed check_svg(). Not needed afterwards.
  static Result<std::shared_ptr<const SvgDrawing>> read(std::string_view text);

  [[nodiscard]] const DrawingFrame& frame() const { return frame_; }
  /// With what styles say of it, which browsers go by where the drawing is a part of a page; nothing where
  /// that is left to the surroundings.
  [[nodiscard]] std::optional<ExactSize> styled_size() const;
  /// All of the drawing, of just this size: stretched where the ratio is another one. Opaque where it is,
  /// four bands.
  static vips::VImage draw(const std::shared_ptr<const SvgDrawing>& drawing, Size size);

 private:
  using Handle = CHandle<RsvgHandle, g_object_unref>;
  explicit SvgDrawing(Handle handle) : handle_(std::move(handle)) {}

  static int paint(VipsRegion* region, void* sequence, void* drawing, void* unused, gboolean* stop);

  Handle handle_;
  DrawingFrame frame_;
};

}  // namespace rucola::render::worker
