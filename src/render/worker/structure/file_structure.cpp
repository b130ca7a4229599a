#include "render/worker/structure/file_structure.h"

#include <algorithm>
#include <cstddef>

#include "render/worker/structure/byte_cursor.h"
#include "render/worker/structure/structure_fault.h"

namespace rucola::render::worker {
namespace {

std::int32_t bands_of(std::uint8_t color_type) {
  switch (color_type) {
    case 0:  // grey
      return 1;
    case 2:  // RGB
      return 3;
    case 4:  // grey and alpha
      return 2;
    case 6:  // RGBA
      return 4;
    default:
      return 0;
  }
}

}  // namespace

std::expected<PngStructure, std::string> read_png_structure(std::string_view bytes) {
  constexpr std::size_t signature = 8;
  constexpr std::size_t length_and_type = 8;
  constexpr std::size_t checksum = 4;
  constexpr std::size_t header_length = 13;
  ByteCursor cursor(bytes);
  if (!cursor.skip(signature)) return wrong(cut_off);
  PngStructure png;
  bool first = true;
  bool has_pixels = false;
  while (cursor.has(length_and_type)) {
    const std::uint32_t length = cursor.big32();
    const std::string_view type = cursor.take(4);
    if (first != (type == "IHDR")) return wrong("its chunks are in the wrong order");
    has_pixels = has_pixels || type == "IDAT";
    if (!cursor.has(length + checksum)) break;
    if (first) {
      if (length != header_length) return wrong("its header has the wrong size");
      png.width = cursor.big32();
      png.height = cursor.big32();
      png.bits = cursor.byte();
      png.bands = bands_of(cursor.byte());
      cursor.skip(2);  // compression, filter
      png.interlaced = cursor.byte() != 0;
      cursor.skip(checksum);
      first = false;
      continue;
    }
    cursor.skip(length + checksum);
    if (type == "IEND") return png;
  }
  if (!has_pixels) return wrong(cut_off);
  return png;
}

bool pdf_is_complete(std::string_view bytes) {
  constexpr std::size_t searched = 1024;  // readers allow this much after the marker
  return bytes.substr(bytes.size() - std::min(bytes.size(), searched)).contains("%%EOF");
}

bool webp_is_complete(std::string_view bytes) {
  constexpr std::size_t header = 12;
  constexpr std::size_t name_and_size = 8;
  if (bytes.size() < header) return false;
  ByteCursor cursor(bytes);
  cursor.skip(4);
  return bytes.size() - name_and_size >= cursor.little32();
}

}  // namespace rucola::render::worker
