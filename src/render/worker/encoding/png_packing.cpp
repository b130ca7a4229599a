#include "render/worker/encoding/png_packing.h"

#include <new>
#include <optional>
#include <stdexcept>

#include <libdeflate.h>

#include "base/c_handle.h"
#include "render/worker/structure/png_chunk.h"
#include "render/worker/structure/png_parts.h"

namespace rucola::render::worker {
namespace {

using Compressor = CHandle<libdeflate_compressor, libdeflate_free_compressor>;
using Decompressor = CHandle<libdeflate_decompressor, libdeflate_free_decompressor>;

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
  const std::optional<PngParts> parts = png_parts(stored);
  if (!parts) throw std::runtime_error("a PNG just written has no pixels");
  std::string png(parts->before);
  append_png_chunk(png, "IDAT", packed(unpacked(parts->packed), level));
  png += parts->behind;
  return png;
}

}  // namespace rucola::render::worker
