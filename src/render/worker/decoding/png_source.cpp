#include "render/worker/decoding/png_source.h"

#include <array>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "render/worker/bitmaps/png_rows.h"
#include "render/worker/decoding/apng_frames.h"
#include "render/worker/decoding/source_checks.h"
#include "render/worker/structure/apng_structure.h"
#include "render/worker/structure/file_structure.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

/// All of an interlaced PNG lies in memory before its first line is known: 560 KB became 689 MB.
constexpr std::int64_t interlaced_png_pixels = 40'000'000;

Result<void> check_animation(std::string_view bytes, const protocol::Limits& limits, Scrutiny scrutiny) {
  const auto apng = read_apng_structure(bytes, static_cast<std::size_t>(limits.source_frames));
  if (!apng) {
    if (scrutiny == Scrutiny::complete) return damaged(Format::png, apng.error());
    return {};
  }
  if (!*apng) return {};
  return check_pixels((*apng)->width, (*apng)->height, (*apng)->declared_frames, limits);
}

void copy_field(const VImage& from, VImage& to, const char* name) {
  if (from.get_typeof(name) == 0) return;
  GValue value = G_VALUE_INIT;
  if (vips_image_get(from.get_image(), name, &value) != 0) throw vips::VError();
  vips_image_set(to.get_image(), name, &value);
  g_value_unset(&value);
}

}  // namespace

Result<void> check_png(std::string_view bytes, const protocol::Limits& limits, Scrutiny scrutiny) {
  const auto png = read_png_structure(bytes);
  if (!png) {
    if (scrutiny == Scrutiny::complete) return damaged(Format::png, png.error());
    return {};
  }
  if (png->interlaced && png->height > 0 && png->width > interlaced_png_pixels / png->height) {
    return too_large("an interlaced PNG of " + std::to_string(png->width) + " × " +
                         std::to_string(png->height) + " pixels",
                     interlaced_png_pixels, "for interlaced PNG, whose pixels are all decoded at once");
  }
  if (auto good = check_pixels(png->width, png->height, 1, limits); !good) return good;
  return check_animation(bytes, limits, scrutiny);
}

void add_frames(std::string_view bytes, const protocol::Limits& limits, SourceHeader& header) {
  const auto apng = read_apng_structure(bytes, static_cast<std::size_t>(limits.source_frames));
  if (!apng || !*apng || (*apng)->frames.size() < 2) return;
  header.frames = static_cast<std::int32_t>((*apng)->frames.size());
  header.still_is_apart = !(*apng)->still_is_first;
}

VImage read_quickly(std::string_view bytes, const VImage& still) {
  const RowLayout layout{.size = {still.width(), still.height()},
                         .bands = still.bands(),
                         .format = still.format(),
                         .interpretation = still.interpretation()};
  auto rows = png_rows(bytes, layout);
  return rows ? image_of(std::move(rows), still) : still;
}

VImage decode_apng(std::string_view bytes, const VImage& still, VipsFailOn fail_on) {
  auto apng = read_apng_structure(bytes, std::numeric_limits<std::size_t>::max());
  if (!apng || !*apng) throw vips::VError("the animation is damaged");
  std::vector<int> delays;
  delays.reserve((*apng)->frames.size());
  for (const ApngFrame& frame : (*apng)->frames)
    delays.push_back(frame.delay_ms);
  const int page_height = (*apng)->height;
  const int plays = (*apng)->plays;
  VImage image = image_of(apng_rows(bytes, **std::move(apng), still, fail_on));
  image.set(VIPS_META_PAGE_HEIGHT, page_height);
  image.set("delay", delays);
  image.set("loop", plays);
  for (const char* name :
       std::array{VIPS_META_ICC_NAME, VIPS_META_EXIF_NAME, VIPS_META_XMP_NAME, VIPS_META_ORIENTATION})
    copy_field(still, image, name);
  return image;
}

}  // namespace rucola::render::worker
