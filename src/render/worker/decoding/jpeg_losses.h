// Has a JPEG lost a part of its picture? libvips knows only "there were warnings", libjpeg says which: most
// are about headers that no program minds.
//
// Threads: any. Hostile input is expected; costs a decoding at an eighth of the size.
#pragma once

#include <string_view>

namespace rucola::render::worker {

/// Are all its pixels there? An end marker may be missing, but of arithmetic codes; headers may be odd.
bool jpeg_is_whole(std::string_view bytes);

}  // namespace rucola::render::worker
