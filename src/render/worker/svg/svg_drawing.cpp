#include "render/worker/svg/svg_drawing.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#include <cairo.h>
#include <gio/gio.h>
#include <unistd.h>

#include "base/wording.h"
#include "render/worker/svg/svg_policy.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;
using Stream = CHandle<GInputStream, g_object_unref>;
using GlibError = CHandle<GError, g_error_free>;
using Canvas = CHandle<cairo_t, cairo_destroy>;
using Surface = CHandle<cairo_surface_t, cairo_surface_destroy>;

constexpr double dpi = 96;
/// What others write into files as the density of a drawing's bitmap.
constexpr double bitmap_dpi = 72;
/// Pixels. What a filter sees is drawn anew for each: they are better large.
constexpr int tile_side = 2000;

/// librsvg's letters are of 12 pixels where nothing is said of them, those of browsers of 16. An attribute
/// gives way to every style sheet, so that this one keeps off.
constexpr std::string_view usual_letters = ":root:not([font-size]){font-size:16px}";

/// As browsers, by the root's attributes; a style that gives the size counts where they give none.
DrawingFrame frame_of(std::string_view text, const std::optional<ExactSize>& styled) {
  DrawingFrame frame{.root_id = root_attribute(text, "id")};
  for (const char* attribute : {"width", "height", "viewBox"})
    frame.set(attribute, root_attribute(text, attribute));
  if (!frame.width && !frame.height && styled) {
    frame.width = styled->width;
    frame.height = styled->height;
  }
  return frame;
}

/// What librsvg takes for granted, and browsers don't.
std::string style_sheet(std::string_view text, const DrawingFrame& frame) {
  std::string sheet;
  if (text.contains("ex") || text.contains("em")) sheet += usual_letters;  // text, and the units
  // "50%" of a side is all of it in a picture; without a viewBox librsvg goes by the attributes.
  if (!frame.view_box && (!frame.width || !frame.height)) {
    const ExactSize natural = frame.natural_size();
    sheet += ":root{width:" + number_text(natural.width) + "px;height:" + number_text(natural.height) + "px}";
  }
  return sheet;
}

/// cairo's pixels, with the colours weighed by their opacity, as those of libvips.
void convert_row(std::uint8_t* pixel, int count) {
  constexpr int opaque = 255;
  for (int i = 0; i < count; ++i, pixel += 4) {
    std::uint32_t native = 0;
    std::copy_n(pixel, 4, reinterpret_cast<std::uint8_t*>(&native));
    const std::uint32_t alpha = native >> 24U;
    const auto color = [&](unsigned shift) {
      const std::uint32_t weighed = (native >> shift) & 0xffU;
      return static_cast<std::uint8_t>(alpha == 0 || alpha == opaque
                                           ? weighed
                                           : std::min<std::uint32_t>(opaque, opaque * weighed / alpha));
    };
    pixel[0] = color(16);
    pixel[1] = color(8);
    pixel[2] = color(0);
    pixel[3] = static_cast<std::uint8_t>(alpha);
  }
}

}  // namespace

Result<std::shared_ptr<const SvgDrawing>> SvgDrawing::read(std::string_view text) {
  const Stream stream(
      g_memory_input_stream_new_from_data(text.data(), static_cast<gssize>(text.size()), nullptr));
  GError* raised = nullptr;
  // Our own limits hold; libxml2's would refuse a bitmap of 10 MB.
  Handle handle(
      rsvg_handle_new_from_stream_sync(stream.get(), nullptr, RSVG_HANDLE_FLAG_UNLIMITED, nullptr, &raised));
  const GlibError error(raised);
  if (!handle) {
    return fail(ErrorCode::unprocessable, "The SVG file is damaged: it is no well-formed XML.",
                error ? error->message : "");
  }
  rsvg_handle_set_dpi(handle.get(), dpi);
  std::shared_ptr<SvgDrawing> drawing(new SvgDrawing(std::move(handle)));
  drawing->frame_ = frame_of(text, drawing->styled_size());
  const std::string sheet = style_sheet(text, drawing->frame_);
  if (!sheet.empty()) {
    rsvg_handle_set_stylesheet(drawing->handle_.get(), reinterpret_cast<const guint8*>(sheet.data()),
                               sheet.size(), nullptr);
  }
  return drawing;
}

std::optional<ExactSize> SvgDrawing::styled_size() const {
  ExactSize size;
  const bool is_known =
      rsvg_handle_get_intrinsic_size_in_pixels(handle_.get(), &size.width, &size.height) != FALSE;
  return is_known && size.width > 0 && size.height > 0 ? std::optional(size) : std::nullopt;
}

namespace {

/// cairo keeps a font in which FreeType has failed as one that fails, for all that is drawn later: one
/// drawing with enormous letters was the end of everybody's text. Such a worker is of no more use; the job is
/// tried by another.
void end_if_fonts_are_broken(std::string_view message) {
  if (message.contains("FreetypeError")) ::_exit(EXIT_FAILURE);
}

}  // namespace

int SvgDrawing::paint(VipsRegion* region, void* /*sequence*/, void* drawing, void* /*unused*/,
                      gboolean* /*stop*/) {
  const auto& self = *static_cast<const SvgDrawing*>(drawing);
  const VipsRect& part = region->valid;
  vips_region_black(region);
  std::uint8_t* pixels = VIPS_REGION_ADDR(region, part.left, part.top);
  const auto line_bytes = static_cast<int>(VIPS_REGION_LSKIP(region));
  const Surface surface(
      cairo_image_surface_create_for_data(pixels, CAIRO_FORMAT_ARGB32, part.width, part.height, line_bytes));
  const Canvas canvas(cairo_create(surface.get()));
  const ExactSize natural = self.frame_.natural_size();
  cairo_translate(canvas.get(), -part.left, -part.top);
  cairo_scale(canvas.get(), region->im->Xsize / natural.width, region->im->Ysize / natural.height);
  const RsvgRectangle viewport{.x = 0, .y = 0, .width = natural.width, .height = natural.height};
  GError* raised = nullptr;
  const bool drawn =
      rsvg_handle_render_document(self.handle_.get(), canvas.get(), &viewport, &raised) != FALSE;
  const GlibError error(raised);
  if (!drawn) {
    end_if_fonts_are_broken(error ? error->message : "");
    vips_error("svg", "%s", error ? error->message : "it can't be drawn");
    return -1;
  }
  cairo_surface_flush(surface.get());
  for (int line = 0; line < part.height; ++line)
    convert_row(VIPS_REGION_ADDR(region, part.left, part.top + line), part.width);
  return 0;
}

VImage SvgDrawing::draw(const std::shared_ptr<const SvgDrawing>& drawing, Size size) {
  constexpr double millimetres_per_inch = 25.4;
  const double density = bitmap_dpi / millimetres_per_inch;
  VipsImage* created = vips_image_new();
  VImage image(created);
  vips_image_init_fields(created, size.width, size.height, 4, VIPS_FORMAT_UCHAR, VIPS_CODING_NONE,
                         VIPS_INTERPRETATION_sRGB, density, density);
  // The image is drawn when its pixels are asked for, and may outlive whoever asked for it.
  using Owner = std::shared_ptr<const SvgDrawing>;
  g_object_set_data_full(G_OBJECT(created), "rucola-drawing", new Owner(drawing),
                         [](gpointer owner) { delete static_cast<Owner*>(owner); });
  if (vips_image_pipelinev(created, VIPS_DEMAND_STYLE_SMALLTILE, nullptr) != 0 ||
      vips_image_generate(created, nullptr, &SvgDrawing::paint, nullptr,
                          const_cast<SvgDrawing*>(drawing.get()), nullptr) != 0)
    throw vips::VError();
  return image.tilecache(VImage::option()
                             ->set("tile_width", tile_side)
                             ->set("tile_height", tile_side)
                             ->set("max_tiles", 2 * (1 + size.width / tile_side)));
}

}  // namespace rucola::render::worker
