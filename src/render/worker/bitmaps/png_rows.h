// The pixels of a PNG of grey or RGB, with opacity or without, 8 or 16 bits a sample: unpacked by libdeflate,
// in half of zlib's time, and its filters undone some bytes at a time, for which Debian's libspng and libpng
// were built without (docs/performance.md). What the file says besides is up to libvips. libdeflate has no
// streams: the pixels lie in memory.
//
// Threads: an object belongs to one at a time. Hostile input is expected. Errors: std::bad_alloc.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "render/worker/bitmaps/row_image.h"

namespace rucola::render::worker {

/// More would take too much of a worker's memory.
inline constexpr std::size_t most_png_bytes = std::size_t{64} << 20;

/// `layout`: as libvips understands the file. Nothing where that is not simply what lies in it (palettes,
/// colours that are transparent), where rows are interlaced, too many, or not just as many as the header
/// says: of what is damaged, libvips can show a part. The checksums of the chunks are not looked at.
std::shared_ptr<Rows> png_rows(std::string_view png, const RowLayout& layout);

}  // namespace rucola::render::worker
