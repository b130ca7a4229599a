// How messages to people name things: quoted input and what was probably meant.
//
// Pure; thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rucola {

/// One ASCII character for each of the text's: whatever is not printable becomes '?', so that input can stand
/// in any message, header or log.
std::string printable(std::string_view text);

/// printable(), in double quotes; shortened when long.
std::string in_quotes(std::string_view text);

/// How a sentence about what was written ends: `; did you mean "resize"?` where a candidate is close enough,
/// else with a full stop.
std::string suggestion(std::string_view written, std::span<const std::string_view> candidates);

/// As short as can be without losing anything: "200", "1.5".
std::string number_text(double number);

}  // namespace rucola
