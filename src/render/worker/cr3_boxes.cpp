#include "render/worker/cr3_boxes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "render/worker/big_endian.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view canon_uuid = "\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48"sv;
constexpr std::string_view preview_uuid =
    "\xea\xf4\x2b\x5e\x1c\x98\x4b\x88\xb9\xfb\xb7\xdc\x40\x6e\x4d\x16"sv;
constexpr std::string_view xmp_uuid = "\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac"sv;
constexpr std::size_t uuid_bytes = 16;

struct Box {
  std::string_view type;
  std::string_view content;
};

/// Boxes one after the other, the last one as far as it goes.
class Boxes {
 public:
  explicit Boxes(std::string_view bytes) : bytes_(bytes) {}

  std::optional<Box> next() {
    constexpr std::size_t short_head = 8;
    constexpr std::size_t long_head = 16;
    constexpr std::uint64_t to_the_end = 0;
    constexpr std::uint64_t is_64_bits_long = 1;
    if (bytes_.size() < short_head) return std::nullopt;
    std::uint64_t size = big_endian<std::uint32_t>(bytes_, 0);
    std::size_t head = short_head;
    if (size == is_64_bits_long) {
      if (bytes_.size() < long_head) return std::nullopt;
      head = long_head;
      size = big_endian<std::uint64_t>(bytes_, short_head);
    }
    if (size == to_the_end || size > bytes_.size()) size = bytes_.size();
    if (size < head) return std::nullopt;
    const Box box{.type = bytes_.substr(4, 4),
                  .content = bytes_.substr(head, static_cast<std::size_t>(size) - head)};
    bytes_.remove_prefix(static_cast<std::size_t>(size));
    return box;
  }

 private:
  std::string_view bytes_;
};

/// The first one of that type.
std::string_view inside(std::string_view bytes, std::string_view type) {
  Boxes boxes(bytes);
  while (const auto box = boxes.next()) {
    if (box->type == type) return box->content;
  }
  return {};
}

std::string_view of_uuid(std::string_view bytes, std::string_view uuid) {
  Boxes boxes(bytes);
  while (const auto box = boxes.next()) {
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
  const std::string_view table = inside(inside(inside(track, "mdia"), "minf"), "stbl");
  const std::string_view sizes = inside(table, "stsz");
  const std::string_view offsets = inside(table, "co64");
  if (sizes.size() < number_at + 8 || offsets.size() < number_at + 12) return;
  std::uint64_t size = big_endian<std::uint32_t>(sizes, number_at);
  if (size == 0 && sizes.size() >= number_at + 12) size = big_endian<std::uint32_t>(sizes, number_at + 8);
  candidates.add(big_endian<std::uint64_t>(offsets, number_at + 4), size);
}

}  // namespace

Cr3Texts cr3_texts(std::string_view bytes) {
  const std::string_view canon = of_uuid(inside(bytes, "moov"), canon_uuid);
  return {.image = inside(canon, "CMT1"),
          .photo = inside(canon, "CMT2"),
          .gps = inside(canon, "CMT4"),
          .xmp = of_uuid(bytes, xmp_uuid)};
}

void add_cr3_previews(std::string_view bytes, RawCandidates& candidates) {
  constexpr std::size_t before_boxes = 8;
  constexpr std::size_t most_tracks = 16;
  const std::string_view movie = inside(bytes, "moov");
  add_in_box(bytes, inside(of_uuid(movie, canon_uuid), "THMB"), candidates);
  const std::string_view preview = of_uuid(bytes, preview_uuid);
  add_in_box(bytes, inside(preview.substr(std::min(before_boxes, preview.size())), "PRVW"), candidates);
  Boxes boxes(movie);
  std::size_t tracks = 0;
  for (auto box = boxes.next(); box && tracks < most_tracks; box = boxes.next()) {
    if (box->type != "trak") continue;
    add_of_track(box->content, candidates);
    ++tracks;
  }
}

}  // namespace rucola::render::worker
