#include "render/worker/structure/png_texts.h"

#include <algorithm>
#include <cstddef>

#include "render/worker/structure/png_chunk.h"

namespace rucola::render::worker {
namespace {

/// libspng and libpng take a thousand chunks of all kinds.
constexpr std::size_t most_that_stay = 500;
constexpr std::size_t most_that_are_read = 50;

bool is_text(const PngChunk& chunk) {
  return chunk.type == "tEXt" || chunk.type == "zTXt" || chunk.type == "iTXt";
}

std::string_view chunks_of(std::string_view png) {
  return png.substr(std::min(png.size(), png_signature_bytes));
}

std::size_t texts_in(std::string_view png) {
  std::size_t texts = 0;
  std::string_view rest = chunks_of(png);
  for (auto chunk = take_png_chunk(rest); chunk; chunk = take_png_chunk(rest)) {
    if (is_text(*chunk)) ++texts;
  }
  return texts;
}

}  // namespace

std::optional<std::string> png_with_fewer_texts(std::string_view bytes) {
  if (texts_in(bytes) <= most_that_stay) return std::nullopt;
  std::string copy(bytes.substr(0, png_signature_bytes));
  std::size_t texts = 0;
  std::string_view rest = chunks_of(bytes);
  for (auto chunk = take_png_chunk(rest); chunk; chunk = take_png_chunk(rest)) {
    const bool stays = !is_text(*chunk) || ++texts <= most_that_are_read;
    if (stays) copy += chunk->whole;
  }
  copy += rest;
  return copy;
}

}  // namespace rucola::render::worker
