#include "render/source/placeholder.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/hashing.h"

namespace rucola::render {
namespace {

constexpr Size size{600, 600};

struct Placeholder {
  Format format;
  std::string svg;
  std::string sha256;
};

std::string drawing_of(Format format) {
  return R"(<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600" viewBox="0 0 600 600">)"
         R"(<rect width="600" height="600" fill="#eceff1"/>)"
         R"(<path d="M160 80H350L440 170V520H160Z" fill="#fff" stroke="#90a4ae" stroke-width="8"/>)"
         R"(<path d="M350 80V170H440" fill="none" stroke="#90a4ae" stroke-width="8"/>)"
         R"(<text x="300" y="370" text-anchor="middle" font-family="DejaVu Sans, sans-serif" )"
         R"(font-weight="bold" font-size="72" fill="#546e7a">)" +
         upper(name_of(format)) + "</text></svg>\n";
}

std::vector<Placeholder> all_placeholders() {
  std::vector<Placeholder> all;
  for (const Format format : all_formats()) {
    if (!is_font(format) && !is_mere_file(format)) continue;
    std::string svg = drawing_of(format);
    std::string sha256 = sha256_hex(svg);
    all.push_back({.format = format, .svg = std::move(svg), .sha256 = std::move(sha256)});
  }
  return all;
}

const std::vector<Placeholder>& placeholders() {
  static const std::vector<Placeholder> all = all_placeholders();
  return all;
}

}  // namespace

SourceFacts as_picture(SourceFacts source) {
  const auto found = std::ranges::find(placeholders(), source.format, &Placeholder::format);
  if (found == placeholders().end()) return source;
  source.sha256 = found->sha256;
  source.bytes = static_cast<std::int64_t>(found->svg.size());
  source.format = Format::svg;
  source.size = size;
  source.opaque = false;
  source.dynamic_metadata_json = "{}";  // no areas of it are known
  return source;
}

const std::string* find_placeholder(std::string_view sha256) {
  const auto found = std::ranges::find(placeholders(), sha256, &Placeholder::sha256);
  return found == placeholders().end() ? nullptr : &found->svg;
}

}  // namespace rucola::render
