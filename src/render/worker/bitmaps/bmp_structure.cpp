#include "render/worker/bitmaps/bmp_structure.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

#include "render/worker/structure/byte_cursor.h"
#include "render/worker/structure/structure_fault.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t file_header = 14;
constexpr std::size_t oldest_header = 12;
constexpr std::size_t usual_header = 40;
constexpr std::size_t with_masks = 52;
constexpr std::size_t with_alpha = 56;
constexpr std::size_t os2_header = 64;
constexpr std::size_t latest_header = 124;
constexpr std::array header_sizes{oldest_header, std::size_t{16}, usual_header,     with_masks,
                                  with_alpha,    os2_header,      std::size_t{108}, latest_header};

// How pixels are coded, as the headers have it.
constexpr std::uint32_t none = 0;
constexpr std::uint32_t runs_8 = 1;
constexpr std::uint32_t runs_4 = 2;
constexpr std::uint32_t bit_fields = 3;
constexpr std::uint32_t alpha_bit_fields = 6;

bool is_header_size(std::uint32_t size) {
  return std::ranges::find(header_sizes, std::size_t{size}) != header_sizes.end();
}

/// The fields of all headers, those that one lacks as 0.
struct Header {
  std::uint32_t bytes = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::uint16_t bits = 0;
  std::uint32_t compression = none;
  std::uint32_t colors = 0;
  BmpMasks masks{};
  std::uint32_t color_space = 0;
  std::uint32_t profile_at = 0;
  std::uint32_t profile_bytes = 0;

  [[nodiscard]] bool is_oldest() const { return bytes == oldest_header; }
  [[nodiscard]] bool is_os2() const { return bytes < usual_header || bytes == os2_header; }
  [[nodiscard]] bool has_bit_fields() const {
    return !is_os2() && (compression == bit_fields || compression == alpha_bit_fields);
  }
};

Header read_oldest(ByteCursor cursor) {
  Header header{.bytes = oldest_header};
  header.width = cursor.little16();
  header.height = cursor.little16();
  cursor.skip(2);  // planes
  header.bits = cursor.little16();
  return header;
}

Header read_later(std::string_view bytes, std::uint32_t size) {
  std::array<char, latest_header> padded{};
  std::ranges::copy(bytes.substr(0, size), padded.begin());
  ByteCursor cursor(std::string_view(padded.data(), padded.size()));
  cursor.skip(4);
  Header header{.bytes = size};
  header.width = static_cast<std::int32_t>(cursor.little32());
  header.height = static_cast<std::int32_t>(cursor.little32());
  cursor.skip(2);  // planes
  header.bits = cursor.little16();
  header.compression = cursor.little32();
  cursor.skip(12);  // bytes of the pixels, resolution
  header.colors = cursor.little32();
  cursor.skip(4);  // important colours
  if (size == os2_header) return header;
  header.masks = {.red = cursor.little32(), .green = cursor.little32(), .blue = cursor.little32()};
  header.masks.alpha = cursor.little32();
  header.color_space = cursor.little32();
  cursor.skip(52);  // primaries, gamma, intent
  header.profile_at = cursor.little32();
  header.profile_bytes = cursor.little32();
  return header;
}

/// From the header's first byte to the end of the file.
class Reader {
 public:
  Reader(std::string_view bytes, bool is_in_icon) : bytes_(bytes), is_in_icon_(is_in_icon) {}

  /// `pixels_at`: from the header's first byte; 0: they follow what is before them.
  std::expected<BmpStructure, std::string> structure(std::size_t pixels_at) {
    if (!read_header()) return wrong(cut_off);
    if (auto readable = check(); !readable) return std::unexpected(readable.error());
    BmpStructure bmp{.size = {static_cast<std::int32_t>(header_.width),
                              static_cast<std::int32_t>(std::abs(header_.height))},
                     .top_down = header_.height < 0,
                     .bits = header_.bits};
    if (is_in_icon_) bmp.size.height /= 2;
    if (bmp.size.height == 0) return wrong("it has no pixels");
    if (header_.compression == runs_8) bmp.coding = BmpCoding::runs_of_8_bits;
    if (header_.compression == runs_4) bmp.coding = BmpCoding::runs_of_4_bits;
    std::size_t at = header_.bytes;
    if (!read_masks(bmp, at)) return wrong(cut_off);
    if (pixels_at != 0 && pixels_at < at) return wrong("its pixels lie in its header");
    if (!read_palette(bmp, at, pixels_at)) return wrong(cut_off);
    const std::size_t begin = pixels_at == 0 ? at : pixels_at;
    if (begin > bytes_.size()) return wrong(cut_off);
    bmp.pixels = bytes_.substr(begin);
    bmp.profile = profile();
    return bmp;
  }

 private:
  bool read_header() {
    if (bytes_.size() < oldest_header) return false;
    ByteCursor cursor(bytes_);
    const std::uint32_t size = cursor.little32();
    if (size > bytes_.size()) return false;
    if (is_header_size(size))
      header_ = size == oldest_header ? read_oldest(cursor) : read_later(bytes_, size);
    return true;
  }

  [[nodiscard]] std::expected<void, std::string> check() const {
    constexpr std::array depths{1, 2, 4, 8, 16, 24, 32};
    if (header_.bytes == 0) return wrong("its header is of no known size");
    if (header_.width <= 0 || header_.height == 0) return wrong("it has no pixels");
    if (header_.height == std::numeric_limits<std::int32_t>::min()) return wrong("it has no possible height");
    if (std::ranges::find(depths, int{header_.bits}) == depths.end())
      return wrong("pixels of " + std::to_string(header_.bits) + " bits don't exist");
    const bool is_plain = header_.compression == none || header_.has_bit_fields();
    const bool has_runs = !is_in_icon_ && header_.height > 0 &&
                          ((header_.compression == runs_8 && header_.bits == 8) ||
                           (header_.compression == runs_4 && header_.bits == 4));
    if (is_plain || has_runs) return {};
    return wrong(
        "its pixels are coded in a way that is not read: uncompressed ones and run lengths of 4 and 8 "
        "bits are");
  }

  /// Where they aren't given, pixels have the usual ones. Opacity is given by later headers only, and by
  /// icons.
  bool read_masks(BmpStructure& bmp, std::size_t& at) {
    if (header_.bits != 16 && header_.bits != 32) return true;
    constexpr BmpMasks usual_16{.red = 0x7c00, .green = 0x3e0, .blue = 0x1f};
    constexpr BmpMasks usual_32{.red = 0xff0000, .green = 0xff00, .blue = 0xff};
    bmp.masks = header_.bits == 16 ? usual_16 : usual_32;
    if (header_.has_bit_fields()) {
      if (header_.bytes >= with_masks) {
        bmp.masks = header_.masks;
      } else if (!read_masks_behind_header(bmp, at)) {
        return false;
      }
    }
    if (header_.bytes >= with_alpha && header_.bytes != os2_header) bmp.masks.alpha = header_.masks.alpha;
    if (is_in_icon_ && header_.bits == 32 && bmp.masks.alpha == 0) bmp.masks.alpha = 0xff000000;
    return true;
  }

  bool read_masks_behind_header(BmpStructure& bmp, std::size_t& at) {
    constexpr std::size_t three = 12;
    constexpr std::size_t four = 16;
    const std::size_t size = header_.compression == alpha_bit_fields ? four : three;
    ByteCursor cursor(bytes_);
    cursor.skip(at);
    if (!cursor.has(size)) return false;
    bmp.masks = {.red = cursor.little32(), .green = cursor.little32(), .blue = cursor.little32()};
    if (size == four) bmp.masks.alpha = cursor.little32();
    at += size;
    return true;
  }

  /// It ends where the pixels begin, whatever the header says.
  bool read_palette(BmpStructure& bmp, std::size_t& at, std::size_t pixels_at) {
    if (header_.bits > 8) return true;
    const std::size_t entry = header_.is_oldest() ? 3 : 4;
    const std::size_t most = std::size_t{1} << header_.bits;
    std::size_t count = header_.colors == 0 ? most : std::min<std::size_t>(header_.colors, most);
    if (pixels_at != 0) count = std::min(count, (pixels_at - at) / entry);
    ByteCursor cursor(bytes_);
    cursor.skip(at);
    if (!cursor.has(count * entry)) return false;
    bmp.palette.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      BmpColor color;
      color.blue = cursor.byte();
      color.green = cursor.byte();
      color.red = cursor.byte();
      cursor.skip(entry - 3);
      bmp.palette.push_back(color);
    }
    at += count * entry;
    return true;
  }

  [[nodiscard]] std::string_view profile() const {
    constexpr std::uint32_t embedded = 0x4d424544;  // "MBED"
    if (header_.color_space != embedded || header_.profile_at > bytes_.size()) return {};
    const std::string_view rest = bytes_.substr(header_.profile_at);
    return rest.size() < header_.profile_bytes ? std::string_view() : rest.substr(0, header_.profile_bytes);
  }

  std::string_view bytes_;
  bool is_in_icon_;
  Header header_;
};

}  // namespace

std::size_t bmp_stride(std::int64_t width, int bits) {
  return static_cast<std::size_t>((width * bits + 31) / 32 * 4);
}

bool is_bmp(std::string_view bytes) {
  if (!bytes.starts_with("BM"sv) || bytes.size() < file_header + 4) return false;
  ByteCursor cursor(bytes);
  cursor.skip(file_header);
  return is_header_size(cursor.little32());
}

std::expected<BmpStructure, std::string> read_bmp_structure(std::string_view bytes) {
  constexpr std::size_t before_offset = 10;
  if (bytes.size() < file_header) return wrong(cut_off);
  ByteCursor cursor(bytes);
  cursor.skip(before_offset);
  const std::size_t pixels_at = cursor.little32();
  if (pixels_at != 0 && pixels_at < file_header) return wrong("its pixels lie in its header");
  return Reader(bytes.substr(file_header), false).structure(pixels_at == 0 ? 0 : pixels_at - file_header);
}

std::expected<BmpStructure, std::string> read_icon_bitmap(std::string_view bytes) {
  return Reader(bytes, true).structure(0);
}

}  // namespace rucola::render::worker
