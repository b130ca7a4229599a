#include "render/worker/decoding/pdf_source.h"

#include <algorithm>

#include "render/worker/decoding/pdf_pages.h"
#include "render/worker/decoding/vips_loading.h"
#include "render/worker/memory/files.h"

namespace rucola::render::worker {

using vips::VImage;

Result<SourceHeader> read_pdf_header(std::string_view bytes, std::int32_t page) {
  const Result<Size> size = read_pdf_page_size(bytes, page);
  if (!size) return std::unexpected(size.error());
  return SourceHeader{.format = Format::pdf, .stored = *size, .upright = *size, .page = page};
}

/// By the page's size as the file has it, not as a number of pixels: one of them more would have to be
/// resized away, and edges were blurred.
VImage decode_pdf(std::string_view bytes, const SourceHeader& header, const Decoding& decoding) {
  constexpr double points_per_inch = 72;
  constexpr double hundredths = 100;
  const Result<Size> page = read_pdf_page_points(bytes, header.page);
  if (!page) throw Refused(page.error());
  const Size target = decoding.target.value_or(header.stored);
  const double scale = hundredths * std::max(static_cast<double>(target.width) / page->width,
                                             static_cast<double>(target.height) / page->height);
  return load(blob_of(bytes), Format::pdf,
              loader_options(decoding.fail_on)
                  ->set("page", header.page - 1)
                  ->set("dpi", points_per_inch * scale))
      .flatten();
}

}  // namespace rucola::render::worker
