#include "render/worker/file_structure.h"

#include <algorithm>
#include <cstddef>

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

/// Reads forward and never past the end.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] bool has(std::size_t count) const { return bytes_.size() - at_ >= count; }
  bool skip(std::size_t count) {
    if (!has(count)) return false;
    at_ += count;
    return true;
  }
  std::uint8_t byte() { return static_cast<std::uint8_t>(bytes_[at_++]); }
  std::uint16_t little16() {
    const std::uint16_t low = byte();
    return static_cast<std::uint16_t>(low | (byte() << 8U));
  }
  std::uint32_t big32() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i)
      value = (value << 8U) | byte();
    return value;
  }
  std::string_view take(std::size_t count) {
    const std::string_view taken = bytes_.substr(at_, count);
    at_ += count;
    return taken;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

constexpr std::string_view cut_off = "the file is cut off";

std::unexpected<std::string> wrong(std::string_view what) {
  return std::unexpected(std::string(what));
}

/// The bits of a GIF's flags that tell the size of a colour table.
bool skip_color_table(Cursor& cursor, std::uint8_t flags) {
  if ((flags & 0x80U) == 0) return true;
  return cursor.skip(std::size_t{3} << ((flags & 7U) + 1));
}

bool skip_sub_blocks(Cursor& cursor) {
  while (cursor.has(1)) {
    const std::uint8_t length = cursor.byte();
    if (length == 0) return true;
    if (!cursor.skip(length)) return false;
  }
  return false;
}

bool skip_gif_image(Cursor& cursor) {
  constexpr std::size_t position_and_size = 8;
  if (!cursor.has(position_and_size + 1)) return false;
  cursor.skip(position_and_size);
  const std::uint8_t flags = cursor.byte();
  constexpr std::size_t code_size = 1;
  return skip_color_table(cursor, flags) && cursor.skip(code_size) && skip_sub_blocks(cursor);
}

}  // namespace

std::expected<GifStructure, std::string> read_gif_structure(std::string_view bytes,
                                                            std::int64_t most_frames) {
  constexpr std::size_t signature = 6;
  constexpr std::size_t screen = 7;
  Cursor cursor(bytes);
  if (!cursor.has(signature + screen)) return wrong(cut_off);
  cursor.skip(signature);
  GifStructure gif;
  gif.width = cursor.little16();
  gif.height = cursor.little16();
  const std::uint8_t flags = cursor.byte();
  cursor.skip(2);  // background, aspect ratio
  if (!skip_color_table(cursor, flags)) return wrong(cut_off);
  while (cursor.has(1)) {
    bool complete = false;
    switch (cursor.byte()) {
      case 0x3b:  // trailer
        if (gif.frames == 0) return wrong("it has no frame");
        return gif;
      case 0x21:  // extension
        complete = cursor.skip(1) && skip_sub_blocks(cursor);
        break;
      case 0x2c:  // image
        if (++gif.frames > most_frames) return gif;
        complete = skip_gif_image(cursor);
        break;
      case 0x00:  // stray block ends are common and harmless
        complete = true;
        break;
      default:
        return wrong("it has a block that GIF does not know");
    }
    if (!complete) return wrong(cut_off);
  }
  return wrong(cut_off);
}

std::expected<PngStructure, std::string> read_png_structure(std::string_view bytes) {
  constexpr std::size_t signature = 8;
  constexpr std::size_t length_and_type = 8;
  constexpr std::size_t checksum = 4;
  constexpr std::size_t header_length = 13;
  Cursor cursor(bytes);
  if (!cursor.skip(signature)) return wrong(cut_off);
  PngStructure png;
  bool first = true;
  while (cursor.has(length_and_type)) {
    const std::uint32_t length = cursor.big32();
    const std::string_view type = cursor.take(4);
    if (first != (type == "IHDR")) return wrong("its chunks are in the wrong order");
    if (!cursor.has(length + checksum)) return wrong(cut_off);
    if (first) {
      if (length != header_length) return wrong("its header has the wrong size");
      png.width = cursor.big32();
      png.height = cursor.big32();
      cursor.skip(4);  // depth, colour type, compression, filter
      png.interlaced = cursor.byte() != 0;
      cursor.skip(checksum);
      first = false;
      continue;
    }
    cursor.skip(length + checksum);
    if (type == "IEND") return png;
  }
  return wrong(cut_off);
}

bool pdf_is_complete(std::string_view bytes) {
  constexpr std::size_t searched = 1024;  // readers allow this much after the marker
  return bytes.substr(bytes.size() - std::min(bytes.size(), searched)).find("%%EOF") !=
         std::string_view::npos;
}

bool webp_is_complete(std::string_view bytes) {
  if (bytes.size() < 12) return false;
  std::uint64_t declared = 0;
  for (std::size_t i = 0; i < 4; ++i)
    declared |= std::uint64_t{static_cast<std::uint8_t>(bytes[4 + i])} << (8 * i);
  return bytes.size() >= declared + 8;
}

}  // namespace rucola::render::worker
