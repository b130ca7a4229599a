// The pages of a TIFF, as their tags lie in the file: what libvips does not hand out with the picture.
//
// Pure; hostile input is expected. Views are of the bytes that were read.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "render/worker/structure/tiff_directory.h"

namespace rucola::render::worker {

struct TiffPage {
  TiffBytes file;
  TiffDirectory directory;
  std::uint64_t at = 0;  ///< where the directory lies
};

/// Page `page`, from 1. Nothing where it has none, or is no TIFF.
std::optional<TiffPage> tiff_page(std::string_view bytes, std::int32_t page);

}  // namespace rucola::render::worker
