#include "render/worker/encoding/ssimulacra2.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/c_handle.h"
#include "render/worker/encoding/ssimulacra2_weights.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;
using Planes = std::array<Plane, 3>;

constexpr int scales = 6;
/// Pixels of a side that are left 8 at the smallest scale. The weights are for all six of them: a smaller
/// picture is repeated, mirrored, which changes no mean.
constexpr int shortest_side = 8 << (scales - 1);

/// Red, green and blue by their amounts of light, 0 to 1.
struct Light {
  int width = 0;
  int height = 0;
  Planes rgb;
};

std::size_t area(int width, int height) {
  return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
}

VImage at_least_as_large_as_compared(const VImage& image) {
  if (image.width() >= shortest_side && image.height() >= shortest_side) return image;
  return image.embed(0, 0, std::max(image.width(), shortest_side), std::max(image.height(), shortest_side),
                     VImage::option()->set("extend", VIPS_EXTEND_MIRROR));
}

std::array<float, 256> light_of_srgb() {
  std::array<float, 256> light{};
  for (std::size_t i = 0; i < light.size(); ++i) {
    const double encoded = static_cast<double>(i) / 255;
    light[i] =
        static_cast<float>(encoded <= 0.04045 ? encoded / 12.92 : std::pow((encoded + 0.055) / 1.055, 2.4));
  }
  return light;
}

Light light_of(const VImage& image) {
  static const std::array<float, 256> light = light_of_srgb();
  const VImage color = image.colourspace(VIPS_INTERPRETATION_sRGB);
  const std::vector<double> grey{128, 128, 128};
  const VImage opaque = color.has_alpha() ? color.flatten(VImage::option()->set("background", grey)) : color;
  const VImage compared = at_least_as_large_as_compared(opaque.cast(VIPS_FORMAT_UCHAR));
  std::size_t size = 0;
  const CHandle<void, g_free> memory(compared.write_to_memory(&size));
  const std::span bytes(static_cast<const std::uint8_t*>(memory.get()), size);
  Light result{.width = compared.width(), .height = compared.height(), .rgb = {}};
  for (std::size_t band = 0; band < 3; ++band) {
    Plane& plane = result.rgb[band];
    plane.resize(area(result.width, result.height));
    for (std::size_t i = 0; i < plane.size(); ++i)
      plane[i] = light[bytes[3 * i + band]];
  }
  return result;
}

/// The means of two pixels by two; the last ones of an odd side count twice.
Light halved(const Light& light) {
  Light half{.width = (light.width + 1) / 2, .height = (light.height + 1) / 2, .rgb = {}};
  const auto width = static_cast<std::size_t>(light.width);
  const auto height = static_cast<std::size_t>(light.height);
  for (std::size_t band = 0; band < 3; ++band) {
    const Plane& from = light.rgb[band];
    Plane& to = half.rgb[band];
    to.reserve(area(half.width, half.height));
    for (std::size_t y = 0; y < height; y += 2) {
      const std::size_t first = y * width;
      const std::size_t second = std::min(y + 1, height - 1) * width;
      for (std::size_t x = 0; x < width; x += 2) {
        const std::size_t right = std::min(x + 1, width - 1);
        to.push_back((from[first + x] + from[first + right] + from[second + x] + from[second + right]) / 4);
      }
    }
  }
  return half;
}

/// JPEG XL's XYB, a model of the eye's cones, each component brought to about 0 to 1.
Planes colors_of(const Light& light) {
  constexpr float bias = 0.0037930732552754493F;
  const float root_of_bias = std::cbrt(bias);
  const auto cone = [&](float r, float g, float b) { return std::cbrt(r + g + b + bias) - root_of_bias; };
  Planes colors;
  const std::size_t count = area(light.width, light.height);
  for (Plane& plane : colors)
    plane.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const float r = light.rgb[0][i];
    const float g = light.rgb[1][i];
    const float b = light.rgb[2][i];
    const float l = cone(0.3F * r, 0.622F * g, 0.078F * b);
    const float m = cone(0.23F * r, 0.692F * g, 0.078F * b);
    const float s = cone(0.24342268924547819F * r, 0.20476744424496821F * g, 0.55180986650955360F * b);
    const float y = (l + m) / 2;
    colors[0][i] = (l - m) / 2 * 14 + 0.42F;
    colors[1][i] = y + 0.01F;
    colors[2][i] = s - y + 0.55F;
  }
  return colors;
}

/// A Gaussian of 1.5 pixels, with nothing around the picture: the kernel that the reference's recursive
/// filter comes to.
constexpr int reach = 4;
constexpr std::size_t margins = 2 * std::size_t{reach};
constexpr std::array<float, reach + 1> kernel{0.2646211055F, 0.2129285920F, 0.1093353728F, 0.0360111147F,
                                              0.0094143678F};

Plane blurred(const Plane& plane, int width, int height) {
  Plane result(plane.size());
  Plane padded(static_cast<std::size_t>(width) + margins, 0);
  const std::span row = std::span(padded).subspan(reach, static_cast<std::size_t>(width));
  for (int y = 0; y < height; ++y) {
    std::ranges::fill(row, 0);
    for (int dy = std::max(-reach, -y); dy <= std::min(reach, height - 1 - y); ++dy) {
      const float weight = kernel[static_cast<std::size_t>(std::abs(dy))];
      const float* from = plane.data() + area(width, y + dy);
      for (std::size_t x = 0; x < row.size(); ++x)
        row[x] += weight * from[x];
    }
    float* to = result.data() + area(width, y);
    const float* middle = row.data();
    for (int x = 0; x < width; ++x) {
      float sum = kernel[0] * middle[x];
      for (int dx = 1; dx <= reach; ++dx)
        sum += kernel[dx] * (middle[x - dx] + middle[x + dx]);
      to[x] = sum;
    }
  }
  return result;
}

Plane product(const Plane& a, const Plane& b) {
  Plane result(a.size());
  for (std::size_t i = 0; i < a.size(); ++i)
    result[i] = a[i] * b[i];
  return result;
}

std::vector<PictureAtScale> at_all_scales(const VImage& image) {
  std::vector<PictureAtScale> all;
  all.reserve(scales);
  Light light = light_of(image);
  for (int scale = 0; scale < scales; ++scale) {
    if (scale > 0) light = halved(light);
    PictureAtScale picture{.width = light.width,
                           .height = light.height,
                           .color = colors_of(light),
                           .mean = {},
                           .mean_squared = {}};
    for (std::size_t i = 0; i < 3; ++i) {
      const Plane& color = picture.color[i];
      picture.mean[i] = blurred(color, light.width, light.height);
      picture.mean_squared[i] = blurred(product(color, color), light.width, light.height);
    }
    all.push_back(std::move(picture));
  }
  return all;
}

/// An error over a picture: its mean, and its 4-norm, which a few bad places make large.
class Error {
 public:
  void add(double error) {
    sum_ += error;
    sum_of_fourths_ += error * error * error * error;
  }
  [[nodiscard]] double mean(double pixels) const { return sum_ / pixels; }
  [[nodiscard]] double norm(double pixels) const { return std::sqrt(std::sqrt(sum_of_fourths_ / pixels)); }

 private:
  double sum_ = 0;
  double sum_of_fourths_ = 0;
};

/// The weighted errors of one component at one scale.
double weighted_errors(const PictureAtScale& original, const PictureAtScale& copy, std::size_t component,
                       const std::array<double, 6>& weights) {
  constexpr float stabilizer = 0.0009F;
  const Plane& color1 = original.color[component];
  const Plane& color2 = copy.color[component];
  const Plane& mean1 = original.mean[component];
  const Plane& mean2 = copy.mean[component];
  const Plane& squared1 = original.mean_squared[component];
  const Plane& squared2 = copy.mean_squared[component];
  const Plane mixed = blurred(product(color1, color2), original.width, original.height);
  Error unlike;
  Error edge_added;
  Error edge_lost;
  for (std::size_t i = 0; i < color1.size(); ++i) {
    const float apart = mean1[i] - mean2[i];
    const float covariance = mixed[i] - mean1[i] * mean2[i];
    // In this order of adding, the same picture has exactly twice its covariance, and no error at all.
    const float variances = (squared1[i] - mean1[i] * mean1[i]) + (squared2[i] - mean2[i] * mean2[i]);
    const float similarity = (1 - apart * apart) * (2 * covariance + stabilizer) / (variances + stabilizer);
    unlike.add(std::max(1 - similarity, 0.0F));
    const float edge = (1 + std::abs(color2[i] - mean2[i])) / (1 + std::abs(color1[i] - mean1[i])) - 1;
    edge_added.add(std::max(edge, 0.0F));
    edge_lost.add(std::max(-edge, 0.0F));
  }
  const auto pixels = static_cast<double>(color1.size());
  return weights[0] * unlike.mean(pixels) + weights[1] * edge_added.mean(pixels) +
         weights[2] * edge_lost.mean(pixels) + weights[3] * unlike.norm(pixels) +
         weights[4] * edge_added.norm(pixels) + weights[5] * edge_lost.norm(pixels);
}

/// From the sum of the errors to the scale of the people who were asked.
double score_of(double errors) {
  const double x = errors * 0.9562382616834844;
  const double bent =
      2.326765642916932 * x - 0.020884521182843837 * x * x + 6.248496625763138e-05 * x * x * x;
  return bent > 0 ? 100 - 10 * std::pow(bent, 0.6276336467831387) : 100;
}

}  // namespace

Ssimulacra2::Ssimulacra2(const VImage& original) : original_(at_all_scales(original)) {}

double Ssimulacra2::score(const VImage& copy) const {
  const std::vector<PictureAtScale> compared = at_all_scales(copy);
  double errors = 0;
  for (std::size_t component = 0; component < 3; ++component)
    for (std::size_t scale = 0; scale < compared.size(); ++scale)
      errors += weighted_errors(original_[scale], compared[scale], component,
                                ssimulacra2_weights[component * scales + scale]);
  return score_of(errors);
}

}  // namespace rucola::render::worker
