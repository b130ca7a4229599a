// Any bytes as a BMP, an icon, a Photoshop file, an animated PNG, an AVIF that moves, a camera RAW or an EPS:
// what their readers make of them, with all of the pixels where there are few.
#include <cstddef>
#include <string>
#include <vector>

#include "fuzz/property.h"
#include "render/worker/bitmaps/bmp_rows.h"
#include "render/worker/bitmaps/ico_directory.h"
#include "render/worker/bitmaps/png_rows.h"
#include "render/worker/bitmaps/psd_rows.h"
#include "render/worker/raw/raw_format.h"
#include "render/worker/raw/raw_metadata.h"
#include "render/worker/raw/raw_preview.h"
#include "render/worker/structure/apng_structure.h"
#include "render/worker/structure/avif_sequence.h"
#include "render/worker/structure/eps_preview.h"
#include "render/worker/structure/file_structure.h"
#include "render/worker/structure/jpeg_frame.h"

namespace {

using namespace rucola::render::worker;
using rucola::fuzz::require;

constexpr std::int64_t most_pixels = 1 << 16;

void read_all(Rows& rows) {
  const RowLayout layout = rows.layout();
  require(layout.size.width > 0 && layout.size.height > 0, "a picture has pixels");
  std::vector<std::uint8_t> row(static_cast<std::size_t>(layout.size.width) *
                                static_cast<std::size_t>(layout.bands) * vips_format_sizeof(layout.format));
  for (int y = 0; y < layout.size.height; ++y) {
    if (!rows.read(y, row)) return;
  }
}

template <class Structure, class MakeRows>
void read(const std::expected<Structure, std::string>& structure, MakeRows make_rows) {
  if (!structure) return require(!structure.error().empty(), "an error says what is wrong");
  if (std::int64_t{structure->size.width} * structure->size.height > most_pixels) return;
  const auto rows = make_rows(*structure);
  if (!rows) return require(!rows.error().empty(), "an error says what is missing");
  read_all(**rows);
}

void png(std::string_view bytes) {
  const auto structure = read_png_structure(bytes);
  if (!structure || structure->width > most_pixels || structure->height > most_pixels ||
      structure->width * structure->height > most_pixels)
    return;
  const RowLayout layout{
      .size = {static_cast<std::int32_t>(structure->width), static_cast<std::int32_t>(structure->height)},
      .bands = structure->bands,
      .format = structure->bits == 16 ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR};
  if (const auto rows = png_rows(bytes, layout)) read_all(*rows);
}

bool lies_in(std::string_view part, std::string_view file) {
  return part.data() >= file.data() && part.data() + part.size() <= file.data() + file.size();
}

void icon(std::string_view bytes) {
  const auto picture = read_icon(bytes);
  if (!picture) return require(!picture.error().empty(), "an error says what is wrong");
  require(!picture->bytes.empty() && lies_in(picture->bytes, bytes), "a picture lies in the file");
  if (!picture->is_png) read(read_icon_bitmap(picture->bytes), icon_rows);
}

void camera_raw(std::string_view bytes) {
  constexpr std::size_t longest_block = std::size_t{128} << 10;
  const auto format = raw_format(bytes);
  if (!format) return;
  require(rucola::render::is_camera_raw(*format), "it is a RAW");
  const auto preview = read_raw_preview(bytes, *format);
  if (!preview) return require(!preview.error().empty(), "an error says what is wrong");
  require(lies_in(preview->jpeg, bytes), "a preview lies in the file");
  require(size_of_ordinary_jpeg(preview->jpeg).has_value(), "a preview is a JPEG");
  require(preview->orientation >= 1 && preview->orientation <= 8, "there are eight orientations");
  const RawMetadata metadata = read_raw_metadata(bytes, *format);
  require(metadata.exif.size() <= longest_block, "a block is bounded");
  require(metadata.xmp.empty() || lies_in(metadata.xmp, bytes), "XMP lies in the file");
  require(metadata.iptc.empty() || lies_in(metadata.iptc, bytes), "IPTC lies in the file");
}

void eps(std::string_view bytes) {
  const auto preview = read_eps_preview(bytes);
  if (!preview) return require(!preview.error().empty(), "an error says what is wrong");
  require(lies_in(*preview, bytes), "a preview lies in the file");
}

void animation(std::string_view bytes) {
  constexpr std::size_t most_frames = 64;
  const auto apng = read_apng_structure(bytes, most_frames);
  if (!apng) return require(!apng.error().empty(), "an error says what is wrong");
  if (!*apng || (*apng)->declared_frames > most_frames) return;
  require((*apng)->frames.size() == (*apng)->declared_frames, "all frames are there");
  for (const ApngFrame& frame : (*apng)->frames) {
    require(frame.left >= 0 && frame.top >= 0 && frame.left + frame.width <= (*apng)->width &&
                frame.top + frame.height <= (*apng)->height,
            "frames lie inside");
    const auto png = png_of_frame(bytes, **apng, frame);
    if (!png) continue;
    const auto alone = read_apng_structure(*png, most_frames);
    require(alone && !*alone, "a frame alone does not move");
  }
}

void require_inside(std::string_view part, std::string_view bytes) {
  require(!part.empty() && part.data() >= bytes.data() &&
              part.data() + part.size() <= bytes.data() + bytes.size(),
          "a frame lies in the file");
}

void sequence(std::string_view bytes) {
  constexpr std::size_t most_frames = 64;
  const auto read = read_avif_sequence(bytes, most_frames);
  if (!read) return require(!read.error().empty(), "an error says what is wrong");
  if (!*read || (*read)->declared_frames > most_frames) return;
  const AvifSequence& found = **read;
  require(found.size.width > 0 && found.size.height > 0, "a picture has pixels");
  require(found.frames.size() == found.declared_frames, "all frames are there");
  require(found.plays >= 0 && found.orientation >= 1 && found.orientation <= 8, "what is said makes sense");
  for (const AvifFrame& frame : found.frames) {
    require(frame.delay_ms >= 0, "time does not go backwards");
    require_inside(frame.colors, bytes);
    if (found.has_opacity) require_inside(frame.opacity, bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = rucola::fuzz::text_of(data, size);
  read(read_bmp_structure(bytes), bmp_rows);
  read(read_icon_bitmap(bytes), icon_rows);
  read(read_psd_structure(bytes), psd_rows);
  if (is_icon(bytes)) icon(bytes);
  if (is_binary_eps(bytes)) eps(bytes);
  camera_raw(bytes);
  if (bytes.starts_with("\x89PNG")) {
    png(bytes);
    animation(bytes);
  }
  sequence(bytes);
  return 0;
}
