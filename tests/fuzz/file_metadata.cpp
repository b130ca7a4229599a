// Any bytes as what a picture says of itself: EXIF, IPTC and XMP. What is kept of it goes into the catalog;
// who made it, and whose it is, into renders.
#include <algorithm>
#include <exception>
#include <string>

#include <boost/json/serialize.hpp>

#include "base/utf8.h"
#include "fuzz/property.h"
#include "render/source/inspection.h"
#include "render/worker/metadata/copyright_blocks.h"
#include "render/worker/metadata/copyright_notice.h"
#include "render/worker/metadata/exif_fields.h"
#include "render/worker/metadata/iptc_fields.h"
#include "render/worker/metadata/xmp_fields.h"

namespace {

namespace json = boost::json;
using namespace rucola::render::worker;
using rucola::fuzz::require;

bool is_clean(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == '\t' || c == '\n' || c < 0 || c >= ' '; });
}

bool is_clean(const json::value& value) {
  if (const json::string* text = value.if_string()) return is_clean(std::string_view(*text));
  if (const json::array* items = value.if_array())
    return std::ranges::all_of(*items, [](const json::value& item) { return is_clean(item); });
  const json::object* object = value.if_object();
  return object == nullptr || std::ranges::all_of(*object, [](const json::key_value_pair& field) {
           return is_clean(std::string_view(field.key())) && is_clean(field.value());
         });
}

void read_by(void (*read)(std::string_view block, MetadataFields& fields), std::string_view block) {
  MetadataRoom room;
  MetadataFields fields("kind", room);
  try {
    read(block, fields);
  } catch (const std::exception&) {
    room.leave_out("kind");
  }
  const json::value value = {{"kind", fields.take()}, {"left_out", room.left_out()}};
  const std::string kept = json::serialize(value);
  require(kept.size() < rucola::render::static_metadata_limit_bytes, "it is bounded");
  require(rucola::is_utf8(kept), "it is UTF-8");
  require(is_clean(value), "it has no controls");
}

void require_small(const std::string& block) {
  constexpr std::size_t segment_of_a_jpeg = 65'000;
  require(block.size() < segment_of_a_jpeg, "a notice is bounded");
}

void keep(const CopyrightNotice& notice) {
  require_small(exif_block(notice.exif));
  require_small(iptc_block(notice.iptc));
  const std::string xmp = xmp_packet(notice, {.exif = false, .iptc = false});
  require_small(xmp);
  require(rucola::is_utf8(xmp), "XMP is UTF-8");
  require(is_clean(std::string_view(xmp)), "XMP has no controls");
  const CopyrightNotice again = copyright_in({.exif = {}, .iptc = {}, .xmp = xmp});
  require(xmp.empty() || !is_empty(again), "what is written can be read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t longest_block = 65'536;
  const std::string_view block = rucola::fuzz::text_of(data, size).substr(0, longest_block);
  for (const auto read : {read_exif, read_iptc, read_xmp})
    read_by(read, block);
  keep(copyright_in({.exif = block, .iptc = block, .xmp = block}));
  keep({.exif = copyright_in_tiff(block, 1), .iptc = {}, .xmp = {}});
  return 0;
}
