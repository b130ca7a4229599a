#include "render/format.h"

#include <algorithm>
#include <array>
#include <string>

namespace rucola::render {
namespace {

struct Row {
  Format format;
  std::string_view name;
  std::string_view mimetype;
  bool transparency;
  bool animation;
  bool output;
};

// The order of the enum, so that a format is its own index.
constexpr std::array rows{
    Row{Format::jpg, "jpg", "image/jpeg", false, false, true},
    Row{Format::png, "png", "image/png", true, false, true},
    Row{Format::webp, "webp", "image/webp", true, true, true},
    Row{Format::avif, "avif", "image/avif", true, false, true},
    Row{Format::gif, "gif", "image/gif", true, true, true},
    Row{Format::heif, "heif", "image/heif", true, false, false},
    Row{Format::jxl, "jxl", "image/jxl", true, false, false},
    Row{Format::jp2, "jp2", "image/jp2", true, false, false},
    Row{Format::tiff, "tiff", "image/tiff", true, false, false},
    Row{Format::svg, "svg", "image/svg+xml", true, false, false},
    Row{Format::pdf, "pdf", "application/pdf", false, false, false},
};

struct Synonym {
  std::string_view text;
  Format format;
};

constexpr std::array synonyms{
    Synonym{"jpeg", Format::jpg},
    Synonym{"heic", Format::heif},
    Synonym{"tif", Format::tiff},
};

constexpr bool rows_are_in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (static_cast<std::size_t>(rows[i].format) != i) return false;
  }
  return true;
}
static_assert(rows_are_in_order());

const Row& row_of(Format format) {
  return rows[static_cast<std::size_t>(format)];
}

std::string join_output_names() {
  std::string text;
  for (const Row& row : rows) {
    if (!row.output) continue;
    if (!text.empty()) text += ", ";
    text += row.name;
  }
  return text;
}

}  // namespace

std::string_view name_of(Format format) {
  return row_of(format).name;
}
std::string_view mimetype_of(Format format) {
  return row_of(format).mimetype;
}
bool is_output_format(Format format) {
  return row_of(format).output;
}
bool keeps_transparency(Format format) {
  return row_of(format).transparency;
}
bool keeps_animation(Format format) {
  return row_of(format).animation;
}

std::optional<Format> parse_format(std::string_view text) {
  const auto* row = std::ranges::find(rows, text, &Row::name);
  if (row != rows.end()) return row->format;
  const auto* synonym = std::ranges::find(synonyms, text, &Synonym::text);
  if (synonym != synonyms.end()) return synonym->format;
  return std::nullopt;
}

std::string_view output_format_names() {
  static const std::string names = join_output_names();
  return names;
}

}  // namespace rucola::render
