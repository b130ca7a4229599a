#include "render/worker/decoding/sniff.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "render/worker/bitmaps/bmp_structure.h"
#include "render/worker/bitmaps/ico_directory.h"
#include "render/worker/bitmaps/psd_structure.h"
#include "render/worker/raw/raw_format.h"
#include "render/worker/structure/eps_preview.h"
#include "render/worker/svg/svg_text.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

std::optional<Format> format_of_brand(std::string_view brand) {
  if (brand == "avif" || brand == "avis") return Format::avif;
  constexpr std::array heif{"heic"sv, "heix"sv, "heim"sv, "heis"sv, "hevc"sv, "hevx"sv, "mif1"sv, "msf1"sv};
  if (std::ranges::find(heif, brand) != heif.end()) return Format::heif;
  return {};
}

/// ISO base media: `size "ftyp" brand version compatible-brands…`.
std::optional<Format> sniff_heif(std::string_view bytes) {
  constexpr std::size_t major_brand = 8;
  constexpr std::size_t first_compatible = 16;
  constexpr std::size_t brands_looked_at = 16;
  if (bytes.size() < first_compatible || bytes.substr(4, 4) != "ftyp") return {};
  const std::size_t box_bytes =
      (std::size_t{static_cast<unsigned char>(bytes[2])} << 8U) + static_cast<unsigned char>(bytes[3]);
  const std::size_t end = std::min({bytes.size(), box_bytes, first_compatible + 4 * brands_looked_at});
  std::optional<Format> format = format_of_brand(bytes.substr(major_brand, 4));
  // A file of several brands that names AVIF is one: HEIC's "mif1" only says that it is some HEIF.
  for (std::size_t at = first_compatible; at + 4 <= end && format != Format::avif; at += 4) {
    if (const auto compatible = format_of_brand(bytes.substr(at, 4))) format = compatible;
  }
  return format;
}

std::uint32_t big_endian_32(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char byte : bytes.substr(0, 4))
    number = number << 8U | static_cast<unsigned char>(byte);
  return number;
}

bool is_mp4_brand(std::string_view brand) {
  constexpr std::array brands{"mp41"sv, "mp42"sv, "avc1"sv, "dash"sv, "M4V "sv, "M4VH"sv,
                              "M4VP"sv, "MSNV"sv, "f4v "sv, "mmp4"sv, "XAVC"sv};
  return std::ranges::find(brands, brand) != brands.end() || brand.starts_with("iso") ||
         brand.starts_with("3gp") || brand.starts_with("3g2");
}

/// QuickTime began without "ftyp": the name of the first box is all there is, and it may stand in a text.
bool is_old_mov(std::string_view bytes) {
  constexpr std::array first_boxes{"moov"sv, "mdat"sv, "wide"sv, "free"sv, "skip"sv};
  constexpr std::uint32_t is_64_bits_long = 1;
  if (bytes.size() < 8 || std::ranges::find(first_boxes, bytes.substr(4, 4)) == first_boxes.end())
    return false;
  const std::uint32_t length = big_endian_32(bytes);
  return length == is_64_bits_long || (length >= 8 && length <= bytes.size());
}

/// Of ISO base media that is no HEIF.
std::optional<Format> sniff_mp4_or_mov(std::string_view bytes) {
  constexpr std::size_t major_brand = 8;
  constexpr std::size_t brands_end = 64;
  if (is_old_mov(bytes)) return Format::mov;
  if (bytes.size() < 16 || bytes.substr(4, 4) != "ftyp") return {};
  if (bytes.substr(major_brand, 4) == "qt  ") return Format::mov;
  const std::size_t end = std::min({bytes.size(), std::size_t{big_endian_32(bytes)}, brands_end});
  for (std::size_t at = major_brand; at + 4 <= end; at += 4) {
    if (is_mp4_brand(bytes.substr(at, 4))) return Format::mp4;
  }
  return {};
}

/// EBML whose DocType is WebM's, or that of Matroska, of which WebM is a part.
bool is_webm(std::string_view bytes) {
  constexpr std::size_t head = 64;
  if (!bytes.starts_with("\x1a\x45\xdf\xa3"sv)) return false;
  const std::string_view start = bytes.substr(0, head);
  return start.contains("webm"sv) || start.contains("matroska"sv);
}

}  // namespace

std::optional<Format> sniff(std::string_view bytes) {
  if (bytes.starts_with("\xff\xd8\xff"sv)) return Format::jpg;
  if (bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return Format::png;
  if (bytes.starts_with("GIF87a"sv) || bytes.starts_with("GIF89a"sv)) return Format::gif;
  if (bytes.starts_with("RIFF"sv) && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP") return Format::webp;
  if (const auto raw = raw_format(bytes)) return raw;
  if (bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv)) return Format::tiff;
  if (bytes.starts_with("II+\0"sv) || bytes.starts_with("MM\0+"sv)) return Format::tiff;
  if (bytes.starts_with("\xff\x0a"sv) || bytes.starts_with("\0\0\0\x0cJXL \r\n\x87\n"sv)) return Format::jxl;
  if (bytes.starts_with("\xff\x4f\xff\x51"sv) || bytes.starts_with("\0\0\0\x0cjP  \r\n\x87\n"sv))
    return Format::jp2;
  if (bytes.starts_with("\0\1\0\0"sv) || bytes.starts_with("true"sv)) return Format::ttf;
  if (bytes.starts_with("OTTO"sv)) return Format::otf;
  if (const auto format = sniff_heif(bytes)) return format;
  if (is_bmp(bytes)) return Format::bmp;
  if (is_icon(bytes)) return Format::ico;
  if (is_psd(bytes)) return Format::psd;
  if (is_binary_eps(bytes)) return Format::eps;
  if (const auto format = sniff_mp4_or_mov(bytes)) return format;
  if (is_webm(bytes)) return Format::webm;
  if (bytes.starts_with("%PDF-"sv)) return Format::pdf;
  if (is_svg(bytes)) return Format::svg;
  return {};
}

}  // namespace rucola::render::worker
