#include "render/planning/encoding_choice.h"

#include <algorithm>
#include <array>
#include <utility>

#include "render/stack/options.h"

namespace rucola::render {
namespace {

constexpr double high_dpr = 1.5;
constexpr std::int64_t less_at_high_dpr = 10;
constexpr std::int64_t lossless_quality = 100;
constexpr std::string_view palette_option = "pngquant.quality";
constexpr std::string_view size_option = "max_bytes";

struct Choice {
  Format format;
  bool lossless = false;
};

constexpr std::array all_classes{AcceptClass::neither_nor_wildcard,
                                 AcceptClass::neither,
                                 AcceptClass::webp,
                                 AcceptClass::avif_and_webp,
                                 AcceptClass::avif,
                                 AcceptClass::jxl_and_webp,
                                 AcceptClass::jxl};

bool is_any_of(AcceptClass accept, std::initializer_list<AcceptClass> classes) {
  return std::ranges::find(classes, accept) != classes.end();
}

bool accepts_webp(AcceptClass accept) {
  return is_any_of(accept, {AcceptClass::webp, AcceptClass::avif_and_webp, AcceptClass::jxl_and_webp});
}

bool accepts_avif(AcceptClass accept) {
  return is_any_of(accept, {AcceptClass::avif_and_webp, AcceptClass::avif});
}

bool accepts_jxl(AcceptClass accept) {
  return is_any_of(accept, {AcceptClass::jxl_and_webp, AcceptClass::jxl});
}

/// A PNG without loss unless a quality was asked for.
Choice in_place_of_png(const OptionReader& reader, Format format) {
  return {format, !reader.is_given(std::string(name_of(format)) + ".quality")};
}

bool is_for_browsers(Format format) {
  constexpr std::array formats{Format::jpg,  Format::png, Format::webp,
                               Format::avif, Format::gif, Format::svg};
  return std::ranges::find(formats, format) != formats.end();
}

/// A drawing that nothing is done to but a resize stays one; a colour behind it would have to be drawn. Who
/// wants few bytes gets a format that can be made smaller.
bool stays_drawing(const Options& options, Format requested, const RenderFacts& facts) {
  const OptionReader reader(stack_options(), options);
  if (!facts.as_it_is || facts.source != Format::svg || reader.is_given("transparency.color")) return false;
  if (requested == Format::svg) return true;
  return reader.boolean("autoformat") && is_for_browsers(requested) && !is_excluded(options, "svg") &&
         reader.integer(size_option) == 0;
}

/// The table of autoformat: JPEG becomes AVIF, JPEG XL or WebP; PNG becomes WebP, or JPEG XL for who takes no
/// WebP, lossless unless a quality was asked for; GIF becomes WebP; a bitmap in an SVG is as good a PNG. An
/// animation becomes WebP only: an AVIF and a JPEG XL that move are had by who asks for them.
Choice choose_format(const Options& options, Format requested, const RenderFacts& facts, AcceptClass accept) {
  const OptionReader reader(stack_options(), options);
  if (stays_drawing(options, requested, facts)) return {Format::svg};
  if (!reader.boolean("autoformat")) return {requested};
  const bool webp = accepts_webp(accept) && !is_excluded(options, "webp");
  if (requested == Format::svg && !is_excluded(options, "svg_to_png")) requested = Format::png;
  if (requested == Format::jpg) return {usual_lossy_format(options, facts, accept)};
  if (requested == Format::gif && webp) return {Format::webp};
  if (requested == Format::png && webp) return in_place_of_png(reader, Format::webp);
  const bool jxl = accepts_jxl(accept) && !is_excluded(options, "jxl") && !facts.animated;
  if (requested == Format::png && jxl) return in_place_of_png(reader, Format::jxl);
  return {requested};
}

/// The table of jpg.transparency.autoformat; none where transparency is replaced by a colour after all.
std::optional<Format> format_if_transparent(const Options& options, AcceptClass accept) {
  const OptionReader reader(stack_options(), options);
  const std::string_view wanted = reader.text("jpg.transparency.autoformat");
  const bool replaced = reader.boolean("jpg.transparency.convert") || reader.is_given("transparency.color");
  if (wanted == "false" || replaced) return std::nullopt;
  if (wanted == "webp") return Format::webp;
  if (accepts_webp(accept) && !is_excluded(options, "webp")) return Format::webp;
  if (wanted == "png") return Format::png;
  // Whoever takes anything is a browser that shows SVG; who names what it takes gets what everybody can show.
  return accept == AcceptClass::neither_nor_wildcard ? Format::png : Format::svg;
}

std::int32_t quality(const Options& options, Format format) {
  const OptionReader reader(stack_options(), options);
  const std::string name = std::string(name_of(format)) + ".quality";
  std::int64_t value = reader.integer(name);
  if (!reader.is_given(name) && lowers_quality(reader, format)) value -= less_at_high_dpr;
  return static_cast<std::int32_t>(value);
}

/// What photographs usually come as needs no lossless copy inside an SVG.
bool is_lossless_source(Format format) {
  constexpr std::array lossless{Format::png, Format::gif, Format::tiff, Format::bmp,
                                Format::ico, Format::psd, Format::eps};
  return std::ranges::find(lossless, format) != lossless.end() || is_drawing(format);
}

/// At the default and above a palette is left to what makes renders smaller, which looks at it first.
void set_palette(const OptionReader& reader, Encoding& encoding) {
  const std::int64_t chosen = reader.integer(palette_option);
  const auto usual = std::get<std::int64_t>(*find_option(stack_options(), palette_option)->default_value);
  if (chosen < usual) encoding.palette_quality = static_cast<std::int32_t>(chosen);
}

void set_png(const OptionReader& reader, Encoding& encoding) {
  encoding.png_compression_level = static_cast<std::int32_t>(reader.integer("png.compression_level"));
  set_palette(reader, encoding);
}

void set_lossy(const Options& options, Format quality_of, Encoding& encoding) {
  constexpr std::array exact_at_100{Format::webp, Format::jxl, Format::jp2};
  const std::int32_t chosen = quality(options, quality_of);
  const bool can_be_exact = std::ranges::find(exact_at_100, encoding.format) != exact_at_100.end();
  if (can_be_exact && chosen == lossless_quality) encoding.lossless = true;
  if (!encoding.lossless) encoding.quality = chosen;
  if (encoding.lossless && encoding.format == Format::webp)
    set_palette(OptionReader(stack_options(), options), encoding);
}

void set_compression(const Options& options, Encoding& encoding) {
  const OptionReader reader(stack_options(), options);
  switch (encoding.format) {
    case Format::png:
      return set_png(reader, encoding);
    case Format::svg:
      if (encoding.as_it_is) return;
      if (encoding.inside == Format::jpg) return set_lossy(options, Format::jpg, encoding);
      return set_png(reader, encoding);
    case Format::tiff:
    case Format::blur:
    case Format::thumbhash:
      return;
    default:
      return set_lossy(options, encoding.format, encoding);
  }
}

void set_file_details(const Options& options, Encoding& encoding) {
  const OptionReader reader(stack_options(), options);
  const bool bitmap = encoding.format == Format::jpg || encoding.format == Format::png;
  encoding.interlaced = bitmap && reader.text("interlacing.mode") != "none";
  if (bitmap || encoding.format == Format::tiff)
    encoding.dpi = static_cast<std::int32_t>(reader.optional_integer("dpi").value_or(0));
  encoding.keep_copyright = keeps_copyright(encoding.format) && reader.boolean("keep.copyright");
}

/// A colour that nothing will be flattened onto is no part of what a render means.
void set_transparency(const Options& options, const RenderFacts& facts, Encoding& encoding) {
  const OptionReader reader(stack_options(), options);
  if (!facts.see_through || encoding.as_it_is) return;
  if (const auto color = reader.optional_color("transparency.color")) {
    encoding.flatten_always = true;
    encoding.flatten_onto = *color;
  } else if (!keeps_transparency(encoding.format)) {
    encoding.flatten_onto = reader.color("jpg.transparency.color");
  }
}

/// How far what is without loss may go to become small enough.
std::int32_t quality_with_losses(const Options& options, const Encoding& encoding) {
  constexpr std::int32_t highest = lossless_quality - 1;
  const OptionReader reader(stack_options(), options);
  const Format format = encoding.format == Format::svg ? encoding.inside : encoding.format;
  if (format == Format::png) return static_cast<std::int32_t>(reader.integer(palette_option));
  const bool forbidden = reader.boolean("autoformat") && is_excluded(options, "lossless_to_lossy");
  return forbidden ? std::int32_t{lossless_quality} : std::min(highest, quality(options, format));
}

void set_size(const Options& options, Encoding& encoding) {
  const OptionReader reader(stack_options(), options);
  encoding.max_bytes = static_cast<std::int32_t>(reader.integer(size_option));
  const bool png = encoding.format == Format::png ||
                   (encoding.format == Format::svg && encoding.inside == Format::png && !encoding.as_it_is);
  if (encoding.max_bytes > 0 && (encoding.lossless || png))
    encoding.quality = quality_with_losses(options, encoding);
}

void complete(const Options& options, const RenderFacts& facts, Encoding& encoding) {
  set_compression(options, encoding);
  set_size(options, encoding);
  set_file_details(options, encoding);
  set_transparency(options, facts, encoding);
}

}  // namespace

bool is_excluded(const Options& stack_options, std::string_view conversion) {
  const auto option = stack_options.find("autoformat.exclude");
  if (option == stack_options.end()) return false;
  std::string_view list = std::get<std::string>(option->second);
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (list.substr(0, comma) == conversion) return true;
    list.remove_prefix(std::min(list.size(), comma + 1));
  }
  return false;
}

bool lowers_quality(const OptionReader& stack_options, Format format) {
  const bool is_one_of_those = format == Format::jpg || format == Format::webp;
  return is_one_of_those && stack_options.number("dpr") > high_dpr;
}

Format usual_lossy_format(const Options& options, const RenderFacts& facts, AcceptClass accept) {
  if (!facts.animated && accepts_avif(accept) && !is_excluded(options, "avif")) return Format::avif;
  if (!facts.animated && accepts_jxl(accept) && !is_excluded(options, "jxl")) return Format::jxl;
  return accepts_webp(accept) && !is_excluded(options, "webp") ? Format::webp : Format::jpg;
}

Encoding encoding_in(const Options& stack_options, Format format, bool lossless, const RenderFacts& facts) {
  Encoding encoding;
  encoding.format = format;
  encoding.lossless = lossless && format != Format::png;
  complete(stack_options, facts, encoding);
  return encoding;
}

Encoding choose_encoding(const Options& stack_options, Format requested, const RenderFacts& facts,
                         AcceptClass accept) {
  const Choice choice = choose_format(stack_options, requested, facts, accept);
  Encoding encoding;
  encoding.format = choice.format;
  encoding.lossless = choice.lossless;
  encoding.as_it_is = choice.format == Format::svg && stays_drawing(stack_options, requested, facts);
  encoding.resized = encoding.as_it_is && facts.resized;
  if (choice.format == Format::svg && !is_lossless_source(facts.source)) encoding.inside = Format::jpg;
  complete(stack_options, facts, encoding);
  return encoding;
}

std::optional<Encoding> choose_if_transparent(const Options& stack_options, Format requested,
                                              const RenderFacts& facts, AcceptClass accept) {
  if (!facts.see_through) return std::nullopt;
  if (choose_format(stack_options, requested, facts, accept).format != Format::jpg) return std::nullopt;
  const auto format = format_if_transparent(stack_options, accept);
  if (!format) return std::nullopt;
  Encoding encoding;
  encoding.format = *format;
  if (*format == Format::svg) encoding.inside = Format::jpg;
  complete(stack_options, facts, encoding);
  return encoding;
}

bool varies_on_accept(const Options& stack_options, Format requested, const RenderFacts& facts) {
  const auto formats_for = [&](AcceptClass accept) {
    const auto other = choose_if_transparent(stack_options, requested, facts, accept);
    return std::pair(choose_format(stack_options, requested, facts, accept).format,
                     other ? std::optional(other->format) : std::nullopt);
  };
  const auto usual = formats_for(all_classes.front());
  return std::ranges::any_of(all_classes, [&](AcceptClass accept) { return formats_for(accept) != usual; });
}

}  // namespace rucola::render
