// Characters that nobody sees and that act on those around them: they end lines, command a terminal, turn the
// direction of writing. What strangers send is shown without them.
//
// Controls are those of ASCII and Latin-1 (U+0000 to U+001F, U+007F to U+009F), the separators of lines and
// paragraphs (U+2028, U+2029), and what embeds, overrides or isolates a direction (U+202A to U+202E, U+2066
// to U+2069). Joiners, and marks that stand for a letter of some direction (U+200C to U+200F), are none:
// there are languages that are not written without them.
//
// Pure; thread-safe. Bytes that are no UTF-8 are no controls.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace rucola {

/// How many bytes the control at the front of a text has; 0 where none stands there.
std::size_t control_length(std::string_view text);

bool has_controls(std::string_view text);

/// With what is said of each control in its place.
std::string with_controls_as(std::string_view text,
                             const std::function<std::string_view(std::string_view)>& in_place_of);

}  // namespace rucola
