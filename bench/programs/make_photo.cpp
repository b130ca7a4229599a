// Makes the photo that the bench renders: the same pixels on every machine with the same libvips. It is
// photo-like in what costs time and bytes: smooth gradients, structure at every scale, hard edges, and sensor
// noise.
//
//   make_photo OUT [WIDTH HEIGHT [SEED [ORIENTATION]]]
//
// OUT is a file of any format, with libvips' options for it in brackets where they are to be others than
// those of a plain JPEG: "photo.jpg[Q=88,interlace]". SEED makes another photo of the same kind. A photo with
// an ORIENTATION (EXIF's, 1 to 8) keeps metadata and is as a phone writes it.
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <vips/vips8>

namespace {

using vips::VImage;
using vips::VOption;

constexpr int jpeg_quality = 88;

struct Photo {
  int width = 2725;
  int height = 2225;
  int seed = 0;
  int orientation = 0;  ///< 0: no metadata at all
};

/// Structure at every scale: each octave has half the size and half the strength of the one before. -1 to 1.
VImage fractal(int width, int height, int largest_cell, int seed) {
  VImage sum = VImage::black(width, height);
  double strength = 0.5;
  for (int cell = largest_cell; cell >= 4; cell /= 2) {
    const VImage octave =
        VImage::perlin(width, height, VImage::option()->set("cell_size", cell)->set("seed", seed + cell));
    sum = sum + octave * strength;
    strength /= 2;
  }
  return sum;
}

/// From sky to ground, with the bands weighted so that the colours differ.
VImage scenery(const Photo& photo) {
  const auto [width, height, seed, orientation] = photo;
  const VImage depth = VImage::xyz(width, height).extract_band(1) / height;
  const VImage clouds = fractal(width, height, 512, 7 + seed);
  const VImage ground = fractal(width, height, 128, 11 + seed);
  const VImage horizon = (depth + clouds * 0.15) > 0.55;
  const VImage sky = VImage::bandjoin(
      {clouds * 60 + 40 + depth * 90, clouds * 45 + 90 + depth * 60, clouds * 25 + 170 - depth * 20});
  const VImage land =
      VImage::bandjoin({ground * 130 + 95, ground * 150 + 105 - depth * 30, ground * 90 + 60});
  return horizon.ifthenelse(land, sky, VImage::option()->set("blend", true));
}

void draw_edges(VImage& image) {
  const int unit = image.height() / 20;
  for (int i = 0; i < 12; ++i) {
    const int left = (i * 7 % 17) * image.width() / 17;
    const int top = image.height() / 2 + (i * 5 % 9) * unit;
    const double shade = 40.0 + 15 * i;
    image.draw_rect({shade, 220 - shade, 90 + shade / 2}, left, top, unit, 2 * unit,
                    VImage::option()->set("fill", true));
    image.draw_circle({255 - shade, shade, 60}, left + unit, top, unit / 2,
                      VImage::option()->set("fill", true));
    image.draw_line({20, 20, 30}, left, top, image.width() - left, image.height() - top);
  }
}

void write(const VImage& image, const std::string& path) {
  if (path.ends_with(']')) {
    image.write_to_file(path.c_str());
  } else {
    image.jpegsave(path.c_str(), VImage::option()->set("Q", jpeg_quality)->set("strip", true));
  }
}

void make_photo(const std::string& path, const Photo& photo) {
  const VImage grain = VImage::gaussnoise(photo.width, photo.height,
                                          VImage::option()->set("sigma", 3.0)->set("seed", 23 + photo.seed));
  VImage image = (scenery(photo) + grain).cast(VIPS_FORMAT_UCHAR).copy_memory();
  draw_edges(image);
  image = image.copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB));
  if (photo.orientation > 0) image.set(VIPS_META_ORIENTATION, photo.orientation);
  write(image, path);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && (argc < 4 || argc > 6)) {
    std::cerr << "usage: make_photo OUT [WIDTH HEIGHT [SEED [ORIENTATION]]]\n";
    return EXIT_FAILURE;
  }
  if (VIPS_INIT(argv[0]) != 0) return EXIT_FAILURE;
  Photo photo;
  if (argc >= 4) {
    photo.width = std::atoi(argv[2]);
    photo.height = std::atoi(argv[3]);
  }
  if (argc >= 5) photo.seed = std::atoi(argv[4]);
  if (argc >= 6) photo.orientation = std::atoi(argv[5]);
  try {
    make_photo(argv[1], photo);
  } catch (const std::exception& error) {
    std::cerr << "make_photo: " << error.what() << "\n";
    return EXIT_FAILURE;
  }
  vips_shutdown();
  return EXIT_SUCCESS;
}
