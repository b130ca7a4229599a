// The pixels of a BMP, RGB, or RGBA where one can see through them.
//
// Threads: an object belongs to one at a time. Hostile input is expected. The bytes outlive the object.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "render/worker/bitmaps/bmp_structure.h"
#include "render/worker/bitmaps/row_image.h"

namespace rucola::render::worker {

/// The error says that pixels are missing. Takes a look at all run lengths, and memory for where each row of
/// these begins.
std::expected<std::shared_ptr<Rows>, std::string> bmp_rows(BmpStructure bmp);

/// The same of an icon's, with the mask behind the pixels where these have no opacity of their own.
std::expected<std::shared_ptr<Rows>, std::string> icon_rows(BmpStructure bmp);

}  // namespace rucola::render::worker
