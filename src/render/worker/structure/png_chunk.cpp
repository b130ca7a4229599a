#include "render/worker/structure/png_chunk.h"

#include <libdeflate.h>

#include "render/worker/structure/number_bytes.h"

namespace rucola::render::worker {
namespace {

constexpr std::size_t number_size = 4;

}  // namespace

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
