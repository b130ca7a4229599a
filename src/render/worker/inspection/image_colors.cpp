#include "render/worker/inspection/image_colors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <boost/json/array.hpp>

#include "base/hex.h"
#include "render/worker/colors/color.h"

namespace rucola::render::worker {
namespace {

namespace json = boost::json;
using vips::VImage;

using Triple = std::array<double, 3>;

/// Some of the samples together.
struct Cluster {
  Triple rgb{};  ///< summed up
  Triple lab{};
  std::int64_t samples = 0;

  void add(const Cluster& other) {
    for (std::size_t i = 0; i < rgb.size(); ++i) {
      rgb[i] += other.rgb[i];
      lab[i] += other.lab[i];
    }
    samples += other.samples;
  }
};

double distance(const Cluster& a, const Cluster& b) {
  double square = 0;
  for (std::size_t i = 0; i < a.lab.size(); ++i) {
    const double apart =
        a.lab[i] / static_cast<double>(a.samples) - b.lab[i] / static_cast<double>(b.samples);
    square += apart * apart;
  }
  return std::sqrt(square);
}

template <class Value>
std::vector<Value> values_of(const VImage& image) {
  std::size_t size = 0;
  void* memory = image.write_to_memory(&size);
  const std::span all(static_cast<const Value*>(memory), size / sizeof(Value));
  std::vector<Value> values(all.begin(), all.end());
  g_free(memory);
  return values;
}

/// In the order of the cells' numbers; those that are empty are left out.
std::vector<Cluster> cells_of(const VImage& samples) {
  constexpr std::size_t channels = 3;
  constexpr std::size_t steps = 16;
  constexpr unsigned char half = 128;
  const VImage color = to_srgb(samples).colourspace(VIPS_INTERPRETATION_sRGB);
  const VImage opaque = color.extract_band(0, VImage::option()->set("n", int{channels}));
  const auto rgb = values_of<unsigned char>(opaque);
  const auto lab = values_of<float>(opaque.colourspace(VIPS_INTERPRETATION_LAB));
  const auto alpha = color.has_alpha() ? values_of<unsigned char>(color.extract_band(channels))
                                       : std::vector<unsigned char>(rgb.size() / channels, 255);
  std::vector<Cluster> all(steps * steps * steps);
  for (std::size_t i = 0; i < alpha.size(); ++i) {
    if (alpha[i] < half) continue;
    Cluster sample{.samples = 1};
    std::size_t cell = 0;
    for (std::size_t channel = 0; channel < channels; ++channel) {
      const unsigned char value = rgb[channels * i + channel];
      sample.rgb[channel] = value;
      sample.lab[channel] = lab[channels * i + channel];
      cell = steps * cell + value / steps;
    }
    all[cell].add(sample);
  }
  std::erase_if(all, [](const Cluster& cell) { return cell.samples == 0; });
  return all;
}

/// Most samples first, and of two that have as many the darker in red: never by chance.
void sort_by_samples(std::vector<Cluster>& clusters) {
  std::ranges::sort(clusters, [](const Cluster& a, const Cluster& b) {
    return a.samples != b.samples ? a.samples > b.samples : a.rgb < b.rgb;
  });
}

std::vector<Cluster> colors_of(std::vector<Cluster> cells) {
  constexpr double alike = 20;
  sort_by_samples(cells);
  std::vector<Cluster> colors;
  while (!cells.empty()) {
    const Cluster seed = cells.front();
    Cluster color;
    std::erase_if(cells, [&](const Cluster& cell) {
      if (distance(cell, seed) >= alike) return false;
      color.add(cell);
      return true;
    });
    colors.push_back(color);
  }
  sort_by_samples(colors);
  return colors;
}

std::string hex_of(const Cluster& color) {
  std::string hex;
  for (const double sum : color.rgb) {
    const double mean = std::round(sum / static_cast<double>(color.samples));
    append_hex(hex, static_cast<unsigned char>(mean), lower_hex_digits);
  }
  return hex;
}

}  // namespace

json::object image_colors(const VImage& samples) {
  constexpr std::size_t most_colors = 5;
  constexpr std::int64_t least_percent = 2;
  const std::vector<Cluster> cells = cells_of(samples);
  std::int64_t total = 0;
  for (const Cluster& cell : cells)
    total += cell.samples;
  json::array palette;
  json::array shares;
  for (const Cluster& color : colors_of(cells)) {
    const std::int64_t percent =
        std::lround(100.0 * static_cast<double>(color.samples) / static_cast<double>(total));
    if (palette.size() == most_colors || (percent < least_percent && !palette.empty())) break;
    palette.emplace_back(hex_of(color));
    shares.emplace_back(percent);
  }
  if (palette.empty()) return {};
  return {{"dominant", palette.front()}, {"palette", std::move(palette)}, {"shares", std::move(shares)}};
}

}  // namespace rucola::render::worker
