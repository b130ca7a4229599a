#include "render/worker/encoding/thumbhash.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <string_view>
#include <vector>

#include <glib.h>

#include "base/c_handle.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

constexpr int longest_side = 100;
constexpr std::size_t bands = 4;
constexpr double most = 255;

/// What of it is over an average colour, where it can be seen through.
struct Channels {
  explicit Channels(std::size_t pixels)
      : lightness(pixels), yellow_blue(pixels), red_green(pixels), opacity(pixels) {}

  std::vector<double> lightness;
  std::vector<double> yellow_blue;
  std::vector<double> red_green;
  std::vector<double> opacity;
  bool has_opacity = false;
};

struct Pixels {
  std::size_t width;
  std::size_t height;
  const std::uint8_t* rgba;

  [[nodiscard]] std::size_t count() const { return width * height; }
  [[nodiscard]] double at(std::size_t pixel, std::size_t band) const { return rgba[pixel * bands + band]; }
};

using Color = std::array<double, 3>;

Color average_color(const Pixels& pixels, double& opacity) {
  Color sum{};
  opacity = 0;
  for (std::size_t i = 0; i < pixels.count(); ++i) {
    const double alpha = pixels.at(i, 3) / most;
    for (std::size_t band = 0; band < sum.size(); ++band)
      sum[band] += alpha / most * pixels.at(i, band);
    opacity += alpha;
  }
  if (opacity == 0) return sum;
  for (double& value : sum)
    value /= opacity;
  return sum;
}

Channels channels_of(const Pixels& pixels) {
  double opacity = 0;
  const Color average = average_color(pixels, opacity);
  Channels channels(pixels.count());
  channels.has_opacity = opacity < static_cast<double>(pixels.count());
  for (std::size_t i = 0; i < pixels.count(); ++i) {
    const double alpha = pixels.at(i, 3) / most;
    const auto over_average = [&](std::size_t band) {
      return average[band] * (1 - alpha) + alpha / most * pixels.at(i, band);
    };
    const double red = over_average(0);
    const double green = over_average(1);
    const double blue = over_average(2);
    channels.lightness[i] = (red + green + blue) / 3;
    channels.yellow_blue[i] = (red + green) / 2 - blue;
    channels.red_green[i] = red - green;
    channels.opacity[i] = alpha;
  }
  return channels;
}

/// A channel as its mean and how it varies.
struct Frequencies {
  double mean = 0;
  double scale = 0;             ///< the largest of the others
  std::vector<double> varying;  ///< parts of it, 0 to 1
};

std::vector<double> wave(std::size_t frequency, std::size_t length) {
  std::vector<double> values(length);
  for (std::size_t at = 0; at < length; ++at)
    values[at] = std::cos(std::numbers::pi / static_cast<double>(length) * static_cast<double>(frequency) *
                          (static_cast<double>(at) + 0.5));
  return values;
}

double part_of(const std::vector<double>& channel, const std::vector<double>& across,
               const std::vector<double>& down) {
  double sum = 0;
  for (std::size_t y = 0; y < down.size(); ++y) {
    for (std::size_t x = 0; x < across.size(); ++x)
      sum += channel[x + y * across.size()] * across[x] * down[y];
  }
  return sum / static_cast<double>(channel.size());
}

/// The triangle of the lowest `across` by `down`.
Frequencies frequencies_of(const std::vector<double>& channel, const Pixels& pixels, std::size_t across,
                           std::size_t down) {
  Frequencies found;
  for (std::size_t y = 0; y < down; ++y) {
    const std::vector<double> wave_down = wave(y, pixels.height);
    for (std::size_t x = 0; x * down < across * (down - y); ++x) {
      const double part = part_of(channel, wave(x, pixels.width), wave_down);
      if (x == 0 && y == 0) {
        found.mean = part;
        continue;
      }
      found.varying.push_back(part);
      found.scale = std::max(found.scale, std::abs(part));
    }
  }
  if (found.scale == 0) return found;
  for (double& part : found.varying)
    part = 0.5 + 0.5 / found.scale * part;
  return found;
}

/// Half of a step goes up, as the reference does it.
std::uint32_t rounded(double value) {
  return static_cast<std::uint32_t>(std::floor(value + 0.5));
}

class Writer {
 public:
  void add(std::uint32_t number, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i, number >>= 8U)
      bytes_ += static_cast<char>(number & 0xffU);
  }

  /// Half a byte each.
  void add(const std::vector<double>& parts) {
    constexpr double steps = 15;
    for (const double part : parts) {
      const std::uint32_t half = rounded(steps * part);
      if (is_half_)
        bytes_.back() = static_cast<char>(static_cast<std::uint8_t>(bytes_.back()) | half << 4U);
      else
        add(half, 1);
      is_half_ = !is_half_;
    }
  }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  bool is_half_ = false;
};

/// How many frequencies a side of the lightness has.
std::size_t frequencies_along(std::size_t side, const Pixels& pixels, std::size_t limit) {
  const auto longer = static_cast<double>(std::max(pixels.width, pixels.height));
  return std::max<std::size_t>(1, rounded(static_cast<double>(limit * side) / longer));
}

std::string hash_of(const Pixels& pixels) {
  constexpr std::size_t of_colors = 3;
  constexpr std::size_t of_opacity = 5;
  const Channels channels = channels_of(pixels);
  const std::size_t limit = channels.has_opacity ? 5 : 7;
  const std::size_t across = frequencies_along(pixels.width, pixels, limit);
  const std::size_t down = frequencies_along(pixels.height, pixels, limit);
  const Frequencies lightness =
      frequencies_of(channels.lightness, pixels, std::max(across, of_colors), std::max(down, of_colors));
  const Frequencies yellow_blue = frequencies_of(channels.yellow_blue, pixels, of_colors, of_colors);
  const Frequencies red_green = frequencies_of(channels.red_green, pixels, of_colors, of_colors);
  const bool is_landscape = pixels.width > pixels.height;
  Writer writer;
  writer.add(rounded(63 * lightness.mean) | rounded(31.5 + 31.5 * yellow_blue.mean) << 6U |
                 rounded(31.5 + 31.5 * red_green.mean) << 12U | rounded(31 * lightness.scale) << 18U |
                 (channels.has_opacity ? 1U : 0U) << 23U,
             3);
  writer.add(static_cast<std::uint32_t>(is_landscape ? down : across) |
                 rounded(63 * yellow_blue.scale) << 3U | rounded(63 * red_green.scale) << 9U |
                 (is_landscape ? 1U : 0U) << 15U,
             2);
  const Frequencies opacity =
      channels.has_opacity ? frequencies_of(channels.opacity, pixels, of_opacity, of_opacity) : Frequencies();
  if (channels.has_opacity) writer.add(rounded(15 * opacity.mean) | rounded(15 * opacity.scale) << 4U, 1);
  for (const Frequencies* channel : {&lightness, &yellow_blue, &red_green, &opacity})
    writer.add(channel->varying);
  return writer.bytes();
}

std::string base64(std::string_view bytes) {
  const CHandle<gchar, g_free> text(
      g_base64_encode(reinterpret_cast<const guchar*>(bytes.data()), bytes.size()));
  return text.get();
}

VImage small(const VImage& image) {
  if (std::max(image.width(), image.height()) <= longest_side) return image;
  return image.thumbnail_image(longest_side, VImage::option()->set("height", longest_side));
}

}  // namespace

std::string thumbhash(const VImage& image) {
  const VImage color = small(image).colourspace(VIPS_INTERPRETATION_sRGB).cast(VIPS_FORMAT_UCHAR);
  const VImage pixels = (color.has_alpha() ? color : color.bandjoin_const({most})).copy_memory();
  return base64(hash_of({.width = static_cast<std::size_t>(pixels.width()),
                         .height = static_cast<std::size_t>(pixels.height()),
                         .rgba = static_cast<const std::uint8_t*>(pixels.data())}));
}

}  // namespace rucola::render::worker
