// What ingesting learns of a file.
//
// Values; no shared state.
#pragma once

#include <cstdint>
#include <string>

#include "render/plan/format.h"
#include "render/plan/step.h"

namespace rucola::render {

/// From the file's bytes alone. The whole image has been decoded: a truncated file does not get this far.
struct Inspection {
  Format format = Format::jpg;
  Size size;  ///< upright
  std::int32_t frames = 1;
  bool opaque = true;
  std::string static_metadata_json = "{}";
};

}  // namespace rucola::render
