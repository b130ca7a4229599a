// What can be told of a GIF from its blocks alone, before a decoder sees it: how large it is, where its
// frames lie and what becomes of them, and whether it ends too early. Costs a walk over the blocks.
//
// Pure; hostile input is expected.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace rucola::render::worker {

/// A part of the canvas, in pixels.
struct GifArea {
  std::int32_t left = 0;
  std::int32_t top = 0;
  std::int32_t width = 0;
  std::int32_t height = 0;
  bool operator==(const GifArea&) const = default;
};

bool covers(const GifArea& outer, const GifArea& inner);

struct GifFrame {
  GifArea area;
  bool transparent = false;  ///< it may have pixels that leave the canvas as it is
  bool clears = false;  ///< its area is emptied before the next frame, or is to be as it was, which is empty
  std::size_t control_flags_at = 0;  ///< in the file, of its graphic control extension; 0: it has none
  std::size_t end = 0;               ///< in the file
  bool operator==(const GifFrame&) const = default;
};

struct GifStructure {
  // Of the canvas. A first frame that goes over its edges makes it larger; later ones are cut there.
  std::int32_t width = 0;
  std::int32_t height = 0;
  std::vector<GifFrame> frames;
  std::size_t frames_begin = 0;  ///< in the file, after the global colour table
  bool has_trailer = true;       ///< else it ends where a block does
  bool operator==(const GifStructure&) const = default;
};

/// The error says where the file is cut off or wrong. Stops with the first frame past `most_frames`.
std::expected<GifStructure, std::string> read_gif_structure(std::string_view bytes, std::size_t most_frames);

}  // namespace rucola::render::worker
