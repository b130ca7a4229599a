// Texts of strangers whose software knows no UTF-8.
//
// Pure; thread-safe.
#pragma once

#include <string>

namespace rucola {

/// The text where it is UTF-8; else what it is in Latin-1, whose 256 characters are the first of Unicode, as
/// UTF-8.
std::string as_utf8(std::string text);

}  // namespace rucola
