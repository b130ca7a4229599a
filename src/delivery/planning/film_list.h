// The lists of a video that is streamed in parts, as RFC 8216 has them (HTTP Live Streaming).
//
// Pure; thread-safe.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "render/planning/planner.h"

namespace rucola::delivery {

/// From a name such as "583-1280x720_0.ts", and the hash of a linked video where it is not the list's own, to
/// the URL that stands in the list.
using FilmUrlOf = std::function<std::string(std::string_view name, std::string_view linked)>;

std::string film_list(const render::FilmList& list, const FilmUrlOf& url_of);

}  // namespace rucola::delivery
