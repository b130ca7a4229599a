#include "render/worker/structure/eps_preview.h"

#include <cstddef>

#include "render/worker/structure/byte_cursor.h"
#include "render/worker/structure/structure_fault.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

// Adobe's Technical Note 5002, 5.2: offsets and lengths of PostScript, metafile and TIFF, then a checksum.
constexpr std::string_view mark = "\xc5\xd0\xd3\xc6"sv;
constexpr std::size_t header = 30;
constexpr std::size_t program = 8;

bool is_tiff(std::string_view bytes) {
  return bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv);
}

}  // namespace

bool is_binary_eps(std::string_view bytes) {
  return bytes.starts_with(mark);
}

bool is_postscript(std::string_view bytes) {
  return bytes.starts_with("%!PS"sv) || bytes.starts_with("\x04%!PS"sv);
}

std::expected<std::string_view, std::string> read_eps_preview(std::string_view bytes) {
  if (bytes.size() < header) return wrong(cut_off);
  ByteCursor cursor(bytes);
  cursor.skip(mark.size() + program);
  cursor.skip(4);
  const bool has_metafile = cursor.little32() > 0;
  const std::size_t at = cursor.little32();
  const std::size_t size = cursor.little32();
  if (size == 0) return wrong(has_metafile ? "its preview is a Windows metafile" : "it has no preview");
  if (at > bytes.size() || bytes.size() - at < size) return wrong("its preview is cut off");
  const std::string_view preview = bytes.substr(at, size);
  if (!is_tiff(preview)) return wrong("its preview is no TIFF");
  return preview;
}

}  // namespace rucola::render::worker
