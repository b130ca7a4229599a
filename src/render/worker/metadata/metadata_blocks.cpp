#include "render/worker/metadata/metadata_blocks.h"

namespace rucola::render::worker {
namespace {

std::string_view block_of(const vips::VImage& image, const char* name) {
  if (image.get_typeof(name) != VIPS_TYPE_BLOB) return {};
  std::size_t size = 0;
  const void* data = image.get_blob(name, &size);
  return {static_cast<const char*>(data), size};
}

}  // namespace

MetadataBlocks metadata_blocks_of(const vips::VImage& image) {
  return {.exif = block_of(image, VIPS_META_EXIF_NAME),
          .iptc = block_of(image, VIPS_META_IPTC_NAME),
          .xmp = block_of(image, VIPS_META_XMP_NAME)};
}

}  // namespace rucola::render::worker
