#include "render/worker/decoding/pdf_pages.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include <poppler.h>

#include "base/c_handle.h"

namespace rucola::render::worker {
namespace {

using Document = CHandle<PopplerDocument, g_object_unref>;
using Page = CHandle<PopplerPage, g_object_unref>;

std::unexpected<Error> damaged() {
  return fail(ErrorCode::unprocessable, "The PDF file is damaged: its pages can't be read.");
}

Result<Document> open(std::string_view bytes) {
  const CHandle<GBytes, g_bytes_unref> data(g_bytes_new_static(bytes.data(), bytes.size()));
  GError* raw = nullptr;
  Document document(poppler_document_new_from_bytes(data.get(), nullptr, &raw));
  const CHandle<GError, g_error_free> error(raw);
  if (document) return document;
  if (error && error->domain == POPPLER_ERROR && error->code == POPPLER_ERROR_ENCRYPTED) {
    return fail(ErrorCode::unprocessable,
                "The PDF is protected by a password. Only PDFs that open without one can be processed.");
  }
  return damaged();
}

/// In hundredths of a point. The format's own limit is 14,400 points; what is far beyond is nonsense.
Result<Size> size_of(PopplerDocument* document, std::int32_t index) {
  constexpr double longest_points = 1'000'000;
  const Page page(poppler_document_get_page(document, index));
  if (!page) return damaged();
  double width = 0;
  double height = 0;
  poppler_page_get_size(page.get(), &width, &height);
  const auto sound = [](double length) { return length > 0 && length <= longest_points; };
  if (!sound(width) || !sound(height)) {
    return fail(ErrorCode::unprocessable,
                "Page " + std::to_string(index + 1) + " of the PDF has no size that could be drawn.");
  }
  const auto hundredths = [](double points) {
    return std::max(1, static_cast<std::int32_t>(std::lround(points * 100)));
  };
  return Size{hundredths(width), hundredths(height)};
}

}  // namespace

Result<DocumentPages> read_pdf_pages(std::string_view bytes) {
  const auto document = open(bytes);
  if (!document) return std::unexpected(document.error());
  const std::int32_t count = poppler_document_get_n_pages(document->get());
  if (count < 1) return damaged();
  DocumentPages pages;
  for (std::int32_t index = 0; index < std::min(count, most_document_pages); ++index) {
    const Result<Size> size = size_of(document->get(), index);
    if (!size) return std::unexpected(size.error());
    pages.add(*size);
  }
  pages.set_count(count);
  return pages;
}

Result<Size> read_pdf_page_points(std::string_view bytes, std::int32_t number) {
  const auto document = open(bytes);
  if (!document) return std::unexpected(document.error());
  return size_of(document->get(), number - 1);
}

Result<Size> read_pdf_page_size(std::string_view bytes, std::int32_t number) {
  const Result<Size> size = read_pdf_page_points(bytes, number);
  if (!size) return size;
  DocumentPages one;
  one.add(*size);
  one.set_count(1);
  return one.pixels(1, default_document_dpi);
}

}  // namespace rucola::render::worker
