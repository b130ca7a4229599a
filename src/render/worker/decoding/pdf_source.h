// Pages of a PDF as sources.
//
// Threads: a worker has one. Errors: as source.h.
#pragma once

#include <cstdint>
#include <string_view>

#include "render/worker/decoding/source.h"

namespace rucola::render::worker {

/// `page`: from 1.
Result<SourceHeader> read_pdf_header(std::string_view bytes, std::int32_t page);

/// On white paper.
vips::VImage decode_pdf(std::string_view bytes, const SourceHeader& header, const Decoding& decoding);

}  // namespace rucola::render::worker
