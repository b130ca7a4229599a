// Notes of camera makers that say where a preview lies: Olympus' and Nikon's. Of the others' files the
// directories do.
//
// Pure; hostile input is expected.
#pragma once

#include "render/worker/raw/raw_candidates.h"
#include "render/worker/structure/tiff_directory.h"

namespace rucola::render::worker {

/// `first`: the file's first directory.
void add_previews_of_note(const TiffBytes& file, const TiffDirectory& first, RawCandidates& candidates);

}  // namespace rucola::render::worker
