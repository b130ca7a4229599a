// Icons and cursors: several pictures in one file, of which the largest is shown, and of those the one with
// the most bits, as in browsers.
//
// Pure; hostile input is expected. Views are of the bytes that were read.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace rucola::render::worker {

struct IconPicture {
  bool is_png = false;  ///< else a bitmap as read_icon_bitmap() takes it
  std::string_view bytes{};
};

/// Do the bytes begin as an icon's or a cursor's do?
bool is_icon(std::string_view bytes);

/// The error says what is wrong. Of the pictures only the headers are read.
std::expected<IconPicture, std::string> read_icon(std::string_view bytes);

}  // namespace rucola::render::worker
