// An SVG as librsvg can draw it: what its versions don't know of the web's drawings, said in other words.
// Bitmaps inside the file become PNG where they are neither that nor JPEG, CSS variables become their values,
// and feDropShadow (not in librsvg 2.54) the filters that it stands for.
//
// Threads: a worker has one. Hostile input is expected: bitmaps count towards the limit of pixels. Errors:
// unprocessable, payload_too_large.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "render/protocol/messages.h"

namespace rucola::render::worker {

/// `svg` is readable (svg/svg_text.h) and has passed check_svg(); what comes out has passed it as well.
/// Nothing where it can be drawn as it is.
Result<std::optional<std::string>> drawable_svg(std::string_view svg, const protocol::Limits& limits);

}  // namespace rucola::render::worker
