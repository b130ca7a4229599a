// What a browser saves an answer as. Pure, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "catalog/types.h"
#include "render/plan/planned_render.h"

namespace rucola::delivery {

/// The slug or, where the URL has none, the image's name without its extension (or else its hash), with the
/// extension of what is sent.
std::string file_name(std::string_view slug, const catalog::SourceImage& image, std::string_view extension);

/// The same for the original itself: its own extension where that is another one for the same files (`.heic`,
/// `.psb`).
std::string original_file_name(std::string_view slug, const catalog::SourceImage& image);

/// Of what has that media type; empty where nothing has.
std::string_view extension_of(std::string_view content_type);

/// The format that the render has, however it comes out. Nothing where that is seen only then.
std::optional<render::Format> only_format_of(const render::PlannedRender& planned);

}  // namespace rucola::delivery
