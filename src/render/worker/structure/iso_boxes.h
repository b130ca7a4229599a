// The boxes of ISO base media (ISO/IEC 14496-12), which AVIF, HEIF and CR3 files are made of.
//
// Pure; hostile input is expected. Views are of the bytes that were read.
#pragma once

#include <optional>
#include <string_view>

namespace rucola::render::worker {

struct IsoBox {
  std::string_view type;
  std::string_view content;  ///< less than the box has where the bytes end before it does
};

/// The first of those that lie one after the other, which is taken off them. Nothing: there is none any more.
std::optional<IsoBox> take_box(std::string_view& boxes);

/// The content of the first of that type; empty where there is none.
std::string_view find_box(std::string_view boxes, std::string_view type);

}  // namespace rucola::render::worker
