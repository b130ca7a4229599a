#include "render/worker/file_metadata.h"

#include <cstddef>
#include <exception>
#include <new>
#include <string_view>
#include <utility>

#include "render/worker/exif_fields.h"
#include "render/worker/iptc_fields.h"
#include "render/worker/xmp_fields.h"

namespace rucola::render::worker {
namespace {

/// What a segment of a JPEG can hold. Reading takes time with the square of the number of properties: 0.4 s
/// for as many as fit, minutes for what a PNG may have.
constexpr std::size_t longest_block = std::size_t{64} << 10;

struct Kind {
  const char* name;
  const char* vips_name;
  void (*read)(std::string_view block, MetadataFields& fields);
};
constexpr Kind kinds[] = {{"exif", VIPS_META_EXIF_NAME, read_exif},
                          {"iptc", VIPS_META_IPTC_NAME, read_iptc},
                          {"xmp", VIPS_META_XMP_NAME, read_xmp}};

std::string_view block_of(const vips::VImage& image, const char* name) {
  if (image.get_typeof(name) != VIPS_TYPE_BLOB) return {};
  std::size_t size = 0;
  const void* data = image.get_blob(name, &size);
  return {static_cast<const char*>(data), size};
}

boost::json::object read(const Kind& kind, std::string_view block, MetadataRoom& room) {
  MetadataFields fields(kind.name, room);
  try {
    if (block.size() <= longest_block)
      kind.read(block, fields);
    else
      room.leave_out(kind.name);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    room.leave_out(kind.name);
  }
  return fields.take();
}

}  // namespace

boost::json::object read_file_metadata(const vips::VImage& image) {
  MetadataRoom room;
  boost::json::object metadata;
  for (const Kind& kind : kinds) {
    const std::string_view block = block_of(image, kind.vips_name);
    if (block.empty()) continue;
    if (auto fields = read(kind, block, room); !fields.empty()) metadata[kind.name] = std::move(fields);
  }
  if (!room.left_out().empty()) metadata["left_out"] = room.left_out();
  return metadata;
}

}  // namespace rucola::render::worker
