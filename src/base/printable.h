// What can be printed: heads of requests are looked through for what can't. Pure and thread-safe.
#pragma once

#include <string_view>

namespace rucola {

/// True where all characters lie from ' ' to '~'. Looks at eight at a time.
bool is_printable_ascii(std::string_view text);

}  // namespace rucola
