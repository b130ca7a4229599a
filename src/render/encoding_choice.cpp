#include "render/encoding_choice.h"

#include <algorithm>
#include <array>

#include "render/stack_options.h"

namespace rucola::render {
namespace {

// A screen with small pixels hides what a lower quality costs.
constexpr double high_dpr = 1.5;
constexpr std::int64_t less_at_high_dpr = 10;
constexpr std::int64_t lossless_quality = 100;

struct Choice {
  Format format;
  bool lossless = false;
};

/// autoformat.exclude is a comma-separated list.
bool excludes(const Options& options, std::string_view format) {
  const auto option = options.find("autoformat.exclude");
  if (option == options.end()) return false;
  std::string_view list = std::get<std::string>(option->second);
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (list.substr(0, comma) == format) return true;
    list.remove_prefix(std::min(list.size(), comma + 1));
  }
  return false;
}

/// The table of autoformat: JPEG becomes AVIF, or WebP; PNG and GIF become WebP, PNG a lossless one unless a
/// quality was asked for. This build's AVIF holds one frame only.
Choice choose_format(const Options& options, Format requested, bool animated, AcceptClass accept) {
  const OptionReader reader(stack_options(), options);
  const bool webp = accept != AcceptClass::neither && !excludes(options, "webp");
  const bool avif = accept == AcceptClass::avif_and_webp && !excludes(options, "avif") && !animated;
  if (!reader.boolean("autoformat")) return {requested};
  if (requested == Format::jpg && avif) return {Format::avif};
  if (requested == Format::jpg && webp) return {Format::webp};
  if (requested == Format::gif && webp) return {Format::webp};
  if (requested == Format::png && webp) return {Format::webp, !reader.is_given("webp.quality")};
  return {requested};
}

std::int32_t quality(const Options& options, Format format) {
  const OptionReader reader(stack_options(), options);
  const std::string name = std::string(name_of(format)) + ".quality";
  std::int64_t value = reader.integer(name);
  if (format != Format::gif && !reader.is_given(name) && reader.number("dpr") > high_dpr)
    value -= less_at_high_dpr;
  return static_cast<std::int32_t>(value);
}

/// Fields that don't matter for the format keep their defaults, so that equal files have equal encodings.
void set_compression(const Options& options, Encoding& encoding) {
  const OptionReader reader(stack_options(), options);
  if (encoding.format == Format::png) {
    encoding.png_compression_level = static_cast<std::int32_t>(reader.integer("png.compression_level"));
    return;
  }
  const std::int32_t chosen = quality(options, encoding.format);
  if (encoding.format == Format::webp && chosen == lossless_quality) encoding.lossless = true;
  if (!encoding.lossless) encoding.quality = chosen;
}

void set_transparency(const Options& options, Encoding& encoding) {
  const OptionReader reader(stack_options(), options);
  if (const auto color = reader.optional_color("transparency.color")) {
    encoding.flatten_always = true;
    encoding.flatten_onto = *color;
  } else if (!keeps_transparency(encoding.format)) {
    encoding.flatten_onto = reader.color("jpg.transparency.color");
  }
}

}  // namespace

Encoding choose_encoding(const Options& stack_options, Format requested, bool animated, AcceptClass accept) {
  const Choice choice = choose_format(stack_options, requested, animated, accept);
  Encoding encoding;
  encoding.format = choice.format;
  encoding.lossless = choice.lossless;
  set_compression(stack_options, encoding);
  set_transparency(stack_options, encoding);
  return encoding;
}

bool varies_on_accept(const Options& stack_options, Format requested, bool animated) {
  constexpr std::array others{AcceptClass::webp, AcceptClass::avif_and_webp};
  const Format plain = choose_format(stack_options, requested, animated, AcceptClass::neither).format;
  return std::ranges::any_of(others, [&](AcceptClass accept) {
    return choose_format(stack_options, requested, animated, accept).format != plain;
  });
}

}  // namespace rucola::render
