// Makes drawings that the bench renders, the same pixels on every machine with the same libvips.
//
//   make_graphic logo OUT WIDTH HEIGHT          RGBA: flat shapes with smooth edges and shadows on nothing
//   make_graphic screenshot OUT WIDTH HEIGHT    RGB: windows, lines of small type, flat colours
//
// OUT has libvips' options for the format in brackets: "screenshot.png[palette]".
#include <cstdlib>
#include <exception>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include <vips/vips8>

namespace {

using vips::VImage;
using vips::VOption;

constexpr int shapes = 24;
constexpr double opaque = 255;

VOption* filled() {
  return VImage::option()->set("fill", true);
}

/// Drawn twice as large in each direction, so that edges become smooth.
VImage logo(int width, int height) {
  constexpr int finer = 2;
  constexpr double shadow = 96;
  constexpr double soft_edge = 6;
  std::mt19937 random(5);
  VImage shape_layer =
      VImage::black(width * finer, height * finer, VImage::option()->set("bands", 4)).copy_memory();
  const int unit = height * finer / 8;
  for (int i = 0; i < shapes; ++i) {
    const int x = static_cast<int>(random() % static_cast<unsigned>(width * finer));
    const int y = static_cast<int>(random() % static_cast<unsigned>(height * finer));
    const double shade = 10.0 * i;
    if (i % 2 == 0) {
      shape_layer.draw_circle({shade, opaque - shade, 160, opaque}, x, y, unit * (1 + i % 3) / 2, filled());
    } else {
      shape_layer.draw_rect({opaque - shade, 70, shade, opaque}, x, y, unit * (1 + i % 4), unit, filled());
    }
  }
  const VImage drawn = shape_layer.copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB))
                           .premultiply()
                           .shrink(finer, finer)
                           .unpremultiply()
                           .cast(VIPS_FORMAT_UCHAR);
  const VImage darkness = drawn.extract_band(3).gaussblur(soft_edge) * (shadow / opaque);
  const VImage below = VImage::black(width, height, VImage::option()->set("bands", 3))
                           .bandjoin(darkness.cast(VIPS_FORMAT_UCHAR))
                           .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
  return below.composite2(drawn, VIPS_BLEND_MODE_OVER).cast(VIPS_FORMAT_UCHAR);
}

/// A line of what looks like type from afar: upright strokes of one colour, in words.
void draw_line_of_type(VImage& image, std::mt19937& random, int left, int top, int width,
                       const std::vector<double>& ink) {
  constexpr int glyph = 7;
  constexpr int tall = 11;
  for (int x = left; x + glyph < left + width; x += glyph) {
    const unsigned kind = random() % 8;
    if (kind == 0) continue;  // between words
    image.draw_rect(ink, x, top + (kind % 2 == 0 ? 0 : 3), 2, tall - (kind % 2 == 0 ? 0 : 3), filled());
    if (kind > 2) image.draw_rect(ink, x, top + static_cast<int>(kind), 5, 1, filled());
    if (kind > 4) image.draw_rect(ink, x + 4, top + 3, 1, tall - 3, filled());
  }
}

void draw_window(VImage& image, std::mt19937& random, int left, int top, int width, int height) {
  constexpr int bar = 32;
  constexpr int leading = 20;
  constexpr int margin = 16;
  image.draw_rect({250, 250, 250}, left, top, width, height, filled());
  image.draw_rect({60, 70, 90}, left, top, width, bar, filled());
  image.draw_rect({120, 120, 130}, left, top, width, height);
  for (int i = 0; i < 3; ++i)
    image.draw_circle({230.0 - 60 * i, 90.0 + 60 * i, 70}, left + bar / 2 + i * 22, top + bar / 2, 7,
                      filled());
  const std::vector<std::vector<double>> inks{{30, 30, 34}, {20, 80, 170}, {150, 40, 40}, {90, 120, 60}};
  for (int y = top + bar + margin; y + leading < top + height; y += leading) {
    const int indent = margin + static_cast<int>(random() % 4) * 28;
    draw_line_of_type(image, random, left + indent, y, width - indent - margin, inks[random() % inks.size()]);
  }
}

VImage screenshot(int width, int height) {
  std::mt19937 random(9);
  VImage image =
      (VImage::black(width, height, VImage::option()->set("bands", 3)) + std::vector<double>{38, 92, 120})
          .cast(VIPS_FORMAT_UCHAR)
          .copy_memory();
  draw_window(image, random, width / 20, height / 12, width / 2, height * 3 / 4);
  draw_window(image, random, width * 2 / 5, height / 5, width / 2, height * 3 / 4);
  return image.copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string kind = argc == 5 ? argv[1] : "";
  if (kind != "logo" && kind != "screenshot") {
    std::cerr << "usage: make_graphic logo|screenshot OUT WIDTH HEIGHT\n";
    return EXIT_FAILURE;
  }
  if (VIPS_INIT(argv[0]) != 0) return EXIT_FAILURE;
  try {
    const int width = std::atoi(argv[3]);
    const int height = std::atoi(argv[4]);
    (kind == "logo" ? logo(width, height) : screenshot(width, height)).write_to_file(argv[2]);
  } catch (const std::exception& error) {
    std::cerr << "make_graphic: " << error.what() << "\n";
    return EXIT_FAILURE;
  }
  vips_shutdown();
  return EXIT_SUCCESS;
}
