// A video that is asked for as it was uploaded: by an ending of videos, and not by one of pictures.
//
// Pure; thread-safe. Errors: unsupported_media_type for another kind of video than it is; unprocessable where
// its URL asks for operations.
#pragma once

#include <string_view>

#include "base/error.h"
#include "render/source/facts.h"

namespace rucola::render {

/// What its stack does is done to pictures of it; but who writes operations into the URL of a video wants
/// them to be done to that. `format`: as the URL has it.
Result<void> check_video_as_it_is(const SourceFacts& video, std::string_view format, bool url_operates);

}  // namespace rucola::render
