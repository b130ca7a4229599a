// The colours that a file names otherwise than by an ICC profile. Read from its bytes, since libvips 8.16
// tells nothing of them; nothing is decoded.
//
// Hostile input is expected. Threads: a worker has one.
#pragma once

#include <optional>
#include <string_view>

#include "render/worker/colors/color_encoding.h"

namespace rucola::render::worker {

struct NamedColors {
  std::optional<ColorEncoding> encoding{};
  bool outranks_profile = false;     ///< it counts although there is an ICC profile
  bool premultiplied_alpha = false;  ///< samples of colour were multiplied by opacity
};

/// PNG, third edition: cICP before iCCP before sRGB before gAMA with cHRM. As browsers do, a cHRM without a
/// gAMA says nothing.
NamedColors named_in_png(std::string_view bytes);

/// The nclx box of the primary image, its light level, and the reference "prem".
NamedColors named_in_heif(std::string_view bytes);

/// PQ and HLG only: for all others, and as a makeshift for these, libjxl itself makes an ICC profile.
NamedColors named_in_jxl(std::string_view bytes);

}  // namespace rucola::render::worker
