// The part of SVG that draws and nothing else: what a drawing may consist of to be delivered as it is. What
// is not listed, future parts of SVG too, is not meant.
//
// Pure; thread-safe. Names are compared exactly, as XML does.
#pragma once

#include <string_view>

namespace rucola::render::worker {

/// Is it an element of SVG that draws, or describes what is drawn?
bool draws(std::string_view element);

/// Of an element of SVG, and in no namespace. `href` and `style` are among them: their values matter.
bool describes_a_drawing(std::string_view attribute);

/// Does a drawing program keep its own notes in the namespace, which no browser gives a meaning to?
bool is_of_a_drawing_program(std::string_view xml_namespace);

}  // namespace rucola::render::worker
