// The header of a JPEG's frame: how large its picture is, and whether it is one that everybody reads.
//
// Pure; hostile input is expected.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "render/plan/size.h"

namespace rucola::render::worker {

/// Of Huffman codes, eight bits, grey or of three colours, sequential or progressive; nothing where it is
/// none of these. What cameras pack their sensor's data into is without losses, mostly of more bits. Looked
/// for in the first MiB.
std::optional<Size> size_of_ordinary_jpeg(std::string_view bytes);

/// A JPEG is made smaller in its blocks of 8 pixels. Where a side is no multiple of `shrink` (2, 4 or 8), the
/// last of its smaller pixels lies partly outside of the picture, and libvips leaves it out: a frame of 7
/// pixels was gone at the right and at the bottom. Here the sides are those of all pixels that are at least
/// half inside; what they hold besides is what the file's writer filled the block up with, mostly the edge
/// once more. Nothing where there are none of these, or where the file's blocks would be others then.
std::optional<std::string> jpeg_with_whole_pixels(std::string_view bytes, int shrink);

}  // namespace rucola::render::worker
