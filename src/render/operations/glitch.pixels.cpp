#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "render/operations/pixels.h"

namespace rucola::render::pixels {
namespace {

/// Plain bytes, row after row, that lines can be pushed around in.
class Canvas {
 public:
  Canvas(std::span<std::uint8_t> bytes, const vips::VImage& shape)
      : bytes_(bytes),
        width_(static_cast<std::size_t>(shape.width())),
        bands_(static_cast<std::size_t>(shape.bands())),
        row_(width_ * bands_) {}

  /// Pixels of a row, all of their bands; what leaves on the right comes in on the left.
  void push(std::size_t y, std::size_t by) {
    const auto row = bytes_.subspan(y * row_, row_);
    std::ranges::rotate(row, row.end() - static_cast<std::ptrdiff_t>((by % width_) * bands_));
  }

  /// One band of a row.
  void push(std::size_t y, std::size_t band, std::size_t by) {
    const auto row = bytes_.subspan(y * row_, row_);
    std::vector<std::uint8_t> samples(width_);
    for (std::size_t x = 0; x < width_; ++x)
      samples[(x + by) % width_] = row[x * bands_ + band];
    for (std::size_t x = 0; x < width_; ++x)
      row[x * bands_ + band] = samples[x];
  }

 private:
  std::span<std::uint8_t> bytes_;
  std::size_t width_;
  std::size_t bands_;
  std::size_t row_;
};

/// 0 up to, not including, `below`. The distributions of the library differ from one to the next.
std::size_t pick(std::mt19937& random, std::size_t below) {
  return below == 0 ? 0 : random() % below;
}

void damage(Canvas& canvas, const GlitchStep& step, Size size, bool has_color) {
  std::mt19937 random(static_cast<std::uint32_t>(step.seed));
  const auto amount = static_cast<std::size_t>(step.amount);
  const auto width = static_cast<std::size_t>(size.width);
  const auto height = static_cast<std::size_t>(size.height);
  constexpr std::size_t slices_per_amount = 4;
  for (std::size_t i = 0; i < amount * slices_per_amount; ++i) {
    const std::size_t first = pick(random, height);
    const std::size_t last = std::min(height, first + 1 + pick(random, height / 12 + 1));
    const std::size_t most = 1 + width * amount / 40;
    const std::size_t by = width + most / 2 - pick(random, most);
    const std::size_t apart = pick(random, 1 + width * amount / 100);
    const std::size_t band = pick(random, 3);
    for (std::size_t y = first; y < last; ++y) {
      canvas.push(y, by);
      if (has_color) canvas.push(y, band, apart);
    }
  }
}

}  // namespace

vips::VImage apply(const vips::VImage& image, const GlitchStep& step) {
  std::size_t size = 0;
  void* memory = image.write_to_memory(&size);
  const vips::VImage bytes = vips::VImage::new_from_memory_steal(memory, size, image.width(), image.height(),
                                                                 image.bands(), image.format());
  Canvas canvas({static_cast<std::uint8_t*>(memory), size}, image);
  constexpr int bands_of_color = 3;
  damage(canvas, step, {image.width(), image.height()}, image.bands() >= bands_of_color);
  return bytes.copy(vips::VImage::option()->set("interpretation", image.interpretation()));
}

}  // namespace rucola::render::pixels
