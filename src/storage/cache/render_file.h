// The file format of a cached render:
//
//   magic "RUCOLA-RENDER/2\n" (16) · SHA-256 over the three lines that follow, hex (64) · "\n" ·
//   content type · "\n" · milliseconds since 1970, decimal · "\n" · SHA-256 of the bytes, hex · "\n" ·
//   bytes of the render
//
// Nothing is synced, so after a power loss a file may be cut off or hold zeros: the checksums tell. They are
// no protection against somebody who can write to the folder.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "delivery/cache/render_cache.h"

namespace rucola::storage {

/// All of the file but the render's bytes, which follow it.
std::string render_file_head(const delivery::StoredRender& render);

/// What a file says of the render in it.
struct RenderFileHead {
  std::string content_type;
  Time rendered{};
  std::string digest;      ///< of the render's bytes
  std::int64_t bytes = 0;  ///< of the head itself; the render's follow
};

/// Both block. Nothing where the file is damaged or of another version. `bytes`: how many it has.
std::optional<RenderFileHead> read_render_head(int file, std::int64_t bytes);
/// Behind that head; read and compared with its digest.
std::optional<delivery::StoredRender> read_render(int file, std::int64_t bytes, RenderFileHead head);

}  // namespace rucola::storage
