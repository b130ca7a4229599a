// What an SVG may contain to be drawn: nothing that points outside the file, no declarations of entities, and
// nothing that librsvg does not survive.
// The renderer could not follow such a link anyway (no network, no files); refusing says so instead of
// leaving holes in a picture. What may be given to a browser is another question: svg_delivery.h.
//
// Pure; hostile input is expected. Time is linear in the size.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace rucola::render::worker {

/// Is the root element, after byte order mark, declaration, comments and DOCTYPE, called svg?
bool looks_like_svg(std::string_view bytes);

/// The error completes "the SVG …".
std::expected<void, std::string> check_svg(std::string_view bytes);

}  // namespace rucola::render::worker
