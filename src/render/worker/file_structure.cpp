#include "render/worker/file_structure.h"

#include <algorithm>
#include <cstddef>
#include <optional>

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

namespace {

/// ISO 15444-1, A.5.1: SOC, then SIZ.
std::expected<void, std::string> read_jp2_stream(std::string_view bytes, Jp2Structure& jp2) {
  constexpr std::size_t length_and_capabilities = 4;
  constexpr std::size_t side = 4;
  Cursor cursor(bytes);
  constexpr auto start_and_size = "\xff\x4f\xff\x51"sv;
  if (!bytes.starts_with(start_and_size)) return wrong("its pixels don't begin with their size");
  cursor.skip(start_and_size.size());
  if (!cursor.has(length_and_capabilities + 8 * side)) return wrong(cut_off);
  cursor.skip(length_and_capabilities + 2 * side);
  const bool image_is_off = (cursor.big32() | cursor.big32()) != 0;
  cursor.skip(2 * side);
  const bool tiles_are_off = (cursor.big32() | cursor.big32()) != 0;
  jp2.has_offset = image_is_off || tiles_are_off;
  return {};
}

struct Box {
  std::string_view type;
  std::string_view content;
};

/// ISO 15444-1, I.4. Nothing where there is no whole one.
std::optional<Box> take_box(std::string_view& rest) {
  constexpr std::size_t short_header = 8;
  constexpr std::size_t long_header = 16;
  Cursor cursor(rest);
  if (!cursor.has(short_header)) return {};
  std::uint64_t length = cursor.big32();
  const std::string_view type = cursor.take(4);
  std::size_t header = short_header;
  if (length == 1) {
    if (!cursor.has(long_header - short_header)) return {};
    length = std::uint64_t{cursor.big32()} << 32U;
    length |= cursor.big32();
    header = long_header;
  } else if (length == 0) {
    length = rest.size();
  }
  if (length < header) return {};
  // The last one may be cut off: what it holds says so itself.
  const std::string_view whole =
      rest.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(length, rest.size())));
  rest.remove_prefix(whole.size());
  return Box{type, whole.substr(std::min(header, whole.size()))};
}

bool has_palette_box(std::string_view header) {
  while (const auto box = take_box(header)) {
    if (box->type == "pclr" || box->type == "cmap") return true;
  }
  return false;
}

}  // namespace

std::expected<Jp2Structure, std::string> read_jp2_structure(std::string_view bytes) {
  Jp2Structure jp2;
  std::string_view stream = bytes;
  if (!bytes.starts_with("\xff\x4f"sv)) {
    std::optional<Box> box;
    while ((box = take_box(bytes)) && box->type != "jp2c")
      jp2.has_palette = jp2.has_palette || (box->type == "jp2h" && has_palette_box(box->content));
    if (!box) return wrong("it has no pixels");
    stream = box->content;
  }
  if (auto read = read_jp2_stream(stream, jp2); !read) return std::unexpected(read.error());
  return jp2;
}

bool pdf_is_complete(std::string_view bytes) {
  constexpr std::size_t searched = 1024;  // readers allow this much after the marker
  return bytes.substr(bytes.size() - std::min(bytes.size(), searched)).contains("%%EOF");
}

bool webp_is_complete(std::string_view bytes) {
  if (bytes.size() < 12) return false;
  std::uint64_t declared = 0;
  for (std::size_t i = 0; i < 4; ++i)
    declared |= std::uint64_t{static_cast<std::uint8_t>(bytes[4 + i])} << (8 * i);
  return bytes.size() >= declared + 8;
}

}  // namespace rucola::render::worker
