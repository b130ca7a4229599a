// What can be told of a GIF, PNG or JPEG 2000 from its block structure alone, before a decoder sees it: how
// many frames, how large, and whether the file ends too early. Costs a walk over the blocks, no memory.
//
// Pure; hostile input is expected.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace rucola::render::worker {

struct GifStructure {
  std::int32_t width = 0;
  std::int32_t height = 0;
  std::int64_t frames = 0;
};

/// The error says where the file is cut off or wrong. Stops counting past `most_frames`.
std::expected<GifStructure, std::string> read_gif_structure(std::string_view bytes, std::int64_t most_frames);

struct PngStructure {
  std::int64_t width = 0;
  std::int64_t height = 0;
  bool interlaced = false;
};

std::expected<PngStructure, std::string> read_png_structure(std::string_view bytes);

struct Jp2Structure {
  bool has_offset = false;   ///< image or tiles don't begin at the origin of their grid
  bool has_palette = false;  ///< a table of colours or of channels
};

/// Of a file in boxes, or of the bare stream of pixels. The error says what is missing.
std::expected<Jp2Structure, std::string> read_jp2_structure(std::string_view bytes);

/// Does the file end as a PDF does? One that was cut off is repaired by its readers without a word.
bool pdf_is_complete(std::string_view bytes);

/// Is the file as long as its RIFF header says?
bool webp_is_complete(std::string_view bytes);

}  // namespace rucola::render::worker
