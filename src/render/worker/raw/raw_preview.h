// The pictures that a camera puts into a RAW file beside its sensor's data: JPEGs of several sizes, of which
// the largest stands for the file. Nothing is decoded.
//
// Pure; hostile input is expected. Views are of the bytes that were read.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "render/plan/format.h"

namespace rucola::render::worker {

struct RawPreview {
  std::string_view jpeg{};
  /// EXIF, 1 to 8: how the camera was held. For previews that don't say it themselves.
  std::int32_t orientation = 1;
};

/// `format`: that of raw_format(). The error says what is wrong: "it has no preview", "a preview in it is cut
/// off".
std::expected<RawPreview, std::string> read_raw_preview(std::string_view bytes, Format format);

}  // namespace rucola::render::worker
