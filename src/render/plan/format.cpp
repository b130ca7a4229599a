#include "render/plan/format.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <string>

#include "base/text.h"

namespace rucola::render {
namespace {

struct Row {
  Format format;
  std::string_view name;
  std::string_view mimetype;
  bool transparency = false;
  bool animation = false;
  bool output = false;
  bool copyright = false;
};

// The order of the enum, so that a format is its own index.
constexpr std::array rows{
    Row{.format = Format::jpg, .name = "jpg", .mimetype = "image/jpeg", .output = true, .copyright = true},
    Row{.format = Format::png,
        .name = "png",
        .mimetype = "image/png",
        .transparency = true,
        .output = true,
        .copyright = true},
    Row{.format = Format::webp,
        .name = "webp",
        .mimetype = "image/webp",
        .transparency = true,
        .animation = true,
        .output = true,
        .copyright = true},
    Row{.format = Format::avif,
        .name = "avif",
        .mimetype = "image/avif",
        .transparency = true,
        .animation = true,
        .output = true,
        .copyright = true},
    Row{.format = Format::gif,
        .name = "gif",
        .mimetype = "image/gif",
        .transparency = true,
        .animation = true,
        .output = true,
        .copyright = true},
    Row{.format = Format::heif,
        .name = "heif",
        .mimetype = "image/heif",
        .transparency = true,
        .output = true,
        .copyright = true},
    Row{.format = Format::jxl,
        .name = "jxl",
        .mimetype = "image/jxl",
        .transparency = true,
        .animation = true,
        .output = true,
        .copyright = true},
    Row{.format = Format::jp2,
        .name = "jp2",
        .mimetype = "image/jp2",
        .transparency = true,
        .output = true,
        .copyright = true},
    Row{.format = Format::tiff,
        .name = "tiff",
        .mimetype = "image/tiff",
        .transparency = true,
        .output = true,
        .copyright = true},
    Row{.format = Format::bmp, .name = "bmp", .mimetype = "image/bmp", .transparency = true},
    Row{.format = Format::ico, .name = "ico", .mimetype = "image/vnd.microsoft.icon", .transparency = true},
    Row{.format = Format::psd, .name = "psd", .mimetype = "image/vnd.adobe.photoshop", .transparency = true},
    Row{.format = Format::eps, .name = "eps", .mimetype = "application/postscript", .transparency = true},
    Row{.format = Format::cr2, .name = "cr2", .mimetype = "image/x-canon-cr2"},
    Row{.format = Format::cr3, .name = "cr3", .mimetype = "image/x-canon-cr3"},
    Row{.format = Format::nef, .name = "nef", .mimetype = "image/x-nikon-nef"},
    Row{.format = Format::arw, .name = "arw", .mimetype = "image/x-sony-arw"},
    Row{.format = Format::dng, .name = "dng", .mimetype = "image/x-adobe-dng"},
    Row{.format = Format::orf, .name = "orf", .mimetype = "image/x-olympus-orf"},
    Row{.format = Format::rw2, .name = "rw2", .mimetype = "image/x-panasonic-rw2"},
    Row{.format = Format::pef, .name = "pef", .mimetype = "image/x-pentax-pef"},
    Row{.format = Format::srw, .name = "srw", .mimetype = "image/x-samsung-srw"},
    Row{.format = Format::raf, .name = "raf", .mimetype = "image/x-fuji-raf"},
    Row{.format = Format::svg,
        .name = "svg",
        .mimetype = "image/svg+xml",
        .transparency = true,
        .output = true},
    Row{.format = Format::pdf, .name = "pdf", .mimetype = "application/pdf"},
    Row{.format = Format::blur, .name = "blur", .mimetype = "text/plain", .output = true},
    Row{.format = Format::thumbhash,
        .name = "thumbhash",
        .mimetype = "text/plain",
        .transparency = true,
        .output = true},
    Row{.format = Format::mp4, .name = "mp4", .mimetype = "video/mp4", .animation = true, .output = true},
    Row{.format = Format::mov, .name = "mov", .mimetype = "video/quicktime"},
    Row{.format = Format::webm, .name = "webm", .mimetype = "video/webm", .animation = true, .output = true},
    Row{.format = Format::ts, .name = "ts", .mimetype = "video/mp2t"},
    Row{.format = Format::ttf, .name = "ttf", .mimetype = "font/ttf"},
    Row{.format = Format::otf, .name = "otf", .mimetype = "font/otf"},
    Row{.format = Format::txt, .name = "txt", .mimetype = "text/plain"},
    Row{.format = Format::csv, .name = "csv", .mimetype = "text/csv"},
    Row{.format = Format::json, .name = "json", .mimetype = "application/json"},
    Row{.format = Format::rtf, .name = "rtf", .mimetype = "application/rtf"},
    Row{.format = Format::doc, .name = "doc", .mimetype = "application/msword"},
    Row{.format = Format::xls, .name = "xls", .mimetype = "application/vnd.ms-excel"},
    Row{.format = Format::ppt, .name = "ppt", .mimetype = "application/vnd.ms-powerpoint"},
    Row{.format = Format::docx,
        .name = "docx",
        .mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    Row{.format = Format::xlsx,
        .name = "xlsx",
        .mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    Row{.format = Format::pptx,
        .name = "pptx",
        .mimetype = "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    Row{.format = Format::odt, .name = "odt", .mimetype = "application/vnd.oasis.opendocument.text"},
    Row{.format = Format::ods, .name = "ods", .mimetype = "application/vnd.oasis.opendocument.spreadsheet"},
    Row{.format = Format::odp, .name = "odp", .mimetype = "application/vnd.oasis.opendocument.presentation"},
    Row{.format = Format::epub, .name = "epub", .mimetype = "application/epub+zip"},
    Row{.format = Format::zip, .name = "zip", .mimetype = "application/zip"},
};

struct Synonym {
  std::string_view text;
  Format format;
};

constexpr std::array synonyms{
    Synonym{"jpeg", Format::jpg},
    Synonym{"heic", Format::heif},
    Synonym{"tif", Format::tiff},
    Synonym{"blurhash", Format::blur},
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

constexpr auto make_formats() {
  std::array<Format, rows.size()> formats{};
  std::ranges::transform(rows, formats.begin(), &Row::format);
  return formats;
}
constexpr auto formats = make_formats();
constexpr Format first_mere_file = Format::txt;  // they come last

std::string join_output_names() {
  return joined(rows | std::views::filter(&Row::output), ", ", &Row::name);
}

}  // namespace

std::span<const Format> all_formats() {
  return formats;
}
std::string_view name_of(Format format) {
  return row_of(format).name;
}
std::string names_of(std::span<const Format> formats) {
  return joined(formats, ", ", [](Format format) { return name_of(format); });
}
std::string_view mimetype_of(Format format) {
  return row_of(format).mimetype;
}
std::vector<Format> formats_of(std::string_view mimetype) {
  std::vector<Format> found;
  for (const Row& row : rows) {
    if (row.mimetype == mimetype) found.push_back(row.format);
  }
  return found;
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
bool keeps_copyright(Format format) {
  return row_of(format).copyright;
}
bool is_drawing(Format format) {
  return format == Format::svg || format == Format::pdf;
}

bool is_video(Format format) {
  return format == Format::mp4 || format == Format::mov || format == Format::webm;
}

bool is_camera_raw(Format format) {
  return format >= Format::cr2 && format <= Format::raf;
}

bool is_font(Format format) {
  return format == Format::ttf || format == Format::otf;
}

bool is_mere_file(Format format) {
  return format >= first_mere_file;
}

std::span<const Format> mere_files() {
  return std::span(formats).subspan(static_cast<std::size_t>(first_mere_file));
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
