#include "render/worker/drawing/face_detection.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <dlib/array2d.h>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_transforms.h>

namespace rucola::render::worker {
namespace {

using vips::VImage;
using Pixels = dlib::array2d<std::uint8_t>;

constexpr std::size_t most_faces = 64;
/// The detector's own bound is 0. docs/dependencies.md tells what is found, and what is taken for a face.
constexpr double least_score = 0.15;

/// What is transparent is grey.
Pixels brightness(const VImage& image) {
  constexpr double grey = 128;
  const VImage color = image.colourspace(VIPS_INTERPRETATION_sRGB);
  const VImage opaque = color.has_alpha()
                            ? color.flatten(VImage::option()->set("background", std::vector<double>(3, grey)))
                            : color;
  const VImage plain = opaque.colourspace(VIPS_INTERPRETATION_B_W).cast(VIPS_FORMAT_UCHAR).copy_memory();
  const auto size = static_cast<std::size_t>(plain.width()) * static_cast<std::size_t>(plain.height());
  Pixels pixels(plain.height(), plain.width());
  std::copy_n(static_cast<const std::uint8_t*>(plain.data()), size, pixels.begin());
  return pixels;
}

std::vector<dlib::rectangle> detect(const Pixels& pixels) {
  // Made by the first search: it takes longer than most workers' first job.
  static dlib::frontal_face_detector detector = dlib::get_frontal_face_detector();
  return detector(pixels, least_score);
}

/// A detector's box has its right and lower edge inside.
Face in_shares(const dlib::rectangle& found, const Pixels& pixels) {
  const auto width = static_cast<double>(pixels.nc());
  const auto height = static_cast<double>(pixels.nr());
  return {.left = static_cast<double>(found.left()) / width,
          .top = static_cast<double>(found.top()) / height,
          .width = static_cast<double>(found.width()) / width,
          .height = static_cast<double>(found.height()) / height};
}

}  // namespace

std::vector<Face> find_faces(const VImage& image) {
  Pixels pixels = brightness(image);
  std::vector<dlib::rectangle> found = detect(pixels);
  if (found.empty()) {
    dlib::pyramid_up(pixels);
    found = detect(pixels);
  }
  std::vector<Face> faces;
  faces.reserve(found.size());
  for (const dlib::rectangle& one : found)
    faces.push_back(in_shares(one, pixels));
  if (faces.size() > most_faces) faces.resize(most_faces);
  return faces;
}

}  // namespace rucola::render::worker
