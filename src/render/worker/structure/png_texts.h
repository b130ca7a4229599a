// Texts in a PNG, beside its pixels. Decoders refuse the whole file where there are too many, while browsers
// show it.
//
// Pure; hostile input is expected.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rucola::render::worker {

/// A copy with the first texts alone, as many as libvips reads of any file; nothing where all can stay, which
/// costs a look at the file.
std::optional<std::string> png_with_fewer_texts(std::string_view bytes);

}  // namespace rucola::render::worker
