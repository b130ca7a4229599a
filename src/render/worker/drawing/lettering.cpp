#include "render/worker/drawing/lettering.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <pango/pangoft2.h>

#include "base/c_handle.h"
#include "render/operations/pixels.h"
#include "render/worker/drawing/loaded_font.h"
#include "render/worker/memory/files.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;
using Layout = CHandle<PangoLayout, g_object_unref>;

constexpr double largest_size = 10'000;  // pixels

PangoAlignment alignment_of(Alignment align) {
  switch (align) {
    case Alignment::left:
      return PANGO_ALIGN_LEFT;
    case Alignment::centre:
      return PANGO_ALIGN_CENTER;
    case Alignment::right:
      return PANGO_ALIGN_RIGHT;
  }
  return PANGO_ALIGN_LEFT;
}

int in_pango_units(double pixels) {
  return static_cast<int>(std::lround(pixels * PANGO_SCALE));
}

int pixels_up(int units) {
  return (units + PANGO_SCALE - 1) / PANGO_SCALE;
}

void set_size(PangoLayout* layout, double pixels) {
  const CHandle<PangoFontDescription, pango_font_description_free> description(pango_font_description_new());
  // There is one font only, so any name finds it.
  pango_font_description_set_family_static(description.get(), "Sans");
  pango_font_description_set_absolute_size(description.get(), pixels * PANGO_SCALE);
  pango_layout_set_font_description(layout, description.get());
}

Layout lay_out(const LoadedFont& font, const TextStep& step) {
  Layout layout = font.layout();
  pango_layout_set_text(layout.get(), step.text.data(), static_cast<int>(step.text.size()));
  pango_layout_set_alignment(layout.get(), alignment_of(step.align));
  pango_layout_set_spacing(layout.get(), in_pango_units(step.spacing));
  if (step.width > 0) pango_layout_set_width(layout.get(), in_pango_units(step.width));
  // Any text fits if words may be broken anywhere.
  pango_layout_set_wrap(layout.get(), step.fit ? PANGO_WRAP_WORD : PANGO_WRAP_WORD_CHAR);
  set_size(layout.get(), step.size);
  return layout;
}

bool fits(PangoLayout* layout, const TextStep& step, int size) {
  set_size(layout, size);
  PangoRectangle area{};
  pango_layout_get_extents(layout, nullptr, &area);
  return pixels_up(area.width) <= step.width && pixels_up(area.height) <= step.height;
}

/// The largest whole size that fits; 1 where none does.
void fit(PangoLayout* layout, const TextStep& step) {
  int fitting = 1;
  // Lines are hardly ever less than half as high as the size.
  int too_large = static_cast<int>(std::min(largest_size, 2.0 * step.height)) + 1;
  while (too_large - fitting > 1) {
    const int middle = fitting + (too_large - fitting) / 2;
    (fits(layout, step, middle) ? fitting : too_large) = middle;
  }
  set_size(layout, fitting);
}

/// Where the text lies on its picture, in pixels.
struct Extents {
  Size box;
  Size margin;  ///< on either side: what hangs over
  double left = 0;
  double top = 0;
};

/// By how much ink from `start`, so long, leaves a box of that length on the worse side.
int overhang(int ink_start, int ink_length, int start, int length) {
  return std::max({0, pixels_up(start - ink_start), pixels_up(ink_start + ink_length - start - length)});
}

Extents measure(PangoLayout* layout, const TextStep& step) {
  PangoRectangle ink{};
  PangoRectangle area{};
  pango_layout_get_extents(layout, &ink, &area);
  Extents extents;
  extents.box = {std::max(1, pixels_up(area.width)), std::max(1, pixels_up(area.height))};
  extents.margin.width = overhang(ink.x, ink.width, area.x, extents.box.width * PANGO_SCALE);
  double room = 0;
  if (step.height > 0) {
    room = std::max(0, step.height - extents.box.height);
    extents.box.height = step.height;  // nothing hangs over: it is cut off there
  } else {
    extents.margin.height = overhang(ink.y, ink.height, area.y, extents.box.height * PANGO_SCALE);
  }
  extents.left = extents.margin.width - static_cast<double>(area.x) / PANGO_SCALE;
  extents.top = extents.margin.height + std::floor(room / 2) - static_cast<double>(area.y) / PANGO_SCALE;
  return extents;
}

void check_size(Size size, const protocol::Limits& limits) {
  if (std::max(size.width, size.height) <= limits.output_side &&
      std::int64_t{size.width} * size.height <= limits.output_pixels) {
    return;
  }
  throw Refused(
      {ErrorCode::unprocessable,
       {"The text would have " + std::to_string(size.width) + " × " + std::to_string(size.height) +
        " pixels; at most " + std::to_string(limits.output_side) +
        " on a side (setting render.max_output_side) and " + std::to_string(limits.output_pixels) +
        " in all (setting render.max_output_pixels) are allowed. The option width wraps its lines."},
       {}});
}

/// White on black, one band.
VImage coverage(PangoLayout* layout, const Extents& extents, Size size) {
  std::vector<unsigned char> pixels(static_cast<std::size_t>(size.width) *
                                    static_cast<std::size_t>(size.height));
  FT_Bitmap bitmap{};
  bitmap.rows = static_cast<unsigned>(size.height);
  bitmap.width = static_cast<unsigned>(size.width);
  bitmap.pitch = size.width;
  bitmap.buffer = pixels.data();
  bitmap.num_grays = 256;
  bitmap.pixel_mode = FT_PIXEL_MODE_GRAY;
  pango_ft2_render_layout_subpixel(&bitmap, layout, in_pango_units(extents.left),
                                   in_pango_units(extents.top));
  VipsImage* image = vips_image_new_from_memory_copy(pixels.data(), pixels.size(), size.width, size.height, 1,
                                                     VIPS_FORMAT_UCHAR);
  if (image == nullptr) throw vips::VError();
  VImage mask(image);  // by name: the constructor is explicit from libvips 8.16 on
  return mask;
}

VImage colored(const VImage& mask, const TextStep& step) {
  const VImage color = pixels::color_box({mask.width(), mask.height()}, step.color);
  const VImage picture = color.bandjoin(mask);
  return step.opacity < 100 ? pixels::with_opacity(picture, step.opacity) : picture;
}

}  // namespace

Lettering letter(const File& font, const TextStep& step, const protocol::Limits& limits) {
  const LoadedFont loaded(font);
  const Layout layout = lay_out(loaded, step);
  if (step.fit) fit(layout.get(), step);
  const Extents extents = measure(layout.get(), step);
  const Size size{extents.box.width + 2 * extents.margin.width,
                  extents.box.height + 2 * extents.margin.height};
  check_size(turned(size, step.degrees), limits);
  check_size(size, limits);
  VImage picture = colored(coverage(layout.get(), extents, size), step);
  if (step.degrees != 0)
    picture = pixels::apply(picture, RotateStep{.degrees = step.degrees, .background = {}});
  return {picture.copy_memory(), turned(extents.box, step.degrees)};
}

Position place(const Lettering& lettering, const Anchor& anchor, Size image) {
  const Size box = lettering.box;
  return {
      free_start(anchor.horizontal, image.width, box.width, 1) - (lettering.picture.width() - box.width) / 2,
      free_start(anchor.vertical, image.height, box.height, 1) -
          (lettering.picture.height() - box.height) / 2};
}

}  // namespace rucola::render::worker
