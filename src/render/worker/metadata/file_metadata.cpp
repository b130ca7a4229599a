#include "render/worker/metadata/file_metadata.h"

#include <exception>
#include <new>
#include <string_view>
#include <utility>

#include "render/worker/metadata/exif_fields.h"
#include "render/worker/metadata/iptc_fields.h"
#include "render/worker/metadata/metadata_blocks.h"
#include "render/worker/metadata/xmp_fields.h"

namespace rucola::render::worker {
namespace {

struct Kind {
  const char* name;
  std::string_view MetadataBlocks::* block;
  void (*read)(std::string_view block, MetadataFields& fields);
};
constexpr Kind kinds[] = {{"exif", &MetadataBlocks::exif, read_exif},
                          {"iptc", &MetadataBlocks::iptc, read_iptc},
                          {"xmp", &MetadataBlocks::xmp, read_xmp}};

boost::json::object read(const Kind& kind, std::string_view block, MetadataRoom& room) {
  MetadataFields fields(kind.name, room);
  try {
    if (block.size() <= longest_metadata_block)
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
  const MetadataBlocks blocks = metadata_blocks_of(image);
  MetadataRoom room;
  boost::json::object metadata;
  for (const Kind& kind : kinds) {
    const std::string_view block = blocks.*kind.block;
    if (block.empty()) continue;
    if (auto fields = read(kind, block, room); !fields.empty()) metadata[kind.name] = std::move(fields);
  }
  if (!room.left_out().empty()) metadata["left_out"] = room.left_out();
  return metadata;
}

}  // namespace rucola::render::worker
