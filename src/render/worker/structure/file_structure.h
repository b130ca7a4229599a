// What can be told of a PNG, PDF or WebP from its structure alone, before a decoder sees it: how large it is,
// and whether the file ends too early. Costs a walk over the blocks, no memory.
//
// Pure; hostile input is expected.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace rucola::render::worker {

struct PngStructure {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int32_t bits = 0;   ///< of a sample
  std::int32_t bands = 0;  ///< 0: the pixels are numbers of colours, or of a kind that PNG does not know
  bool interlaced = false;
};

/// No error where it ends after its pixels have begun: whether all of them are there only a decoder can say.
std::expected<PngStructure, std::string> read_png_structure(std::string_view bytes);

/// Does the file end as a PDF does? One that was cut off is repaired by its readers without a word.
bool pdf_is_complete(std::string_view bytes);

/// Is the file as long as its RIFF header says?
bool webp_is_complete(std::string_view bytes);

}  // namespace rucola::render::worker
