// What ingesting learns of a file.
//
// Values; no shared state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "render/plan/format.h"
#include "render/plan/step.h"

namespace rucola::render {

/// A worker that says more is not believed.
inline constexpr std::size_t static_metadata_limit_bytes = std::size_t{64} << 10;

/// From the file's bytes alone. The whole image has been decoded: a truncated file does not get this far.
struct Inspection {
  Format format = Format::jpg;
  Size size;  ///< upright
  std::int32_t frames = 1;
  bool opaque = true;
  std::string static_metadata_json = "{}";  ///< an object
};

}  // namespace rucola::render
