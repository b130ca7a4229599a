// Image formats by their rokka names, which are file extensions. Pure functions, thread-safe.
#pragma once

#include <optional>
#include <string_view>

namespace rucola::render {

enum class Format { jpg, png, webp, avif, gif, heif, jxl, jp2, tiff, svg, pdf };

/// "jpg", "png", …
std::string_view name_of(Format format);
std::string_view mimetype_of(Format format);
/// Understands the synonyms too: jpeg, heic, tif.
std::optional<Format> parse_format(std::string_view text);
/// Can this build write it?
bool is_output_format(Format format);
/// For messages: "jpg, png, webp, avif, gif".
std::string_view output_format_names();
bool keeps_transparency(Format format);
bool keeps_animation(Format format);

}  // namespace rucola::render
