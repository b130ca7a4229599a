#include "delivery/answer/file_name.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace rucola::delivery {
namespace {

bool is_all_in(const render::Plan& plan, render::Format format) {
  return plan.encoding.format == format && (!plan.if_transparent || plan.if_transparent->format == format) &&
         std::ranges::all_of(plan.or_smaller,
                             [&](const render::Encoding& other) { return other.format == format; });
}

std::size_t dot_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? name.size() : dot;
}

std::string_view without_extension(std::string_view name) {
  return name.substr(0, dot_of(name));
}

struct OtherExtension {
  std::string_view format;
  std::string_view extension;
};

constexpr std::array other_extensions{
    OtherExtension{"jpg", "jpeg"},   OtherExtension{"jpg", "jpe"},   OtherExtension{"jpg", "jfif"},
    OtherExtension{"jpg", "mpo"},    OtherExtension{"png", "apng"},  OtherExtension{"avif", "avifs"},
    OtherExtension{"heif", "heic"},  OtherExtension{"heif", "hif"},  OtherExtension{"heif", "heics"},
    OtherExtension{"heif", "heifs"}, OtherExtension{"jp2", "j2k"},   OtherExtension{"jp2", "jpf"},
    OtherExtension{"jp2", "jpx"},    OtherExtension{"jp2", "jpc"},   OtherExtension{"tiff", "tif"},
    OtherExtension{"bmp", "dib"},    OtherExtension{"ico", "cur"},   OtherExtension{"psd", "psb"},
    OtherExtension{"eps", "epsf"},   OtherExtension{"nef", "nrw"},   OtherExtension{"arw", "sr2"},
    OtherExtension{"rw2", "rwl"},    OtherExtension{"orf", "ori"},   OtherExtension{"pdf", "ai"},
    OtherExtension{"mp4", "m4v"},    OtherExtension{"mp4", "f4v"},   OtherExtension{"mp4", "3gp"},
    OtherExtension{"mov", "qt"},     OtherExtension{"webm", "mkv"},  OtherExtension{"txt", "md"},
    OtherExtension{"txt", "log"},    OtherExtension{"csv", "tsv"},   OtherExtension{"json", "geojson"},
    OtherExtension{"docx", "docm"},  OtherExtension{"docx", "dotx"}, OtherExtension{"docx", "dotm"},
    OtherExtension{"xlsx", "xlsm"},  OtherExtension{"xlsx", "xltx"}, OtherExtension{"xlsx", "xltm"},
    OtherExtension{"pptx", "pptm"},  OtherExtension{"pptx", "potx"}, OtherExtension{"pptx", "ppsx"},
    OtherExtension{"pptx", "ppsm"},
};

bool is_other_extension_of(std::string_view format, std::string_view extension) {
  return std::ranges::any_of(other_extensions, [&](const OtherExtension& other) {
    return other.format == format && equal_ignoring_case(other.extension, extension);
  });
}

}  // namespace

std::string file_name(std::string_view slug, const catalog::SourceImage& image, std::string_view extension) {
  std::string name(slug.empty() ? without_extension(image.name) : slug);
  if (name.empty()) name = image.hash;
  // Whatever a browser makes of it, it stays in its folder.
  std::ranges::replace_if(name, [](char c) { return c == '/' || c == '\\'; }, '_');
  if (!extension.empty()) name.append(".").append(extension);
  return name;
}

std::string original_file_name(std::string_view slug, const catalog::SourceImage& image) {
  const std::string_view name = image.name;
  const std::string_view own = name.substr(std::min(dot_of(name) + 1, name.size()));
  return file_name(slug, image, is_other_extension_of(image.format, own) ? own : image.format);
}

std::string_view extension_of(std::string_view content_type) {
  const auto formats = render::all_formats();
  const auto found = std::ranges::find(formats, content_type, render::mimetype_of);
  return found == formats.end() ? std::string_view() : render::name_of(*found);
}

std::optional<render::Format> only_format_of(const render::PlannedRender& planned) {
  const render::Format format = planned.plan.encoding.format;
  const bool is_only =
      is_all_in(planned.plan, format) && (!planned.smaller || is_all_in(planned.smaller->plan, format));
  return is_only ? std::optional(format) : std::nullopt;
}

}  // namespace rucola::delivery
