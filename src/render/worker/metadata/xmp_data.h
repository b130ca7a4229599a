// The properties of a packet of XMP, by Exiv2. That gives up a whole packet where a text in several languages
// has qualifiers; then it is read without any of these.
//
// A worker has one thread. Errors: what Exiv2 throws, a std::exception.
#pragma once

#include <optional>
#include <string_view>

#include <exiv2/exiv2.hpp>

namespace rucola::render::worker {

/// Nothing where it is damaged.
std::optional<Exiv2::XmpData> read_xmp_data(std::string_view packet);

}  // namespace rucola::render::worker
