#include "render/worker/structure/png_chunk.h"

#include <libdeflate.h>

#include "render/worker/structure/byte_cursor.h"
#include "render/worker/structure/number_bytes.h"

namespace rucola::render::worker {
namespace {

constexpr std::size_t number_size = 4;

}  // namespace

std::optional<PngChunk> take_png_chunk(std::string_view& rest) {
  constexpr std::size_t type_size = 4;
  constexpr std::size_t around_content = number_size + type_size + number_size;
  if (rest.size() < around_content) return {};
  ByteCursor cursor(rest);
  const std::size_t length = cursor.big32();
  if (length > rest.size() - around_content) return {};
  PngChunk chunk;
  chunk.type = cursor.take(type_size);
  chunk.content = cursor.take(length);
  chunk.whole = rest.substr(0, around_content + length);
  rest.remove_prefix(chunk.whole.size());
  return chunk;
}

std::uint32_t png_checksum(std::string_view bytes) {
  return libdeflate_crc32(0, bytes.data(), bytes.size());
}

void append_png_chunk(std::string& png, std::string_view type, std::string_view content) {
  png += big_endian_bytes(content.size(), number_size);
  const std::size_t checked = png.size();
  png.append(type).append(content);
  png += big_endian_bytes(png_checksum(std::string_view(png).substr(checked)), number_size);
}

}  // namespace rucola::render::worker
