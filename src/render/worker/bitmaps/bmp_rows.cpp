#include "render/worker/bitmaps/bmp_rows.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <utility>

#include "render/worker/bitmaps/bmp_runs.h"
#include "render/worker/structure/byte_cursor.h"
#include "render/worker/structure/structure_fault.h"

namespace rucola::render::worker {
namespace {

constexpr std::uint8_t opaque = 255;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

RowLayout layout_of(Size size, bool has_alpha) {
  return {.size = size, .bands = has_alpha ? 4 : 3};
}

/// Numbers that a palette doesn't have are black.
BmpColor color_of(const BmpStructure& bmp, std::size_t number) {
  return number < bmp.palette.size() ? bmp.palette[number] : BmpColor{};
}

void put(std::span<std::uint8_t> row, std::size_t at, const BmpColor& color) {
  row[at] = color.red;
  row[at + 1] = color.green;
  row[at + 2] = color.blue;
}

/// Some bits of a pixel as a number of 0 to 255.
class Channel {
 public:
  explicit Channel(std::uint32_t mask) : mask_(mask), shift_(mask == 0 ? 0 : std::countr_zero(mask)) {}

  [[nodiscard]] std::uint8_t of(std::uint32_t pixel) const {
    const std::uint64_t highest = mask_ >> shift_;
    if (highest == 0) return 0;
    const std::uint64_t value = (pixel & mask_) >> shift_;
    return static_cast<std::uint8_t>((value * opaque + highest / 2) / highest);
  }

 private:
  std::uint32_t mask_;
  int shift_;
};

/// What is not coded: a row can be found by its number.
class Plain {
 public:
  explicit Plain(const BmpStructure& bmp)
      : bits_(bmp.bits),
        stride_(bmp_stride(bmp.size.width, bmp.bits)),
        used_((static_cast<std::size_t>(bmp.size.width) * static_cast<std::size_t>(bmp.bits) + 7) / 8),
        height_(static_cast<std::size_t>(bmp.size.height)),
        top_down_(bmp.top_down),
        pixels_(bmp.pixels) {}

  /// What would fill up the last row may be missing.
  [[nodiscard]] bool is_whole() const { return pixels_.size() >= stride_ * (height_ - 1) + used_; }
  /// What comes after all rows.
  [[nodiscard]] std::string_view rest() const {
    return pixels_.substr(std::min(pixels_.size(), stride_ * height_));
  }
  [[nodiscard]] std::string_view row(int y) const {
    const auto from_top = static_cast<std::size_t>(y);
    return pixels_.substr(stride_ * (top_down_ ? from_top : height_ - 1 - from_top), used_);
  }
  /// Of up to 8 bits: the number of a colour.
  [[nodiscard]] std::uint8_t number(std::string_view row, std::size_t x) const {
    const auto bits = static_cast<std::size_t>(bits_);
    const std::size_t shift = 8 - bits - x * bits % 8;
    return static_cast<std::uint8_t>((byte_at(row, x * bits / 8) >> shift) & ((1U << bits) - 1));
  }

 private:
  int bits_;
  std::size_t stride_;
  std::size_t used_;
  std::size_t height_;
  bool top_down_;
  std::string_view pixels_;
};

class PaletteRows : public Rows {
 public:
  explicit PaletteRows(BmpStructure bmp) : bmp_(std::move(bmp)), plain_(bmp_) {}

  [[nodiscard]] RowLayout layout() const override { return layout_of(bmp_.size, false); }
  bool read(int y, std::span<std::uint8_t> row) override {
    const std::string_view numbers = plain_.row(y);
    for (std::size_t x = 0; 3 * x < row.size(); ++x)
      put(row, 3 * x, color_of(bmp_, plain_.number(numbers, x)));
    return true;
  }

 private:
  BmpStructure bmp_;
  Plain plain_;
};

/// 24 bits.
class DirectRows : public Rows {
 public:
  explicit DirectRows(const BmpStructure& bmp) : size_(bmp.size), plain_(bmp) {}

  [[nodiscard]] RowLayout layout() const override { return layout_of(size_, false); }
  bool read(int y, std::span<std::uint8_t> row) override {
    const std::string_view source = plain_.row(y);
    for (std::size_t at = 0; at < row.size(); at += 3) {
      put(row, at,
          {.red = byte_at(source, at + 2), .green = byte_at(source, at + 1), .blue = byte_at(source, at)});
    }
    return true;
  }

 private:
  Size size_;
  Plain plain_;
};

/// 16 and 32 bits.
class MaskedRows : public Rows {
 public:
  explicit MaskedRows(const BmpStructure& bmp)
      : size_(bmp.size),
        bytes_(static_cast<std::size_t>(bmp.bits) / 8),
        red_(bmp.masks.red),
        green_(bmp.masks.green),
        blue_(bmp.masks.blue),
        alpha_(bmp.masks.alpha),
        plain_(bmp),
        has_alpha_(bmp.masks.alpha != 0) {}

  [[nodiscard]] bool any_is_visible() const {
    for (int y = 0; y < size_.height; ++y) {
      ByteCursor cursor(plain_.row(y));
      while (cursor.has(bytes_)) {
        if (alpha_.of(next(cursor)) != 0) return true;
      }
    }
    return false;
  }
  [[nodiscard]] RowLayout layout() const override { return layout_of(size_, has_alpha_); }
  bool read(int y, std::span<std::uint8_t> row) override {
    ByteCursor cursor(plain_.row(y));
    const std::size_t bands = has_alpha_ ? 4 : 3;
    for (std::size_t at = 0; at < row.size(); at += bands) {
      const std::uint32_t pixel = next(cursor);
      put(row, at, {.red = red_.of(pixel), .green = green_.of(pixel), .blue = blue_.of(pixel)});
      if (has_alpha_) row[at + 3] = alpha_.of(pixel);
    }
    return true;
  }

 private:
  [[nodiscard]] std::uint32_t next(ByteCursor& cursor) const {
    return bytes_ == 2 ? cursor.little16() : cursor.little32();
  }

  Size size_;
  std::size_t bytes_;
  Channel red_;
  Channel green_;
  Channel blue_;
  Channel alpha_;
  Plain plain_;
  bool has_alpha_;
};

/// Places that no run covers are black, as in Chromium.
class RunRows : public Rows {
 public:
  RunRows(BmpStructure bmp, BmpRuns runs)
      : bmp_(std::move(bmp)), runs_(std::move(runs)), numbers_(static_cast<std::size_t>(bmp_.size.width)) {}

  [[nodiscard]] RowLayout layout() const override { return layout_of(bmp_.size, false); }
  bool read(int y, std::span<std::uint8_t> row) override {
    runs_.read_row(static_cast<std::size_t>(bmp_.size.height - 1 - y), numbers_);
    for (std::size_t x = 0; x < numbers_.size(); ++x)
      put(row, 3 * x, color_of(bmp_, numbers_[x]));
    return true;
  }

 private:
  BmpStructure bmp_;
  BmpRuns runs_;
  std::vector<std::uint16_t> numbers_;
};

/// Colours of one kind, and a mask of one bit a pixel in which 1 is to be seen through.
class IconRows : public Rows {
 public:
  IconRows(std::shared_ptr<Rows> colors, const BmpStructure& mask)
      : colors_(std::move(colors)),
        size_(mask.size),
        mask_(mask),
        color_row_(3 * static_cast<std::size_t>(size_.width)) {}

  [[nodiscard]] RowLayout layout() const override { return layout_of(size_, true); }
  bool read(int y, std::span<std::uint8_t> row) override {
    if (!colors_->read(y, color_row_)) return false;
    const std::string_view mask = mask_.row(y);
    for (std::size_t x = 0; 4 * x < row.size(); ++x) {
      std::copy_n(color_row_.begin() + static_cast<std::ptrdiff_t>(3 * x), 3,
                  row.begin() + static_cast<std::ptrdiff_t>(4 * x));
      row[4 * x + 3] = mask_.number(mask, x) == 0 ? opaque : 0;
    }
    return true;
  }

 private:
  std::shared_ptr<Rows> colors_;
  Size size_;
  Plain mask_;
  std::vector<std::uint8_t> color_row_;
};

std::shared_ptr<Rows> plain_rows(BmpStructure bmp) {
  if (bmp.bits <= 8) return std::make_shared<PaletteRows>(std::move(bmp));
  if (bmp.bits == 24) return std::make_shared<DirectRows>(bmp);
  return std::make_shared<MaskedRows>(bmp);
}

}  // namespace

std::expected<std::shared_ptr<Rows>, std::string> bmp_rows(BmpStructure bmp) {
  if (bmp.coding == BmpCoding::plain) {
    if (!Plain(bmp).is_whole()) return wrong(cut_off);
    return plain_rows(std::move(bmp));
  }
  auto runs = BmpRuns::read(bmp.pixels, bmp.size, bmp.coding == BmpCoding::runs_of_8_bits ? 8 : 4);
  if (!runs) return std::unexpected(runs.error());
  return std::make_shared<RunRows>(std::move(bmp), *std::move(runs));
}

std::expected<std::shared_ptr<Rows>, std::string> icon_rows(BmpStructure bmp) {
  const Plain plain(bmp);
  if (!plain.is_whole()) return wrong(cut_off);
  const BmpStructure mask{.size = bmp.size, .top_down = bmp.top_down, .bits = 1, .pixels = plain.rest()};
  const bool may_have_no_mask = bmp.bits == 32;
  // Programs that know of no opacity leave the bits for it 0.
  if (bmp.bits == 32 && !MaskedRows(bmp).any_is_visible()) bmp.masks.alpha = 0;
  std::shared_ptr<Rows> colors = plain_rows(std::move(bmp));
  if (colors->layout().bands == 4) return colors;
  if (Plain(mask).is_whole()) return std::make_shared<IconRows>(std::move(colors), mask);
  if (may_have_no_mask) return colors;
  return wrong(cut_off);
}

}  // namespace rucola::render::worker
