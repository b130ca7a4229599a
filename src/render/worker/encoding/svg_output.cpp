#include "render/worker/encoding/svg_output.h"

#include <memory>

#include <glib.h>

#include "base/c_handle.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

std::string base64(std::string_view bytes) {
  const CHandle<gchar, g_free> text(
      g_base64_encode(reinterpret_cast<const guchar*>(bytes.data()), bytes.size()));
  return text.get();
}

std::string image_element(const std::string& size, const Bitmap& bitmap, std::string_view attributes) {
  // xlink:href for those who don't know SVG 2's href yet.
  return "<image" + size + std::string(attributes) + " xlink:href=\"data:" + std::string(bitmap.mimetype) +
         ";base64," + base64(bitmap.bytes) + "\"/>";
}

}  // namespace

std::string svg_around(int width, int height, const Bitmap& bitmap, std::string_view mask) {
  const std::string size =
      " width=\"" + std::to_string(width) + "\" height=\"" + std::to_string(height) + "\"";
  std::string svg = R"(<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink")" +
                    size + " viewBox=\"0 0 " + std::to_string(width) + " " + std::to_string(height) + "\">";
  if (!mask.empty()) {
    svg += R"(<mask id="m" maskUnits="userSpaceOnUse" x="0" y="0")" + size + ">" +
           image_element(size, {"image/png", mask}, "") + "</mask>";
  }
  svg += image_element(size, bitmap, mask.empty() ? "" : " mask=\"url(#m)\"");
  return svg + "</svg>";
}

VImage colors_under_mask(const VImage& image) {
  constexpr double reach = 8;  // pixels: the size of a block of JPEG
  const int colors = image.bands() - 1;
  const VImage spread = image.premultiply().gaussblur(reach).unpremultiply().cast(VIPS_FORMAT_UCHAR);
  const auto of = [&](const VImage& whole) {
    return whole.extract_band(0, VImage::option()->set("n", colors));
  };
  return (image.extract_band(colors) == 0.0).ifthenelse(of(spread), of(image));
}

}  // namespace rucola::render::worker
