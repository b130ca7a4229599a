// What ingesting learns of a font: that FreeType can read it, and what it is called.
//
// Pure; hostile input is expected.
#pragma once

#include <string_view>

#include "base/error.h"
#include "render/source/inspection.h"

namespace rucola::render::worker {

/// `bytes` have been recognised as TTF or OTF. Errors: unprocessable.
Result<Inspection> inspect_font(std::string_view bytes, Format format);

}  // namespace rucola::render::worker
