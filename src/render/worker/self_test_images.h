// Two tiny white images, 16 × 16, in the formats that a worker reads but can't write. Immutable.
#pragma once

#include <string_view>

namespace rucola::render::worker {

std::string_view white_heic();
std::string_view white_tiff();

}  // namespace rucola::render::worker
