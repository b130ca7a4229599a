// Image formats by their rokka names, which are file extensions. Pure functions, thread-safe.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace rucola::render {

enum class Format { jpg, png, webp, avif, gif, heif, jxl, jp2, tiff, svg, pdf, blur, mp4, webm, ttf, otf };

std::span<const Format> all_formats();
/// "jpg", "png", …
std::string_view name_of(Format format);
std::string_view mimetype_of(Format format);
/// Understands the synonyms too: jpeg, heic, tif, blurhash.
std::optional<Format> parse_format(std::string_view text);
/// Can this build write it?
bool is_output_format(Format format);
/// For messages: "jpg, png, webp, …".
std::string_view output_format_names();
bool keeps_transparency(Format format);
bool keeps_animation(Format format);
/// Has no pixels of its own: it is drawn at the size that is asked for.
bool is_drawing(Format format);
/// No picture, but what text is written with.
bool is_font(Format format);

}  // namespace rucola::render
