// Texts that read as what they are.
//
// Pure; thread-safe.
#pragma once

#include <string_view>

namespace rucola {

/// UTF-8 of characters that are seen, and of blanks: no controls and line ends, nothing that turns the
/// direction of writing, joins or hides (Unicode's Cf), no white space but the blank, nothing unassigned or
/// private. Two texts that look alike may still differ.
bool is_visible_text(std::string_view text);

}  // namespace rucola
