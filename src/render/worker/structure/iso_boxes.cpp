#include "render/worker/structure/iso_boxes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "render/worker/structure/big_endian.h"

namespace rucola::render::worker {

std::optional<IsoBox> take_box(std::string_view& boxes) {
  constexpr std::size_t length_and_type = 8;
  constexpr std::size_t with_long_length = 16;
  constexpr std::uint64_t to_the_end = 0;
  constexpr std::uint64_t is_long = 1;
  if (boxes.size() < length_and_type) return std::nullopt;
  std::uint64_t length = big_endian<std::uint32_t>(boxes, 0);
  std::size_t header = length_and_type;
  if (length == to_the_end) length = boxes.size();
  if (length == is_long) {
    header = with_long_length;
    if (boxes.size() < header) return std::nullopt;
    length = big_endian<std::uint64_t>(boxes, length_and_type);
  }
  if (length < header) return std::nullopt;
  const std::string_view whole =
      boxes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(length, boxes.size())));
  boxes.remove_prefix(whole.size());
  return IsoBox{.type = whole.substr(4, 4), .content = whole.substr(header)};
}

std::string_view find_box(std::string_view boxes, std::string_view type) {
  while (const auto box = take_box(boxes)) {
    if (box->type == type) return box->content;
  }
  return {};
}

}  // namespace rucola::render::worker
