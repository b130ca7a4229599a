// Videos that are streamed in parts (docs/videos.md): the lists, and the plans of parts.
//
// Pure but for the library; thread-safe. Errors: unsupported_media_type for what is no video; unprocessable
// where the URL asks for operations, and past limits; payload_too_large where no rendition, or not the one
// that is asked for, could be decoded within the limit; not_found for a rendition or a part that the video
// has not; those of the library.
#pragma once

#include <string_view>

#include "render/plan/outcome.h"
#include "render/plan/render_keys.h"
#include "render/planning/library.h"
#include "render/planning/planner.h"
#include "render/settings.h"

namespace rucola::render {

/// The format of the request is_film_ending(): comes to a FilmList, or to the render that a part is. Where
/// the video is cut has to be measured first.
Outcome<Planned> plan_film(const RenderRequest& request, Library& library, const Settings& settings,
                           const RenderKeys& keys);

}  // namespace rucola::render
