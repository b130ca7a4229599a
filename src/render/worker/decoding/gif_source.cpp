#include "render/worker/decoding/gif_source.h"

#include <cstdint>
#include <limits>
#include <vector>

#include "render/worker/decoding/source_checks.h"
#include "render/worker/decoding/vips_loading.h"
#include "render/worker/structure/gif_structure.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

/// Where there is only one page, it has no height of its own.
void set_timing(VImage& image, const VImage& file, const std::vector<std::int32_t>& pages, int page_height) {
  image.set(VIPS_META_PAGE_HEIGHT, page_height);
  if (file.get_typeof("delay") == 0) return;
  const std::vector<int> delays = file.get_array_int("delay");
  std::vector<int> kept;
  kept.reserve(pages.size());
  for (const std::int32_t page : pages)
    kept.push_back(delays.at(static_cast<std::size_t>(page)));
  image.set("delay", kept);
}

}  // namespace

Result<void> check_gif(std::string_view bytes, const protocol::Limits& limits, Scrutiny scrutiny) {
  const auto gif = read_gif_structure(bytes, static_cast<std::size_t>(limits.source_frames));
  if (gif)
    return check_pixels(gif->width, gif->height, static_cast<std::int64_t>(gif->frames.size()), limits);
  if (scrutiny == Scrutiny::complete) return damaged(Format::gif, gif.error());
  return {};
}

std::optional<GifWithGaps> gaps_of(std::string_view bytes) {
  const auto gif = read_gif_structure(bytes, std::numeric_limits<std::size_t>::max());
  return gif ? with_gaps(bytes, *gif) : std::nullopt;
}

VImage decode_gif_with_gaps(const GifWithGaps& gif, Size canvas, const Decoding& decoding) {
  const OwnedBlob blob = blob_with(gif.bytes);
  if (!decoding.all_frames || gif.pages.size() == 1) {
    return load(blob, Format::gif, loader_options(decoding.fail_on)->set("page", gif.pages.front()))
        .extract_area(0, 0, canvas.width, canvas.height);
  }
  const VImage file = load(blob, Format::gif, loader_options(decoding.fail_on)->set("n", -1));
  const int height = file.get_int(VIPS_META_PAGE_HEIGHT);
  std::vector<VImage> frames;
  frames.reserve(gif.pages.size());
  for (const std::int32_t page : gif.pages)
    frames.push_back(file.extract_area(0, page * height, canvas.width, canvas.height));
  VImage joined = VImage::arrayjoin(frames, VImage::option()->set("across", 1)).copy();
  set_timing(joined, file, gif.pages, canvas.height);
  return joined;
}

}  // namespace rucola::render::worker
