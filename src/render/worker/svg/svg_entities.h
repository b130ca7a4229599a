// The entities that a DOCTYPE declares, as Illustrator does for namespaces: plain texts are put where they
// are named, and the DOCTYPE is gone. What stands for a file, or for a part of the DOCTYPE, is refused, and
// so is what grows ("a billion laughs") before it has grown.
//
// Threads: a worker has one. Hostile input is expected. Errors: unprocessable, payload_too_large.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace rucola::render::worker {

/// `svg` is in UTF-8. Nothing where it declares nothing. `most_bytes`: of what comes out.
Result<std::optional<std::string>> without_entities(std::string_view svg, std::size_t most_bytes);

}  // namespace rucola::render::worker
