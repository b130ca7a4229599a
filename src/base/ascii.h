// Letters of protocols, whose case does not count. Pure and thread-safe.
#pragma once

#include <string_view>

namespace rucola {

/// Of ASCII letters; everything else must be the same.
bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace rucola
