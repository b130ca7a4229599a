// XMP without what it says of its own values, such as a role of an author: their qualifiers, of which only
// the language stays.
//
// A worker has one thread. Hostile input is expected; nothing is ever loaded.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rucola::render::worker {

/// Nothing where it is not well-formed.
std::optional<std::string> without_qualifiers(std::string_view packet);

}  // namespace rucola::render::worker
