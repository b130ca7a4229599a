#include "render/planning/smaller_encodings.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "render/stack/options.h"

namespace rucola::render {
namespace {

/// What a copy has to score, by optim.quality from 0 to 10. Over photos, 5 comes to a JPEG quality of 60 to
/// 85 and 10 to one of about 90.
constexpr std::array<double, 11> scores{49, 55, 62, 67, 71, 75, 79, 82, 84.5, 87, 88.5};
/// Who asks for a quality gets it; who doesn't gets no larger file than at once.
constexpr std::int32_t as_good_as_lossless = 95;
/// A palette that scores as much can't be told from all the colours, even where the two take turns on the
/// screen.
constexpr double palette_score = 90;
/// The pngquant.quality that forbids a palette.
constexpr std::int64_t all_colors = 100;
/// Of an encoding of at most so many bytes: it stays as it is or is none.
constexpr std::int32_t no_losses = 100;
/// A lossless file may be a quarter larger than one with losses.
constexpr double lossless_counts = 0.8;

bool is_any_of(Format format, std::initializer_list<Format> formats) {
  return std::ranges::find(formats, format) != formats.end();
}

bool has_quality(Format format) {
  return is_any_of(format, {Format::jpg, Format::webp, Format::avif, Format::heif, Format::jxl, Format::jp2});
}

bool is_lossless(const Encoding& encoding) {
  return encoding.format == Format::png ||
         (encoding.lossless && is_any_of(encoding.format, {Format::webp, Format::jxl}));
}

bool can_have_palette(Format format) {
  return is_any_of(format, {Format::png, Format::webp});
}

bool quality_is_given(const OptionReader& reader, Format format) {
  return reader.is_given(std::string(name_of(format)) + ".quality");
}

double score_wanted(const OptionReader& reader, Format format) {
  auto quality = static_cast<std::size_t>(reader.integer("optim.quality"));
  if (!reader.is_given("optim.quality") && lowers_quality(reader, format)) --quality;
  return scores.at(quality);
}

bool is_searched(const OptionReader& reader, const Encoding& encoding) {
  if (encoding.lossless || !has_quality(encoding.format)) return false;
  return reader.is_given("optim.quality") || !quality_is_given(reader, encoding.format);
}

bool may_become_progressive(const OptionReader& reader, const Encoding& encoding) {
  return encoding.format == Format::jpg && !reader.is_given("interlacing.mode");
}

Encoding with_palette(Encoding encoding, std::int64_t quality) {
  encoding.palette_quality = static_cast<std::int32_t>(quality);
  encoding.min_score = palette_score;
  return encoding;
}

/// What holds the picture of a lossy one without loss; none where that is not wanted.
std::optional<Format> lossless_instead(const Options& options, const Encoding& first) {
  const OptionReader reader(stack_options(), options);
  if (first.lossless || is_excluded(options, "lossy_to_lossless") || quality_is_given(reader, first.format))
    return {};
  if (first.format == Format::webp) return Format::webp;
  if (!reader.boolean("autoformat")) return {};
  if (first.format == Format::avif && !is_excluded(options, "webp")) return Format::webp;
  return is_any_of(first.format, {Format::jpg, Format::avif}) ? std::optional(Format::png) : std::nullopt;
}

/// The other way round.
std::optional<Format> lossy_instead(const Options& options, const Encoding& first, const RenderFacts& facts,
                                    AcceptClass accept) {
  const OptionReader reader(stack_options(), options);
  if (!reader.boolean("autoformat") || is_excluded(options, "lossless_to_lossy")) return {};
  if (quality_is_given(reader, first.format)) return {};  // 100, which asks for no loss
  return usual_lossy_format(options, facts, accept);
}

class Candidates {
 public:
  Candidates(const Options& options, const RenderFacts& facts) : options_(options), facts_(facts) {}

  /// Frames are not compared one by one.
  void add_packed(Encoding encoding) {
    encoding.thorough = true;
    found_.push_back(encoding);
  }

  void add(const Encoding& encoding) { found_.push_back(smaller_encoding(options_, encoding)); }

  void add_lossless(Encoding encoding) {
    if (!is_excluded(options_, "lossy_to_lossless_if_bigger")) encoding.size_counts = lossless_counts;
    add(encoding);
    const OptionReader reader(stack_options(), options_);
    const bool exact = quality_is_given(reader, encoding.format);
    const bool has_palette = encoding.palette_quality > 0;
    const std::int64_t quality = reader.integer("pngquant.quality");
    if (!exact && !has_palette && quality < all_colors && can_have_palette(encoding.format))
      found_.push_back(with_palette(found_.back(), quality));
  }

  /// It has to look as the lossy one does, also where that has a colour in place of transparency.
  void add_lossless_instead(const Encoding& lossy, Format format) {
    Encoding encoding = encoding_in(options_, format, true, facts_);
    if (facts_.see_through && !keeps_transparency(lossy.format)) {
      encoding.flatten_always = true;
      encoding.flatten_onto = lossy.flatten_onto;
    }
    if (encoding.max_bytes > 0) encoding.quality = no_losses;  // those the lossy one has
    add_lossless(encoding);
  }

  void add_lossy(Format format) { add(encoding_in(options_, format, false, facts_)); }

  std::vector<Encoding> take() { return std::move(found_); }

 private:
  const Options& options_;
  const RenderFacts& facts_;
  std::vector<Encoding> found_;
};

}  // namespace

Encoding quick_encoding(const Options& options, Encoding first) {
  const OptionReader reader(stack_options(), options);
  const bool has_efforts = is_any_of(first.format, {Format::webp, Format::avif, Format::png});
  const bool asked_for = first.format == Format::png && reader.is_given("png.compression_level");
  const bool may_lose_for_it = first.max_bytes > 0 && (first.format == Format::png || first.lossless);
  first.quick = has_efforts && !asked_for && !may_lose_for_it;
  return first;
}

Encoding smaller_encoding(const Options& options, Encoding first) {
  const OptionReader reader(stack_options(), options);
  first.thorough = true;
  first.may_be_interlaced = may_become_progressive(reader, first);
  if (!is_searched(reader, first)) return first;
  first.min_score = score_wanted(reader, first.format);
  if (reader.is_given("optim.quality")) first.quality = as_good_as_lossless;
  return first;
}

bool may_grow(const Options& options, const Encoding& first) {
  const OptionReader reader(stack_options(), options);
  return reader.is_given("optim.quality") && is_searched(reader, first);
}

std::vector<Encoding> smaller_encodings(const Options& options, const Encoding& first,
                                        const RenderFacts& facts, AcceptClass accept) {
  const OptionReader reader(stack_options(), options);
  if (reader.boolean("optim.disable_all")) return {};
  Candidates candidates(options, facts);
  if (facts.animated && keeps_animation(first.format)) {
    if (is_any_of(first.format, {Format::gif, Format::webp})) candidates.add_packed(first);
  } else if (first.as_it_is) {
    candidates.add_packed(first);
  } else if (is_lossless(first)) {
    candidates.add_lossless(first);
    if (const auto lossy = lossy_instead(options, first, facts, accept)) candidates.add_lossy(*lossy);
  } else if (has_quality(first.format)) {
    candidates.add(first);
    if (const auto lossless = lossless_instead(options, first))
      candidates.add_lossless_instead(first, *lossless);
  }
  return candidates.take();
}

}  // namespace rucola::render
