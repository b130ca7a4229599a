// Any bytes as a GIF, PNG, JPEG 2000, PDF or WebP, of which only the structure is read.
#include "render/worker/file_structure.h"

#include <optional>
#include <tuple>

#include "fuzz/property.h"

namespace {

using namespace rucola::render::worker;
using rucola::fuzz::require;

constexpr std::int64_t most_frames = 64;

/// Some beginnings of a file: what one of them already says, the rest can't change.
template <class Read>
void check_beginnings(std::string_view bytes, Read read) {
  const auto whole = read(bytes);
  for (std::size_t length = bytes.size(); length > 0; length = length * 7 / 8) {
    const auto beginning = read(bytes.substr(0, length));
    require(!beginning || (whole && *beginning == *whole), "what a beginning says, the whole file says");
  }
}

void gif(std::string_view bytes) {
  const auto read = read_gif_structure(bytes, most_frames);
  if (!read) return require(!read.error().empty(), "an error says what is wrong");
  require(read->width >= 0 && read->width <= 0xffff && read->height >= 0 && read->height <= 0xffff,
          "sizes have 16 bits");
  require(read->frames >= 1 && read->frames <= most_frames + 1, "frames are counted up to the limit");
  require(static_cast<std::size_t>(read->frames) <= bytes.size() / 10, "every frame has bytes of its own");
  if (read->frames > most_frames) return;
  check_beginnings(bytes, [](std::string_view some) {
    const auto gif = read_gif_structure(some, most_frames);
    return gif ? std::optional(std::tuple(gif->width, gif->height, gif->frames)) : std::nullopt;
  });
}

/// The end of the last chunk, read anew. Nothing where there is none.
std::optional<std::size_t> end_of_png(std::string_view bytes) {
  for (std::size_t at = 8; at + 12 <= bytes.size();) {
    std::size_t length = 0;
    for (const char c : bytes.substr(at, 4))
      length = length << 8 | static_cast<unsigned char>(c);
    if (bytes.size() - at - 12 < length) return std::nullopt;
    const bool last = bytes.substr(at + 4, 4) == "IEND";
    at += 12 + length;
    if (last) return at;
  }
  return std::nullopt;
}

void png(std::string_view bytes) {
  const auto read = read_png_structure(bytes);
  if (!read) return require(!read.error().empty(), "an error says what is wrong");
  require(bytes.substr(12, 4) == "IHDR", "the header comes first");
  require(read->width >= 0 && read->width <= 0xffff'ffff && read->height >= 0 && read->height <= 0xffff'ffff,
          "sizes have 32 bits");
  const auto end = end_of_png(bytes);
  require(end.has_value(), "a whole PNG has its last chunk and its checksum");
  require(!read_png_structure(bytes.substr(0, *end - 1)), "a PNG that ends before that is cut off");
  check_beginnings(bytes, [](std::string_view some) {
    const auto png = read_png_structure(some);
    return png ? std::optional(std::tuple(png->width, png->height, png->interlaced)) : std::nullopt;
  });
}

void jp2(std::string_view bytes) {
  const auto read = read_jp2_structure(bytes);
  if (!read) return require(!read.error().empty(), "an error says what is wrong");
  require(bytes.find("\xff\x4f\xff\x51") != std::string_view::npos, "the pixels begin with their size");
  check_beginnings(bytes, [](std::string_view some) {
    const auto jp2 = read_jp2_structure(some);
    return jp2 ? std::optional(std::tuple(jp2->has_offset, jp2->has_palette)) : std::nullopt;
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = rucola::fuzz::text_of(data, size);
  gif(bytes);
  png(bytes);
  jp2(bytes);
  if (webp_is_complete(bytes)) require(bytes.size() >= 12, "a RIFF file has a header");
  if (pdf_is_complete(bytes))
    require(bytes.find("%%EOF") != std::string_view::npos, "a PDF ends with its marker");
  return 0;
}
