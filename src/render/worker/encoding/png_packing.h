// The pixels of a PNG, packed by libdeflate: to about as little as zlib does, in a third to a half of the
// time (docs/performance.md). libdeflate has no streams: the pixels lie in memory, packed and not.
//
// Pure. Errors: std::bad_alloc; std::runtime_error where it is no PNG whose pixels are only stored.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rucola::render::worker {

/// More would take too much of a worker's memory: zlib packs larger pictures, as they come.
inline constexpr std::size_t most_packed_bytes = std::size_t{16} << 20;

/// `stored`: as a library wrote it, without compression. `level`: libdeflate's, 1 to 12.
std::string packed_png(std::string_view stored, int level);

}  // namespace rucola::render::worker
