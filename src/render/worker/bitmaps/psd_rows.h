// The pixels of a Photoshop file's finished picture, in its own colours, without what is no opacity: grey and
// RGB of 8 or 16 bits, CMYK of 8 (255 is all of an ink), Lab as numbers.
//
// Threads: an object belongs to one at a time. Hostile input is expected. The bytes outlive the object.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "render/worker/bitmaps/psd_structure.h"
#include "render/worker/bitmaps/row_image.h"

namespace rucola::render::worker {

/// The error says that pixels are missing. Needs memory for where each row begins.
std::expected<std::shared_ptr<Rows>, std::string> psd_rows(const PsdStructure& psd);

}  // namespace rucola::render::worker
