#include "render/worker/decoding/bitmap_source.h"

#include <array>
#include <expected>
#include <string>
#include <utility>

#include "render/worker/bitmaps/bmp_rows.h"
#include "render/worker/bitmaps/ico_directory.h"
#include "render/worker/bitmaps/psd_rows.h"
#include "render/worker/colors/source_colors.h"
#include "render/worker/decoding/png_source.h"
#include "render/worker/decoding/source_checks.h"
#include "render/worker/decoding/vips_loading.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

/// The size is checked before anything is made for its pixels. `Structure`: of any of the formats.
template <class Structure, class MakeRows>
Result<std::shared_ptr<Rows>> rows_of(const std::expected<Structure, std::string>& structure, Format format,
                                      const protocol::Limits& limits, MakeRows make_rows) {
  if (!structure) return damaged(format, structure.error());
  if (auto good = check_pixels(structure->size.width, structure->size.height, 1, limits); !good)
    return std::unexpected(good.error());
  auto rows = make_rows(*structure);
  if (!rows) return damaged(format, rows.error());
  return *std::move(rows);
}

Result<Bitmap> read_bmp(std::string_view bytes, const protocol::Limits& limits) {
  const auto bmp = read_bmp_structure(bytes);
  auto rows = rows_of(bmp, Format::bmp, limits, bmp_rows);
  if (!rows) return std::unexpected(rows.error());
  return Bitmap{.rows = *std::move(rows), .profile = bmp->profile};
}

Result<Bitmap> read_psd(std::string_view bytes, const protocol::Limits& limits) {
  const auto psd = read_psd_structure(bytes);
  auto rows = rows_of(psd, Format::psd, limits, psd_rows);
  if (!rows) return std::unexpected(rows.error());
  return Bitmap{.rows = *std::move(rows),
                .profile = psd->profile,
                .exif = psd->exif,
                .iptc = psd->iptc,
                .xmp = psd->xmp};
}

Result<Bitmap> read_ico(std::string_view bytes, const protocol::Limits& limits, Scrutiny scrutiny) {
  const auto picture = read_icon(bytes);
  if (!picture) return damaged(Format::ico, picture.error());
  if (picture->is_png) {
    if (auto good = check_png(picture->bytes, limits, scrutiny); !good) return std::unexpected(good.error());
    return Bitmap{.rows = {}, .png = picture->bytes};
  }
  auto rows = rows_of(read_icon_bitmap(picture->bytes), Format::ico, limits, icon_rows);
  if (!rows) return std::unexpected(rows.error());
  return Bitmap{.rows = *std::move(rows)};
}

Result<Bitmap> read_bitmap(std::string_view bytes, Format format, const protocol::Limits& limits,
                           Scrutiny scrutiny) {
  if (format == Format::bmp) return read_bmp(bytes, limits);
  return format == Format::psd ? read_psd(bytes, limits) : read_ico(bytes, limits, scrutiny);
}

VImage load_png(std::string_view png, VipsFailOn fail_on) {
  return load(blob_of(png), Format::png, loader_options(fail_on));
}

Size size_of(const Bitmap& bitmap) {
  if (bitmap.rows) return bitmap.rows->layout().size;
  const VImage png = load_png(bitmap.png, VIPS_FAIL_ON_ERROR);
  return {png.width(), png.height()};
}

void set_blocks(const Bitmap& bitmap, VImage& image) {
  const std::array blocks{
      std::pair{VIPS_META_ICC_NAME, bitmap.profile}, std::pair{VIPS_META_EXIF_NAME, bitmap.exif},
      std::pair{VIPS_META_IPTC_NAME, bitmap.iptc}, std::pair{VIPS_META_XMP_NAME, bitmap.xmp}};
  for (const auto& [name, block] : blocks) {
    if (!block.empty()) vips_image_set_blob_copy(image.get_image(), name, block.data(), block.size());
  }
}

}  // namespace

bool is_read_here(Format format) {
  return format == Format::bmp || format == Format::ico || format == Format::psd;
}

Result<SourceHeader> read_bitmap_header(std::string_view bytes, Format format, const protocol::Limits& limits,
                                        Scrutiny scrutiny) {
  Result<Bitmap> bitmap = read_bitmap(bytes, format, limits, scrutiny);
  if (!bitmap) return std::unexpected(bitmap.error());
  const Size size = size_of(*bitmap);
  return SourceHeader{.format = format,
                      .stored = size,
                      .upright = size,
                      .bitmap = std::make_shared<const Bitmap>(*std::move(bitmap))};
}

VImage decode_bitmap(const SourceHeader& header, VipsFailOn fail_on) {
  const Bitmap& bitmap = *header.bitmap;
  if (!bitmap.rows) return as_meant(load_png(bitmap.png, fail_on), bitmap.png, Format::png, 1);
  VImage image = image_of(bitmap.rows);
  set_blocks(bitmap, image);
  return as_meant(image, {}, header.format, header.page);
}

}  // namespace rucola::render::worker
