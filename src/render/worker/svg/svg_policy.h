// What an SVG may contain to be drawn: nothing that is loaded from outside the file, no declarations of
// entities (svg_text.h has replaced the plain ones), and nothing that librsvg does not survive.
// The renderer could not load it anyway (no network, no files); refusing says so instead of leaving holes in
// a picture. Where a hyperlink leads, and what a font inside the file looks like, makes no hole. What may be
// given to a browser is another question: svg_delivery.h.
//
// Pure; hostile input is expected. Time is linear in the size.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace rucola::render::worker {

/// Is the root element, after byte order mark, declaration, comments and DOCTYPE, called svg?
bool looks_like_svg(std::string_view bytes);

enum class SvgUse {
  drawing,   ///< by librsvg
  delivery,  ///< to a browser: no hyperlinks out of the file, and no fonts in it
};

/// The error completes "the SVG …".
std::expected<void, std::string> check_svg(std::string_view bytes, SvgUse use = SvgUse::drawing);

/// Of the root, character references resolved; empty where it has none.
std::string root_attribute(std::string_view bytes, std::string_view name);

/// An embedded bitmap as written in the document: what follows "href=" between its quotes.
struct EmbeddedBitmap {
  std::size_t at = 0;  ///< of the value in the document
  std::size_t bytes = 0;
  std::string address;  ///< "data:image/…", character references resolved
};
std::vector<EmbeddedBitmap> embedded_bitmaps(std::string_view document);

}  // namespace rucola::render::worker
