// The blocks that a PNG is made of. Pure; hostile input is expected.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rucola::render::worker {

inline constexpr std::size_t png_signature_bytes = 8;

/// Views of the file that it was taken from.
struct PngChunk {
  std::string_view type;  ///< four letters
  std::string_view content;
  std::string_view whole;  ///< with its length and its checksum, which nobody has looked at
};

/// The one that `rest` begins with, by which it becomes shorter. Nothing where no whole one is left.
std::optional<PngChunk> take_png_chunk(std::string_view& rest);

/// Of a chunk's type and content.
std::uint32_t png_checksum(std::string_view bytes);

/// `type`: four letters.
void append_png_chunk(std::string& png, std::string_view type, std::string_view content);

}  // namespace rucola::render::worker
