// What is drawn where a picture is asked for and the file is none: a sheet with its kind on it. A source like
// any other, an SVG, which the program brings itself.
//
// Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "render/source/facts.h"

namespace rucola::render {

/// Of a picture, the very facts. Of a font or a mere file those of the drawing, with what is said of the
/// file.
SourceFacts as_picture(SourceFacts source);

/// The drawing with this SHA-256; null where that is the hash of another file.
const std::string* find_placeholder(std::string_view sha256);

}  // namespace rucola::render
