#include "render/worker/encoding/blurhash.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <string_view>
#include <vector>

namespace rucola::render::worker {
namespace {

using vips::VImage;

constexpr std::size_t across = 4;
constexpr std::size_t down = 3;
constexpr std::size_t colors = 3;

/// One red, green and blue in linear light.
using Factor = std::array<double, colors>;
using Factors = std::array<Factor, across * down>;

double to_linear(int value) {
  const double part = value / 255.0;
  return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
}

int to_srgb(double linear) {
  const double part = std::clamp(linear, 0.0, 1.0);
  const double encoded = part <= 0.0031308 ? part * 12.92 : 1.055 * std::pow(part, 1 / 2.4) - 0.055;
  return static_cast<int>(std::lround(encoded * 255));
}

/// cos(π · component · place / length), for each place.
std::vector<double> wave(std::size_t component, std::size_t length) {
  std::vector<double> values(length);
  for (std::size_t at = 0; at < length; ++at)
    values[at] =
        std::cos(std::numbers::pi * static_cast<double>(component * at) / static_cast<double>(length));
  return values;
}

/// Row by row, so that each pixel is looked up and converted only once.
class Transform {
 public:
  Transform(std::size_t width, std::size_t height) : width_(width), height_(height) {
    for (std::size_t i = 0; i < across; ++i)
      waves_across_[i] = wave(i, width);
    for (std::size_t i = 0; i < down; ++i)
      waves_down_[i] = wave(i, height);
    for (std::size_t i = 0; i < linear_.size(); ++i)
      linear_[i] = to_linear(static_cast<int>(i));
  }

  void add_row(std::size_t y, const std::uint8_t* row) {
    std::array<Factor, across> sums{};
    for (std::size_t x = 0; x < width_; ++x) {
      for (std::size_t color = 0; color < colors; ++color) {
        const double light = linear_[row[x * colors + color]];
        for (std::size_t i = 0; i < across; ++i)
          sums[i][color] += waves_across_[i][x] * light;
      }
    }
    for (std::size_t j = 0; j < down; ++j) {
      for (std::size_t i = 0; i < across; ++i) {
        for (std::size_t color = 0; color < colors; ++color)
          factors_[j * across + i][color] += waves_down_[j][y] * sums[i][color];
      }
    }
  }

  [[nodiscard]] Factors finish() const {
    Factors scaled = factors_;
    const double pixels = static_cast<double>(width_) * static_cast<double>(height_);
    for (std::size_t i = 0; i < scaled.size(); ++i) {
      for (double& value : scaled[i])
        value *= (i == 0 ? 1 : 2) / pixels;
    }
    return scaled;
  }

 private:
  std::size_t width_;
  std::size_t height_;
  std::array<std::vector<double>, across> waves_across_;
  std::array<std::vector<double>, down> waves_down_;
  std::array<double, 256> linear_{};
  Factors factors_{};
};

void append_base83(std::string& to, int value, int digits) {
  constexpr std::string_view alphabet =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
  constexpr int base = 83;
  int divisor = 1;
  for (int i = 1; i < digits; ++i)
    divisor *= base;
  for (; divisor > 0; divisor /= base)
    to += alphabet[static_cast<std::size_t>(value / divisor % base)];
}

int average_color(const Factor& factor) {
  return (to_srgb(factor[0]) << 16) + (to_srgb(factor[1]) << 8) + to_srgb(factor[2]);
}

/// Each colour in 19 steps, finer around zero.
int detail(const Factor& factor, double largest) {
  constexpr int steps = 19;
  int value = 0;
  for (const double part : factor) {
    const double ratio = part / largest;
    const double step = std::copysign(std::sqrt(std::abs(ratio)), ratio) * 9 + 9.5;
    value = value * steps + static_cast<int>(std::clamp(std::floor(step), 0.0, 18.0));
  }
  return value;
}

std::string written(const Factors& factors) {
  double largest = 0;
  for (std::size_t i = 1; i < factors.size(); ++i) {
    for (const double value : factors[i])
      largest = std::max(largest, std::abs(value));
  }
  constexpr double finest = 166;
  const int quantised = static_cast<int>(std::clamp(std::floor(largest * finest - 0.5), 0.0, 82.0));
  std::string hash;
  append_base83(hash, static_cast<int>((across - 1) + (down - 1) * 9), 1);
  append_base83(hash, quantised, 1);
  append_base83(hash, average_color(factors[0]), 4);
  for (std::size_t i = 1; i < factors.size(); ++i)
    append_base83(hash, detail(factors[i], (quantised + 1) / finest), 2);
  return hash;
}

}  // namespace

std::string blurhash(const VImage& image) {
  const VImage pixels = image.colourspace(VIPS_INTERPRETATION_sRGB).cast(VIPS_FORMAT_UCHAR).copy_memory();
  const auto width = static_cast<std::size_t>(pixels.width());
  const auto height = static_cast<std::size_t>(pixels.height());
  const auto* data = static_cast<const std::uint8_t*>(pixels.data());
  Transform transform(width, height);
  for (std::size_t y = 0; y < height; ++y)
    transform.add_row(y, data + y * width * colors);
  return written(transform.finish());
}

}  // namespace rucola::render::worker
