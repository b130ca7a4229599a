#include "render/worker/metadata/copyright_in_file.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "render/worker/structure/big_endian.h"
#include "render/worker/structure/number_bytes.h"
#include "render/worker/structure/png_chunk.h"
#include "render/worker/structure/tiff_page.h"
#include "render/worker/structure/written_directory.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr std::size_t u16 = 2;
constexpr std::size_t u24 = 3;
constexpr std::size_t u32 = 4;

struct Blocks {
  std::string exif;
  std::string iptc;
  std::string xmp;
};

void require(bool as_expected, Format format) {
  if (!as_expected)
    throw std::logic_error("a notice is to go into a file that is not written as " +
                           std::string(name_of(format)) + " is here");
}

void insert(std::string& file, std::size_t at, const std::string& bytes) {
  file.insert(at, bytes);
}

// ---- JPEG ------------------------------------------------------------------------------------------------

std::string segment(char marker, std::string_view content) {
  return "\xff"s + marker + big_endian_bytes(content.size() + u16, u16) + std::string(content);
}

/// As Photoshop wraps it.
std::string in_photoshop(const std::string& iptc) {
  return "Photoshop 3.0\0"s + "8BIM\x04\x04\0\0"s + big_endian_bytes(iptc.size(), u32) + iptc +
         std::string(iptc.size() % 2, '\0');
}

/// Behind the JFIF segment, which is the first where there is one.
void put_into_jpg(std::string& file, const Blocks& blocks) {
  constexpr char app0 = '\xe0';
  constexpr char app1 = '\xe1';
  constexpr char app13 = '\xed';
  require(file.starts_with("\xff\xd8\xff"), Format::jpg);
  std::size_t at = u16;
  if (file[at + 1] == app0) at += u16 + big_endian<std::uint16_t>(file, at + u16);
  std::string segments;
  if (!blocks.exif.empty()) segments += segment(app1, "Exif\0\0"s + blocks.exif);
  if (!blocks.xmp.empty()) segments += segment(app1, "http://ns.adobe.com/xap/1.0/\0"s + blocks.xmp);
  if (!blocks.iptc.empty()) segments += segment(app13, in_photoshop(blocks.iptc));
  insert(file, at, segments);
}

// ---- PNG -------------------------------------------------------------------------------------------------

/// Behind the header.
void put_into_png(std::string& file, const Blocks& blocks) {
  constexpr std::size_t signature_and_header = 8 + 25;
  require(file.starts_with("\x89PNG") && file.size() > signature_and_header, Format::png);
  std::string chunks;
  if (!blocks.exif.empty()) append_png_chunk(chunks, "eXIf", blocks.exif);
  // Not compressed, of no language, without a translated keyword.
  if (!blocks.xmp.empty()) append_png_chunk(chunks, "iTXt", "XML:com.adobe.xmp\0\0\0\0\0"s + blocks.xmp);
  insert(file, signature_and_header, chunks);
}

// ---- WebP ------------------------------------------------------------------------------------------------

constexpr std::size_t riff_header = 12;
constexpr std::size_t riff_chunk_header = 8;

std::string riff_chunk(std::string_view name, const std::string& content) {
  return std::string(name) + little_endian_bytes(content.size(), u32) + content +
         std::string(content.size() % 2, '\0');
}

/// A lossless picture by itself says in its header whether it has opacity; a lossy one by itself has none.
bool has_opacity(std::string_view file) {
  constexpr std::size_t flags = riff_header + riff_chunk_header + 4;
  constexpr unsigned opacity = 0x10;
  const bool is_lossless = file.substr(riff_header, u32) == "VP8L";
  return is_lossless && (static_cast<std::uint8_t>(file.at(flags)) & opacity) != 0;
}

/// The chunk that says what there is besides the pixels, before these.
void extend_webp(std::string& file, Size size) {
  constexpr std::uint64_t opacity = 0x10;
  if (std::string_view(file).substr(riff_header, u32) == "VP8X") return;
  const auto length_of = [](std::int32_t side) {
    return little_endian_bytes(static_cast<std::uint32_t>(side) - 1, u24);
  };
  insert(file, riff_header,
         riff_chunk("VP8X", little_endian_bytes(has_opacity(file) ? opacity : 0, u32) +
                                length_of(size.width) + length_of(size.height)));
}

void put_into_webp(std::string& file, Size size, const Blocks& blocks) {
  constexpr unsigned has_exif = 0x08;
  constexpr unsigned has_xmp = 0x04;
  require(file.starts_with("RIFF") && file.size() > riff_header + riff_chunk_header + u32, Format::webp);
  extend_webp(file, size);
  char& flags = file[riff_header + riff_chunk_header];
  const unsigned more = (blocks.exif.empty() ? 0 : has_exif) | (blocks.xmp.empty() ? 0 : has_xmp);
  flags = static_cast<char>(static_cast<std::uint8_t>(flags) | more);
  if (!blocks.exif.empty()) file += riff_chunk("EXIF", blocks.exif);
  if (!blocks.xmp.empty()) file += riff_chunk("XMP ", blocks.xmp);
  file.replace(u32, u32, little_endian_bytes(file.size() - 2 * u32, u32));
}

// ---- JPEG XL and JPEG 2000 -------------------------------------------------------------------------------

std::string box(std::string_view type, std::string_view content) {
  return big_endian_bytes(content.size() + 2 * u32, u32) + std::string(type) + std::string(content);
}

/// Where the first box of any of the types begins.
std::size_t find_box(std::string_view file, Format format, std::initializer_list<std::string_view> types) {
  std::size_t at = 0;
  while (at + 2 * u32 <= file.size()) {
    if (std::ranges::find(types, file.substr(at + u32, u32)) != types.end()) return at;
    const auto length = big_endian<std::uint32_t>(file, at);
    if (length < 2 * u32) break;
    at += length;
  }
  require(false, format);
  return at;
}

/// libjxl writes a mere stream of pixels where there is nothing else.
void put_into_jxl(std::string& file, const Blocks& blocks) {
  if (file.starts_with("\xff\x0a")) {
    file = box("JXL ", "\r\n\x87\n") + box("ftyp", "jxl \0\0\0\0jxl "s) + box("jxlc", file);
  }
  const std::string at_its_start(u32, '\0');
  std::string boxes;
  if (!blocks.exif.empty()) boxes += box("Exif", at_its_start + blocks.exif);
  if (!blocks.xmp.empty()) boxes += box("xml ", blocks.xmp);
  insert(file, find_box(file, Format::jxl, {"jxlc", "jxlp"}), boxes);
}

void put_into_jp2(std::string& file, const Blocks& blocks) {
  constexpr std::string_view exif_uuid = "JpgTiffExif->JP2";
  constexpr std::string_view xmp_uuid = "\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac";
  std::string boxes;
  if (!blocks.exif.empty()) boxes += box("uuid", std::string(exif_uuid) + blocks.exif);
  if (!blocks.xmp.empty()) boxes += box("uuid", std::string(xmp_uuid) + blocks.xmp);
  insert(file, find_box(file, Format::jp2, {"jp2c"}), boxes);
}

// ---- TIFF ------------------------------------------------------------------------------------------------

/// A directory with all of the first one's entries and the notice's, behind the file; the first is left where
/// it lies.
void put_into_tiff(std::string& file, const CopyrightNotice& notice, const Blocks& blocks) {
  constexpr std::uint16_t xmp_tag = 700;
  constexpr std::uint16_t iptc_tag = 33723;
  require(file.starts_with("II*\0"sv), Format::tiff);
  const std::optional<TiffPage> first = tiff_page(file, 1);
  require(first.has_value(), Format::tiff);
  WrittenDirectory directory;
  std::size_t at = static_cast<std::size_t>(first->at) + u16;
  for (const TiffEntry& entry : first->directory.entries) {
    directory.add_entry(entry.tag, std::string_view(file).substr(at, WrittenDirectory::entry_size));
    at += WrittenDirectory::entry_size;
  }
  add_tags(directory, notice.exif);
  if (!blocks.xmp.empty()) directory.add(xmp_tag, TiffType::byte, blocks.xmp);
  if (!blocks.iptc.empty()) directory.add(iptc_tag, TiffType::undefined, blocks.iptc);
  file.append(file.size() % 2, '\0');
  const std::size_t new_at = file.size();
  file += directory.written(new_at, static_cast<std::uint32_t>(first->directory.next));
  file.replace(u32, u32, little_endian_bytes(new_at, u32));
}

// ---- GIF -------------------------------------------------------------------------------------------------

/// The packet stands in the file as it is. Who reads it for blocks, each of which begins with its length,
/// comes, wherever they get to, into a ramp that leads to its end.
std::string gif_extension(const std::string& xmp) {
  constexpr int highest = 255;
  std::string ramp = "\x01"s;
  for (int byte = highest; byte >= 0; --byte)
    ramp += static_cast<char>(byte);
  return "\x21\xff\x0bXMP DataXMP"s + xmp + ramp + '\0';
}

/// Behind the palette that all frames share.
void put_into_gif(std::string& file, const Blocks& blocks) {
  constexpr std::size_t header = 13;
  constexpr std::size_t flags_at = 10;
  constexpr unsigned has_palette = 0x80;
  constexpr unsigned size_bits = 0x07;
  require(file.starts_with("GIF89a") && file.size() > header, Format::gif);
  const auto flags = static_cast<std::uint8_t>(file[flags_at]);
  const std::size_t palette = (flags & has_palette) != 0 ? std::size_t{3} << ((flags & size_bits) + 1) : 0;
  insert(file, header + palette, gif_extension(blocks.xmp));
}

}  // namespace

MetadataPlaces places_in(Format format) {
  const bool with_iptc = format == Format::jpg || format == Format::tiff;
  return {.exif = format != Format::gif, .iptc = with_iptc};
}

std::string with_copyright(std::string file, Format format, Size size, const CopyrightNotice& notice) {
  if (is_empty(notice)) return file;
  const MetadataPlaces places = places_in(format);
  Blocks blocks{.exif = exif_block(notice.exif), .iptc = {}, .xmp = xmp_packet(notice, places)};
  if (places.iptc) blocks.iptc = iptc_block(notice.iptc);
  switch (format) {
    case Format::jpg:
      put_into_jpg(file, blocks);
      break;
    case Format::png:
      put_into_png(file, blocks);
      break;
    case Format::webp:
      put_into_webp(file, size, blocks);
      break;
    case Format::jxl:
      put_into_jxl(file, blocks);
      break;
    case Format::jp2:
      put_into_jp2(file, blocks);
      break;
    case Format::tiff:
      put_into_tiff(file, notice, blocks);
      break;
    case Format::gif:
      put_into_gif(file, blocks);
      break;
    default:
      break;
  }
  return file;
}

}  // namespace rucola::render::worker
