// Any bytes as a GIF, PNG, PDF, WebP or JPEG, of which only the structure is read.
#include "render/worker/structure/file_structure.h"

#include <optional>
#include <tuple>

#include "fuzz/property.h"
#include "render/worker/structure/file_ending.h"
#include "render/worker/structure/gif_gaps.h"
#include "render/worker/structure/gif_structure.h"
#include "render/worker/structure/png_texts.h"

namespace {

using namespace rucola::render::worker;
using rucola::fuzz::require;
using rucola::render::Format;

constexpr std::size_t most_frames = 64;

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
  constexpr std::int32_t farthest = 0xffff + 0xffff;
  require(read->width >= 0 && read->width <= farthest && read->height >= 0 && read->height <= farthest,
          "a canvas ends where its first frame may end");
  const std::size_t frames = read->frames.size();
  require(frames >= 1 && frames <= most_frames + 1, "frames are counted up to the limit");
  require(frames <= bytes.size() / 10, "every frame has bytes of its own");
  if (frames > most_frames) return;
  if (const auto gaps = with_gaps(bytes, *read)) {
    require(gaps->pages.size() == frames, "no frame is lost");
    const auto copy = read_gif_structure(gaps->bytes, 2 * most_frames + 1);
    require(copy && copy->frames.size() > frames, "the copy has frames more");
    require(!with_gaps(gaps->bytes, *copy), "the copy has no gaps");
  }
}

void png(std::string_view bytes) {
  const auto read = read_png_structure(bytes);
  if (!read) return require(!read.error().empty(), "an error says what is wrong");
  require(bytes.substr(12, 4) == "IHDR", "the header comes first");
  require(read->width >= 0 && read->width <= 0xffff'ffff && read->height >= 0 && read->height <= 0xffff'ffff,
          "sizes have 32 bits");
  check_beginnings(bytes, [](std::string_view some) {
    const auto png = read_png_structure(some);
    return png ? std::optional(std::tuple(png->width, png->height, png->interlaced)) : std::nullopt;
  });
}

/// What is mended needs no mending, and is not told to be larger than it is.
void endings(std::string_view bytes) {
  for (const Format format : {Format::jpg, Format::gif}) {
    const auto mended = with_ending(bytes, format);
    if (!mended) continue;
    require(mended->size() <= bytes.size() + 2, "an ending is short");
    require(!with_ending(*mended, format) || format == Format::jpg, "once is enough");
  }
}

void texts(std::string_view bytes) {
  const auto fewer = png_with_fewer_texts(bytes);
  if (!fewer) return;
  require(fewer->size() < bytes.size(), "some are left out");
  require(!png_with_fewer_texts(*fewer), "once is enough");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = rucola::fuzz::text_of(data, size);
  gif(bytes);
  png(bytes);
  endings(bytes);
  texts(bytes);
  if (webp_is_complete(bytes)) require(bytes.size() >= 12, "a RIFF file has a header");
  if (pdf_is_complete(bytes))
    require(bytes.find("%%EOF") != std::string_view::npos, "a PDF ends with its marker");
  return 0;
}
