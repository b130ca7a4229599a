// The pages of a PDF and their sizes on paper, from Poppler itself: libvips says only one page's, in whole
// pixels.
//
// Threads: a worker has one. Hostile input is expected. Errors: unprocessable (damaged, encrypted),
// bad_request (no such page).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "render/source/document_pages.h"

namespace rucola::render::worker {

/// The first most_document_pages, and how many there are in all.
Result<DocumentPages> read_pdf_pages(std::string_view bytes);

/// In hundredths of a point; `number` from 1.
Result<Size> read_pdf_page_points(std::string_view bytes, std::int32_t number);

/// In pixels at the usual resolution.
Result<Size> read_pdf_page_size(std::string_view bytes, std::int32_t number);

}  // namespace rucola::render::worker
