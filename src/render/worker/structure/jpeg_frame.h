// The header of a JPEG's frame: how large its picture is, and whether it is one that everybody reads.
//
// Pure; hostile input is expected.
#pragma once

#include <optional>
#include <string_view>

#include "render/plan/size.h"

namespace rucola::render::worker {

/// Of Huffman codes, eight bits, grey or of three colours, sequential or progressive; nothing where it is
/// none of these. What cameras pack their sensor's data into is without losses, mostly of more bits. Looked
/// for in the first MiB.
std::optional<Size> size_of_ordinary_jpeg(std::string_view bytes);

}  // namespace rucola::render::worker
