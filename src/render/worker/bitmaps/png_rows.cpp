#include "render/worker/bitmaps/png_rows.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include <libdeflate.h>

#include "base/c_handle.h"
#include "render/worker/structure/file_structure.h"
#include "render/worker/structure/png_parts.h"

namespace rucola::render::worker {
namespace {

using Decompressor = CHandle<libdeflate_decompressor, libdeflate_free_decompressor>;
using Bytes = std::span<std::uint8_t>;
using ConstBytes = std::span<const std::uint8_t>;

/// How a row was made easier to pack (ISO/IEC 15948, 9.2): each byte is less by what is expected of those in
/// the pixel before and in the row above.
enum class Filter : std::uint8_t { none, sub, up, average, paeth };

constexpr bool is_filter(std::uint8_t byte) {
  return byte <= static_cast<std::uint8_t>(Filter::paeth);
}

/// A pixel, and what of the next ones lies in as many bytes: a number each.
using Lanes = std::int16_t __attribute__((vector_size(16)));
using LaneBytes = std::uint8_t __attribute__((vector_size(8)));

/// Behind all rows, since lanes go over the end of the last pixel.
constexpr std::size_t spare = sizeof(LaneBytes);

Lanes lanes_at(const std::uint8_t* bytes) {
  LaneBytes lanes;
  std::memcpy(&lanes, bytes, sizeof lanes);
  return __builtin_convertvector(lanes, Lanes);
}

Lanes larger(Lanes one, Lanes other) {
  return one > other ? one : other;
}

Lanes smaller(Lanes one, Lanes other) {
  return one < other ? one : other;
}

/// The one of the three that is nearest to `left` + `up` − `corner`. Each pixel waits for the one before it,
/// so what counts is how few steps there are from `left` to the result.
Lanes paeth(Lanes left, Lanes up, Lanes corner) {
  const Lanes across = up - corner;
  const Lanes down = left - corner;
  const Lanes both = across + down;
  const Lanes to_left = larger(across, -across);
  const Lanes to_up = larger(down, -down);
  const Lanes to_corner = larger(both, -both);
  const Lanes nearest = smaller(to_corner, smaller(to_left, to_up));
  const Lanes other = nearest == to_up ? up : corner;
  return nearest == to_left ? left : other;
}

/// `expected`: of a pixel, from the one before it, the one above, and the one above that before.
template <std::size_t pixel, class Expected>
void add(Bytes row, ConstBytes above, Expected expected) {
  Lanes left{};
  Lanes corner{};
  for (std::size_t at = 0; at < row.size(); at += pixel) {
    const Lanes up = lanes_at(above.data() + at);
    left = (lanes_at(row.data() + at) + expected(left, up, corner)) & 0xff;
    corner = up;
    const LaneBytes sum = __builtin_convertvector(left, LaneBytes);
    std::memcpy(row.data() + at, &sum, pixel);
  }
}

template <std::size_t pixel>
void undo_filter(Filter filter, Bytes row, ConstBytes above) {
  switch (filter) {
    case Filter::none:
      return;
    case Filter::sub:
      return add<pixel>(row, above, [](Lanes left, Lanes /*up*/, Lanes /*corner*/) { return left; });
    case Filter::up:
      std::ranges::transform(row, above, row.begin(), std::plus<std::uint8_t>());
      return;
    case Filter::average:
      return add<pixel>(row, above, [](Lanes left, Lanes up, Lanes /*corner*/) { return (left + up) / 2; });
    case Filter::paeth:
      return add<pixel>(row, above, paeth);
  }
}

using UndoFilter = void (*)(Filter, Bytes, ConstBytes);

/// Of pixels of so many bytes.
UndoFilter undo_filter_of(std::size_t pixel_bytes) {
  switch (pixel_bytes) {
    case 1:
      return undo_filter<1>;
    case 2:
      return undo_filter<2>;
    case 3:
      return undo_filter<3>;
    case 4:
      return undo_filter<4>;
    case 6:
      return undo_filter<6>;
    default:
      return undo_filter<8>;
  }
}

/// What lies in the file is what is asked for.
bool is_of(const RowLayout& layout, const PngStructure& png) {
  const bool is_deep = png.bits == 16;
  return !png.interlaced && png.bands == layout.bands && (png.bits == 8 || is_deep) &&
         layout.format == (is_deep ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR) &&
         png.width == layout.size.width && png.height == layout.size.height && layout.size.height > 0;
}

class PngRows : public Rows {
 public:
  /// `rows`: each with its filter in front, and something spare behind them.
  PngRows(const RowLayout& layout, std::size_t stride, std::vector<std::uint8_t> rows)
      : layout_(layout),
        rows_(std::move(rows)),
        stride_(stride),
        undo_filter_(undo_filter_of((stride - 1) / static_cast<std::size_t>(layout.size.width))),
        above_the_first_(stride - 1 + spare) {}

  [[nodiscard]] RowLayout layout() const override { return layout_; }

  bool read(int y, Bytes row) override {
    for (; plain_ <= y; ++plain_) {
      const ConstBytes above = plain_ > 0 ? pixels_of(plain_ - 1) : ConstBytes(above_the_first_);
      undo_filter_(static_cast<Filter>(filter_of(plain_)), pixels_of(plain_), above);
    }
    std::ranges::copy(pixels_of(y), row.begin());
    if (layout_.format == VIPS_FORMAT_USHORT && std::endian::native == std::endian::little) swap_bytes(row);
    return true;
  }

  [[nodiscard]] bool has_only_known_filters() const {
    for (int y = 0; y < layout_.size.height; ++y) {
      if (!is_filter(filter_of(y))) return false;
    }
    return true;
  }

 private:
  [[nodiscard]] std::uint8_t filter_of(int y) const { return rows_[static_cast<std::size_t>(y) * stride_]; }
  Bytes pixels_of(int y) {
    return Bytes(rows_).subspan(static_cast<std::size_t>(y) * stride_ + 1, stride_ - 1);
  }
  static void swap_bytes(Bytes samples) {
    for (std::size_t i = 0; i + 1 < samples.size(); i += 2)
      std::swap(samples[i], samples[i + 1]);
  }

  RowLayout layout_;
  std::vector<std::uint8_t> rows_;
  std::size_t stride_;
  UndoFilter undo_filter_;
  std::vector<std::uint8_t> above_the_first_;
  int plain_ = 0;  ///< those above it have their filters undone
};

/// Exactly as many bytes as there is room for.
bool unpack(std::string_view packed, Bytes rows) {
  const Decompressor decompressor(libdeflate_alloc_decompressor());
  if (!decompressor) throw std::bad_alloc();
  return libdeflate_zlib_decompress(decompressor.get(), packed.data(), packed.size(), rows.data(),
                                    rows.size(), nullptr) == LIBDEFLATE_SUCCESS;
}

}  // namespace

std::shared_ptr<Rows> png_rows(std::string_view png, const RowLayout& layout) {
  const auto structure = read_png_structure(png);
  if (!structure || !is_of(layout, *structure)) return nullptr;
  const auto height = static_cast<std::size_t>(structure->height);
  const auto stride = static_cast<std::size_t>(1 + structure->width * structure->bands * structure->bits / 8);
  if (stride > most_png_bytes / height) return nullptr;
  const std::optional<PngParts> parts = png_parts(png);
  if (!parts) return nullptr;
  constexpr std::size_t most_of_a_packed_byte = 1032;
  const std::size_t size = stride * height;
  if (size / most_of_a_packed_byte > parts->packed.size()) return nullptr;
  std::vector<std::uint8_t> bytes(size + spare);
  if (!unpack(parts->packed, Bytes(bytes).first(size))) return nullptr;
  auto rows = std::make_shared<PngRows>(layout, stride, std::move(bytes));
  return rows->has_only_known_filters() ? std::move(rows) : nullptr;
}

}  // namespace rucola::render::worker
