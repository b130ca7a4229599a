#include "render/worker/raw/cr3_boxes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "render/worker/structure/big_endian.h"
#include "render/worker/structure/iso_boxes.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view canon_uuid = "\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48"sv;
constexpr std::string_view preview_uuid =
    "\xea\xf4\x2b\x5e\x1c\x98\x4b\x88\xb9\xfb\xb7\xdc\x40\x6e\x4d\x16"sv;
constexpr std::string_view xmp_uuid = "\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac"sv;
constexpr std::size_t uuid_bytes = 16;

std::string_view of_uuid(std::string_view bytes, std::string_view uuid) {
  while (const auto box = take_box(bytes)) {
    if (box->type == "uuid" && box->content.starts_with(uuid)) return box->content.substr(uuid_bytes);
  }
  return {};
}

/// Numbers stand before the JPEG, which says itself how large it is.
void add_in_box(std::string_view bytes, std::string_view box, RawCandidates& candidates) {
  constexpr std::size_t most_before = 32;
  const std::size_t begin = box.substr(0, most_before).find("\xff\xd8\xff"sv);
  if (begin == std::string_view::npos) return;
  candidates.add(static_cast<std::uint64_t>(box.data() - bytes.data()) + begin, box.size() - begin);
}

/// Where a track's first sample lies.
void add_of_track(std::string_view track, RawCandidates& candidates) {
  constexpr std::size_t number_at = 4;  // behind version and flags
  const std::string_view table = find_box(find_box(find_box(track, "mdia"), "minf"), "stbl");
  const std::string_view sizes = find_box(table, "stsz");
  const std::string_view offsets = find_box(table, "co64");
  if (sizes.size() < number_at + 8 || offsets.size() < number_at + 12) return;
  std::uint64_t size = big_endian<std::uint32_t>(sizes, number_at);
  if (size == 0 && sizes.size() >= number_at + 12) size = big_endian<std::uint32_t>(sizes, number_at + 8);
  candidates.add(big_endian<std::uint64_t>(offsets, number_at + 4), size);
}

}  // namespace

Cr3Texts cr3_texts(std::string_view bytes) {
  const std::string_view canon = of_uuid(find_box(bytes, "moov"), canon_uuid);
  return {.image = find_box(canon, "CMT1"),
          .photo = find_box(canon, "CMT2"),
          .gps = find_box(canon, "CMT4"),
          .xmp = of_uuid(bytes, xmp_uuid)};
}

void add_cr3_previews(std::string_view bytes, RawCandidates& candidates) {
  constexpr std::size_t before_boxes = 8;
  constexpr std::size_t most_tracks = 16;
  const std::string_view movie = find_box(bytes, "moov");
  add_in_box(bytes, find_box(of_uuid(movie, canon_uuid), "THMB"), candidates);
  const std::string_view preview = of_uuid(bytes, preview_uuid);
  add_in_box(bytes, find_box(preview.substr(std::min(before_boxes, preview.size())), "PRVW"), candidates);
  std::string_view boxes = movie;
  std::size_t tracks = 0;
  for (auto box = take_box(boxes); box && tracks < most_tracks; box = take_box(boxes)) {
    if (box->type != "trak") continue;
    add_of_track(box->content, candidates);
    ++tracks;
  }
}

}  // namespace rucola::render::worker
