// What a field of EXIF says as a text. Programs write texts as bytes as well, whatever the standard says of
// the field; what is made of other numbers is none.
//
// Pure; hostile input is expected.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <exiv2/exiv2.hpp>

namespace rucola::render::worker {

/// All of its bytes, also those behind a NUL. Nothing where these can't be a text.
std::optional<std::string> exif_text(const Exiv2::Value& value);
/// Of one that is written as bytes.
std::optional<std::string> exif_text(std::string_view bytes);

}  // namespace rucola::render::worker
