#include "render/worker/structure/png_texts.h"

#include <cstddef>
#include <cstdint>

#include "render/worker/structure/big_endian.h"

namespace rucola::render::worker {
namespace {

constexpr std::size_t signature = 8;
/// libspng and libpng take a thousand chunks of all kinds.
constexpr std::size_t most_that_stay = 500;
constexpr std::size_t most_that_are_read = 50;

/// Empty: there is no whole one any more.
std::string_view chunk_at(std::string_view bytes, std::size_t at) {
  constexpr std::size_t around_content = 12;
  if (bytes.size() < at + around_content) return {};
  const std::size_t length = big_endian<std::uint32_t>(bytes, at);
  if (bytes.size() - at - around_content < length) return {};
  return bytes.substr(at, around_content + length);
}

bool is_text(std::string_view chunk) {
  const std::string_view type = chunk.substr(4, 4);
  return type == "tEXt" || type == "zTXt" || type == "iTXt";
}

std::size_t texts_in(std::string_view bytes) {
  std::size_t texts = 0;
  std::size_t at = signature;
  for (auto chunk = chunk_at(bytes, at); !chunk.empty(); chunk = chunk_at(bytes, at)) {
    if (is_text(chunk)) ++texts;
    at += chunk.size();
  }
  return texts;
}

}  // namespace

std::optional<std::string> png_with_fewer_texts(std::string_view bytes) {
  if (texts_in(bytes) <= most_that_stay) return std::nullopt;
  std::string copy(bytes.substr(0, signature));
  std::size_t texts = 0;
  std::size_t at = signature;
  for (auto chunk = chunk_at(bytes, at); !chunk.empty(); chunk = chunk_at(bytes, at)) {
    const bool stays = !is_text(chunk) || ++texts <= most_that_are_read;
    if (stays) copy += chunk;
    at += chunk.size();
  }
  copy += bytes.substr(at);
  return copy;
}

}  // namespace rucola::render::worker
