// The blocks that a PNG is made of. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rucola::render::worker {

/// Of a chunk's type and content.
std::uint32_t png_checksum(std::string_view bytes);

/// `type`: four letters.
void append_png_chunk(std::string& png, std::string_view type, std::string_view content);

}  // namespace rucola::render::worker
