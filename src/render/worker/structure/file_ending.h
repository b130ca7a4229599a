// Files whose end is missing, though their picture may be whole: browsers show them, libvips refuses them.
//
// Pure; hostile input is expected.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "render/plan/format.h"

namespace rucola::render::worker {

/// A copy with the end that a JPEG or GIF has; nothing where the file needs none, which costs a look at it.
/// Whether all pixels are there the decoder says.
std::optional<std::string> with_ending(std::string_view bytes, Format format);

}  // namespace rucola::render::worker
