#include "render/worker/bitmaps/psd_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "render/worker/structure/big_endian.h"
#include "render/worker/structure/byte_cursor.h"
#include "render/worker/structure/structure_fault.h"

namespace rucola::render::worker {
namespace {

constexpr float opaque = 255;

/// PackBits: runs and literals, until the row is full.
bool unpack(std::string_view packed, std::span<std::uint8_t> row) {
  constexpr unsigned nothing = 128;
  ByteCursor cursor(packed);
  while (!row.empty()) {
    if (!cursor.has(1)) return false;
    const unsigned order = cursor.byte();
    if (order == nothing) continue;
    const bool is_run = order > nothing;
    const std::size_t count = std::min<std::size_t>(is_run ? 257 - order : order + 1, row.size());
    if (!cursor.has(is_run ? 1 : count)) return false;
    if (is_run) {
      std::ranges::fill(row.first(count), cursor.byte());
    } else {
      std::ranges::copy(cursor.take(count), row.begin());
    }
    row = row.subspan(count);
  }
  return true;
}

/// The rows of each channel, which lie one channel after the other.
class Channels {
 public:
  static std::expected<Channels, std::string> read(const PsdStructure& psd, int wanted) {
    Channels channels(psd, wanted);
    if (!(psd.is_packed ? channels.find_packed_rows() : channels.has_all_rows())) return wrong(cut_off);
    return channels;
  }

  [[nodiscard]] std::size_t row_bytes() const { return row_bytes_; }
  [[nodiscard]] bool row(int channel, int y, std::span<std::uint8_t> samples) const {
    const std::size_t index = static_cast<std::size_t>(channel) * height_ + static_cast<std::size_t>(y);
    if (is_packed_) return unpack(pixels_.substr(begins_[index], packed_bytes(index)), samples);
    std::ranges::copy(pixels_.substr(index * row_bytes_, row_bytes_), samples.begin());
    return true;
  }

 private:
  Channels(const PsdStructure& psd, int wanted)
      : pixels_(psd.pixels),
        is_packed_(psd.is_packed),
        count_bytes_(psd.is_large ? 4 : 2),
        row_bytes_((static_cast<std::size_t>(psd.size.width) * static_cast<std::size_t>(psd.bits) + 7) / 8),
        height_(static_cast<std::size_t>(psd.size.height)),
        all_(static_cast<std::size_t>(psd.channels)),
        wanted_(static_cast<std::size_t>(wanted)) {}

  [[nodiscard]] bool has_all_rows() const { return pixels_.size() / row_bytes_ / height_ >= all_; }

  [[nodiscard]] std::size_t packed_bytes(std::size_t row) const {
    const std::size_t at = row * count_bytes_;
    return count_bytes_ == 4 ? big_endian<std::uint32_t>(pixels_, at)
                             : big_endian<std::uint16_t>(pixels_, at);
  }

  bool find_packed_rows() {
    const std::size_t rows = all_ * height_;
    if (pixels_.size() / count_bytes_ < rows) return false;
    begins_.reserve(wanted_ * height_);
    std::size_t at = rows * count_bytes_;
    for (std::size_t row = 0; row < rows; ++row) {
      if (row < wanted_ * height_) begins_.push_back(at);
      const std::size_t bytes = packed_bytes(row);
      if (pixels_.size() - at < bytes) return false;
      at += bytes;
    }
    return true;
  }

  std::string_view pixels_;
  bool is_packed_;
  std::size_t count_bytes_;
  std::size_t row_bytes_;
  std::size_t height_;
  std::size_t all_;
  std::size_t wanted_;
  std::vector<std::size_t> begins_;  ///< of the packed rows that are wanted
};

/// Where one can see through the picture, its colours were laid on white.
template <class Sample>
Sample without_white(Sample color, Sample white, Sample alpha, Sample highest) {
  if (alpha == 0 || alpha == highest) return color;
  const double seen = white - (static_cast<double>(white) - color) * highest / alpha;
  return static_cast<Sample>(std::lrint(std::clamp(seen, 0.0, static_cast<double>(highest))));
}

template <class Sample>
Sample sample_at(std::span<const std::uint8_t> row, std::size_t x) {
  if constexpr (sizeof(Sample) == 1) return row[x];
  return static_cast<Sample>(row[2 * x] << 8U | row[2 * x + 1]);
}

/// What all have: one row of each channel, unpacked.
class ChannelRows : public Rows {
 public:
  ChannelRows(const PsdStructure& psd, Channels channels, int bands)
      : psd_(psd), channels_(std::move(channels)), rows_(static_cast<std::size_t>(bands)) {
    for (auto& row : rows_)
      row.resize(channels_.row_bytes());
  }

 protected:
  bool load(int y) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!channels_.row(static_cast<int>(i), y, rows_[i])) return false;
    }
    return true;
  }
  [[nodiscard]] const PsdStructure& psd() const { return psd_; }
  [[nodiscard]] std::size_t width() const { return static_cast<std::size_t>(psd_.size.width); }
  [[nodiscard]] std::size_t bands() const { return rows_.size(); }
  [[nodiscard]] std::span<const std::uint8_t> channel(std::size_t index) const { return rows_[index]; }

 private:
  PsdStructure psd_;
  Channels channels_;
  std::vector<std::vector<std::uint8_t>> rows_;
};

/// Grey, RGB, CMYK: channels with one kind of samples, of which the highest is white.
template <class Sample>
class SampleRows : public ChannelRows {
 public:
  using ChannelRows::ChannelRows;

  [[nodiscard]] RowLayout layout() const override {
    constexpr bool is_deep = sizeof(Sample) == 2;
    RowLayout layout{.size = psd().size,
                     .bands = static_cast<int>(bands()),
                     .format = is_deep ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR,
                     .interpretation = is_deep ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB};
    if (psd().colors == PsdColors::grey)
      layout.interpretation = is_deep ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W;
    if (psd().colors == PsdColors::cmyk) layout.interpretation = VIPS_INTERPRETATION_CMYK;
    return layout;
  }

  bool read(int y, std::span<std::uint8_t> row) override {
    if (!load(y)) return false;
    for (std::size_t x = 0; x < width(); ++x) {
      const Sample alpha = psd().has_alpha ? of(bands() - 1, x) : highest;
      for (std::size_t band = 0; band < bands(); ++band) {
        const bool is_color = band + 1 < bands() || !psd().has_alpha;
        const Sample value = is_color ? seen(of(band, x), alpha) : alpha;
        std::memcpy(&row[(bands() * x + band) * sizeof(Sample)], &value, sizeof(Sample));
      }
    }
    return true;
  }

 private:
  static constexpr Sample highest = std::numeric_limits<Sample>::max();

  /// Of 16 bits the upper ones where 8 are wanted.
  [[nodiscard]] Sample of(std::size_t band, std::size_t x) const {
    if (sizeof(Sample) == 1 && psd().bits == 16) return channel(band)[2 * x];
    return sample_at<Sample>(channel(band), x);
  }
  /// Inks are stored as what they leave of the light.
  [[nodiscard]] Sample seen(Sample stored, Sample alpha) const {
    const auto color = without_white<Sample>(stored, highest, alpha, highest);
    return psd().colors == PsdColors::cmyk ? static_cast<Sample>(highest - color) : color;
  }
};

class LabRows : public ChannelRows {
 public:
  using ChannelRows::ChannelRows;

  [[nodiscard]] RowLayout layout() const override {
    return {.size = psd().size,
            .bands = static_cast<int>(bands()),
            .format = VIPS_FORMAT_FLOAT,
            .interpretation = VIPS_INTERPRETATION_LAB};
  }

  bool read(int y, std::span<std::uint8_t> row) override {
    constexpr std::array white{100.0F, 0.0F, 0.0F};
    if (!load(y)) return false;
    for (std::size_t x = 0; x < width(); ++x) {
      const float alpha = psd().has_alpha ? of(3, x) : opaque;
      std::array<float, 4> lab{of(0, x) * 100 / 255, of(1, x) - 128, of(2, x) - 128, alpha};
      for (std::size_t band = 0; band < white.size() && alpha > 0; ++band)
        lab[band] = white[band] - (white[band] - lab[band]) * opaque / alpha;
      std::memcpy(&row[bands() * x * sizeof(float)], lab.data(), bands() * sizeof(float));
    }
    return true;
  }

 private:
  /// From 0 to 255, whatever its bits. The middle of a and b is 128 of 8 bits, 32768 of 16.
  [[nodiscard]] float of(std::size_t band, std::size_t x) const {
    if (psd().bits == 8) return channel(band)[x];
    const float value = sample_at<std::uint16_t>(channel(band), x);
    return band == 1 || band == 2 ? value / 256 : value / 257;
  }
};

/// A palette of any colours, or black and white.
class NumberRows : public ChannelRows {
 public:
  using ChannelRows::ChannelRows;

  [[nodiscard]] RowLayout layout() const override {
    if (psd().colors == PsdColors::bitmap)
      return {.size = psd().size, .bands = 1, .interpretation = VIPS_INTERPRETATION_B_W};
    return {.size = psd().size, .bands = psd().transparent_color ? 4 : 3};
  }

  bool read(int y, std::span<std::uint8_t> row) override {
    if (!load(y)) return false;
    const bool is_bitmap = psd().colors == PsdColors::bitmap;
    for (std::size_t x = 0; x < width(); ++x) {
      if (is_bitmap) {
        row[x] = (channel(0)[x / 8] & (0x80U >> x % 8)) == 0 ? 255 : 0;
      } else {
        put_color(row, x);
      }
    }
    return true;
  }

 private:
  void put_color(std::span<std::uint8_t> row, std::size_t x) const {
    constexpr std::size_t colors = 256;
    const std::uint8_t number = channel(0)[x];
    const std::size_t bands = psd().transparent_color ? 4 : 3;
    for (std::size_t band = 0; band < 3; ++band)
      row[bands * x + band] = static_cast<std::uint8_t>(psd().palette[colors * band + number]);
    if (psd().transparent_color) row[4 * x + 3] = number == *psd().transparent_color ? 0 : 255;
  }
};

}  // namespace

std::expected<std::shared_ptr<Rows>, std::string> psd_rows(const PsdStructure& psd) {
  constexpr int longest_side = 300'000;  // of a PSB
  if (std::max(psd.size.width, psd.size.height) > longest_side) return wrong("its size is impossible");
  const int bands = psd_color_channels(psd.colors) + (psd.has_alpha ? 1 : 0);
  auto channels = Channels::read(psd, bands);
  if (!channels) return std::unexpected(channels.error());
  switch (psd.colors) {
    case PsdColors::lab:
      return std::make_shared<LabRows>(psd, *std::move(channels), bands);
    case PsdColors::bitmap:
    case PsdColors::palette:
      return std::make_shared<NumberRows>(psd, *std::move(channels), bands);
    case PsdColors::cmyk:
      return std::make_shared<SampleRows<std::uint8_t>>(psd, *std::move(channels), bands);
    default:
      break;
  }
  if (psd.bits == 16) return std::make_shared<SampleRows<std::uint16_t>>(psd, *std::move(channels), bands);
  return std::make_shared<SampleRows<std::uint8_t>>(psd, *std::move(channels), bands);
}

}  // namespace rucola::render::worker
