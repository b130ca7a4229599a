#include "render/worker/encoding/png_packing.h"

#include <new>
#include <stdexcept>
#include <utility>

#include <libdeflate.h>

#include "base/c_handle.h"
#include "render/worker/structure/byte_cursor.h"
#include "render/worker/structure/png_chunk.h"

namespace rucola::render::worker {
namespace {

using Compressor = CHandle<libdeflate_compressor, libdeflate_free_compressor>;
using Decompressor = CHandle<libdeflate_decompressor, libdeflate_free_decompressor>;

struct Parts {
  std::string png;  ///< as far as the pixels
  std::string pixels;
  std::string end;  ///< behind them
};

Parts parts_of(std::string_view png) {
  constexpr std::size_t signature = 8;
  constexpr std::size_t around_content = 12;
  Parts parts{.png = std::string(png.substr(0, signature)), .pixels = {}, .end = {}};
  parts.pixels.reserve(png.size());
  for (std::string_view rest = png.substr(signature); rest.size() >= around_content;) {
    ByteCursor cursor(rest);
    const std::size_t length = cursor.big32();
    if (length > rest.size() - around_content) break;
    const std::string_view type = cursor.take(4);
    if (type == "IDAT") {
      parts.pixels += cursor.take(length);
    } else {
      (parts.pixels.empty() ? parts.png : parts.end) += rest.substr(0, around_content + length);
    }
    rest.remove_prefix(around_content + length);
  }
  return parts;
}

/// What was only stored is a little longer than what it holds.
std::string unpacked(std::string_view stream) {
  const Decompressor decompressor(libdeflate_alloc_decompressor());
  if (!decompressor) throw std::bad_alloc();
  std::string bytes(stream.size(), '\0');
  std::size_t size = 0;
  if (libdeflate_zlib_decompress(decompressor.get(), stream.data(), stream.size(), bytes.data(), bytes.size(),
                                 &size) != LIBDEFLATE_SUCCESS)
    throw std::runtime_error("a PNG just written has no pixels that can be read");
  bytes.resize(size);
  return bytes;
}

std::string packed(std::string_view bytes, int level) {
  const Compressor compressor(libdeflate_alloc_compressor(level));
  if (!compressor) throw std::bad_alloc();
  std::string stream(libdeflate_zlib_compress_bound(compressor.get(), bytes.size()), '\0');
  stream.resize(
      libdeflate_zlib_compress(compressor.get(), bytes.data(), bytes.size(), stream.data(), stream.size()));
  return stream;
}

}  // namespace

std::string packed_png(std::string_view stored, int level) {
  Parts parts = parts_of(stored);
  append_png_chunk(parts.png, "IDAT", packed(unpacked(parts.pixels), level));
  return std::move(parts.png) + parts.end;
}

}  // namespace rucola::render::worker
