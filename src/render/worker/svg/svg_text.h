// What comes as an SVG, as the one text that the policy looks at and librsvg draws: unpacked (SVGZ), in
// UTF-8, its own entities replaced by what they stand for.
//
// Threads: a worker has one. Hostile input is expected: what comes out has at most most_svg_bytes, however
// it is packed and whatever entities stand for. Errors: unprocessable, payload_too_large.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace rucola::render::worker {

inline constexpr std::size_t most_svg_bytes = std::size_t{10} << 20;

/// Is it an SVG, packed or not, in whatever encoding?
bool is_svg(std::string_view bytes);

/// Nothing where it is not packed.
Result<std::optional<std::string>> unpacked_svg(std::string_view bytes);

/// Nothing where it can be read as it is.
Result<std::optional<std::string>> readable_svg(std::string_view bytes);

}  // namespace rucola::render::worker
