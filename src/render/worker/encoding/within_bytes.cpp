#include "render/worker/encoding/within_bytes.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "render/plan/no_file_fits.h"
#include "render/worker/encoding/encode.h"
#include "render/worker/encoding/quality_search.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

/// What of an encoding is lowered, and how far.
struct Scale {
  std::int32_t Encoding::* member;
  std::int32_t lowest;
  QualityUnit unit = QualityUnit::of_its_own;
};
constexpr Scale quality_scale{.member = &Encoding::quality, .lowest = 1};
constexpr Scale decibel_scale{.member = &Encoding::quality, .lowest = 1, .unit = QualityUnit::decibels};
constexpr Scale palette_scale{.member = &Encoding::palette_quality, .lowest = 10};

/// In an SVG, of the bitmap that is its size.
Format format_of_pixels(const Encoding& encoding) {
  return encoding.format == Format::svg ? encoding.inside : encoding.format;
}

/// Of what is without loss: it stays so.
constexpr std::int32_t no_losses = 100;

bool is_without_loss(const Encoding& encoding) {
  return encoding.lossless || (format_of_pixels(encoding) == Format::png && encoding.palette_quality == 0);
}

std::optional<Scale> scale_of(const Encoding& encoding) {
  switch (format_of_pixels(encoding)) {
    case Format::png:
      return palette_scale;
    case Format::jpg:
    case Format::webp:
    case Format::avif:
    case Format::heif:
    case Format::jxl:
      return quality_scale;
    case Format::jp2:
      return decibel_scale;
    default:
      return std::nullopt;
  }
}

/// What becomes of one without loss that is too large: nothing where that is not wanted.
std::optional<Encoding> with_losses(Encoding encoding) {
  if (encoding.quality == no_losses) return std::nullopt;
  encoding.lossless = false;
  encoding.palette_quality = format_of_pixels(encoding) == Format::png ? encoding.quality : 0;
  return encoding;
}

bool fits(const std::string& bytes, const Encoding& encoding) {
  return std::cmp_less_equal(bytes.size(), encoding.max_bytes);
}

std::expected<std::string, TooLarge> if_it_fits(std::string bytes, const Encoding& encoding) {
  if (fits(bytes, encoding)) return bytes;
  return std::unexpected(TooLarge{bytes.size(), encoding});
}

/// PNG becomes much smaller with more effort; WebP a little, for much more time.
bool gains_by_effort(const Encoding& encoding) {
  if (encoding.thorough) return false;
  return format_of_pixels(encoding) == Format::png ||
         (encoding.format == Format::webp && encoding.quality == no_losses);
}

/// Before anything of the picture is given up, more time is.
std::expected<std::string, TooLarge> encode_without_loss(const VImage& pixels, Encoding encoding,
                                                         const CopyrightNotice& notice) {
  auto written = if_it_fits(encode(pixels, encoding, notice), encoding);
  if (written || !gains_by_effort(encoding)) return written;
  encoding.quick = false;
  encoding.thorough = true;
  return if_it_fits(encode(pixels, encoding, notice), encoding);
}

std::expected<std::string, TooLarge> encode_lowered(const VImage& pixels, Encoding encoding,
                                                    const CopyrightNotice& notice, const Scale& scale) {
  const std::int32_t highest = encoding.*scale.member;
  std::string best;
  TooLarge smallest;
  const auto bytes_with = [&](std::int32_t quality) {
    encoding.*scale.member = quality;
    std::string bytes = encode(pixels, encoding, notice);
    const std::size_t size = bytes.size();
    smallest = smaller_of(smallest, {size, encoding});
    if (fits(bytes, encoding)) best = std::move(bytes);
    return size;
  };
  const auto found = highest_quality_within(
      static_cast<std::size_t>(encoding.max_bytes),
      {.lowest = std::min(scale.lowest, highest), .highest = highest, .unit = scale.unit}, bytes_with);
  if (found) return best;
  return std::unexpected(smallest);
}

std::expected<std::string, TooLarge> encode_with_losses(const VImage& pixels, const Encoding& encoding,
                                                        const CopyrightNotice& notice) {
  const auto scale = scale_of(encoding);
  return scale ? encode_lowered(pixels, encoding, notice, *scale)
               : if_it_fits(encode(pixels, encoding, notice), encoding);
}

/// What else to do about it. A hash has as many bytes as it has.
std::string advice(const Encoding& encoding, bool was_lowered) {
  if (encoding.format == Format::blur || encoding.format == Format::thumbhash) return "Allow more bytes.";
  const std::string always = "Make the picture smaller (resize), allow more bytes";
  if (was_lowered) return always + ".";
  const std::string name(name_of(encoding.format));
  if (is_video(encoding.format)) return always + ", or set a lower \"" + name + ".quality\".";
  return always + ", or ask for a format with a quality (jpg, webp, avif).";
}

}  // namespace

TooLarge smaller_of(const TooLarge& one, const TooLarge& other) {
  return one.bytes == 0 || other.bytes < one.bytes ? other : one;
}

std::expected<std::string, TooLarge> encode_within_bytes(const VImage& pixels, const Encoding& encoding,
                                                         const CopyrightNotice& notice) {
  if (encoding.max_bytes == 0) return encode(pixels, encoding, notice);
  if (!is_without_loss(encoding)) return encode_with_losses(pixels, encoding, notice);
  auto exact = encode_without_loss(pixels, encoding, notice);
  const auto lossy = with_losses(encoding);
  if (exact || !lossy) return exact;
  auto lowered = encode_with_losses(pixels, *lossy, notice);
  // A palette may make a larger file.
  if (!lowered) lowered = std::unexpected(smaller_of(lowered.error(), exact.error()));
  return lowered;
}

Error too_large_error(const TooLarge& smallest) {
  const Encoding& encoding = smallest.encoding;
  const std::string name(name_of(encoding.format));
  const bool lowered = !is_without_loss(encoding) && scale_of(encoding);
  return {.code = ErrorCode::unprocessable,
          .message = {"The render has " + std::to_string(smallest.bytes) + " bytes as " + name +
                      (lowered ? " of the lowest quality" : "") + ", more than the " +
                      std::to_string(encoding.max_bytes) + " of the stack option \"max_bytes\"" +
                      (lowered ? "" : "; nothing of it is lowered to make it smaller") + ". " +
                      advice(encoding, lowered)},
          .detail = {std::string(no_file_fits)}};
}

}  // namespace rucola::render::worker
