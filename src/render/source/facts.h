// What planning knows of a source image without looking at its pixels.
//
// Values; pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "render/plan/format.h"
#include "render/plan/step.h"
#include "render/source/document_pages.h"
#include "render/source/drawing_frame.h"
#include "render/source/video_length.h"

namespace rucola::render {

struct SourceFacts {
  std::string sha256;      ///< of the file: what its renders are keyed by
  std::int64_t bytes = 0;  ///< of the file; 0: not known
  Format format = Format::jpg;
  Size size;  ///< upright
  std::int32_t frames = 1;
  bool opaque = true;
  DocumentPages pages{};                     ///< of a PDF
  std::optional<DrawingFrame> frame{};       ///< of an SVG; nothing where it is from before it was kept
  std::int32_t page = 0;                     ///< that a stack has chosen, from 1; 0: there are no pages
  std::optional<VideoLength> length{};       ///< of a video; nothing where it is not known
  std::int32_t timestamp = -1;               ///< that a stack has chosen, as Plan::timestamp
  std::int32_t frames_per_second = 0;        ///< likewise, for a video that is shown moving: `frames` of it
  std::int32_t film_milliseconds = -1;       ///< likewise
  std::string hash{};                        ///< of the image, for expressions
  std::string user_metadata_json = "{}";     ///< for expressions
  std::string dynamic_metadata_json = "{}";  ///< areas, for crops and expressions
};

/// Errors: unsupported_media_type for fonts and mere files, unprocessable where the size is not known.
Result<void> check_is_picture(const SourceFacts& source);

}  // namespace rucola::render
