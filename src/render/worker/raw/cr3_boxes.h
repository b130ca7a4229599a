// Canon's CR3: boxes as those of MP4, with the previews in boxes and tracks of their own and what the camera
// says in four small TIFFs.
//
// Pure; hostile input is expected. Views are of the bytes that were read; what isn't there is empty.
#pragma once

#include <string_view>

#include "render/worker/raw/raw_candidates.h"

namespace rucola::render::worker {

struct Cr3Texts {
  std::string_view image{};  ///< a TIFF whose first directory is EXIF's first
  std::string_view photo{};  ///< one of the directory with exposures
  std::string_view gps{};
  std::string_view xmp{};
};

Cr3Texts cr3_texts(std::string_view bytes);

void add_cr3_previews(std::string_view bytes, RawCandidates& candidates);

}  // namespace rucola::render::worker
