// What planning knows of a source image without looking at its pixels.
#pragma once

#include <cstdint>
#include <string>

#include "render/document_pages.h"
#include "render/format.h"
#include "render/steps.h"

namespace rucola::render {

struct SourceFacts {
  std::string sha256;  ///< of the file: what its renders are keyed by
  Format format = Format::jpg;
  Size size;  ///< upright
  std::int32_t frames = 1;
  bool opaque = true;
  DocumentPages pages{};                     ///< of a PDF
  std::int32_t page = 0;                     ///< that a stack has chosen, from 1; 0: there are no pages
  std::string hash{};                        ///< of the image, for expressions
  std::string user_metadata_json = "{}";     ///< for expressions
  std::string dynamic_metadata_json = "{}";  ///< areas, for crops and expressions
};

}  // namespace rucola::render
