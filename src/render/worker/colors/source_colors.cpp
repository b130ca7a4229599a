#include "render/worker/colors/source_colors.h"

#include <optional>
#include <string>

#include "render/worker/colors/color.h"
#include "render/worker/colors/icc_profile.h"
#include "render/worker/colors/named_colors.h"
#include "render/worker/colors/tiff_channels.h"
#include "render/worker/colors/tone_mapping.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

constexpr double highest_of_16_bits = 65535;

/// libvips shifts 10 and 12 bits to the top of 16, so that white, and opaque, are a little less than all.
VImage of_full_range(const VImage& image) {
  if (image.format() != VIPS_FORMAT_USHORT || image.get_typeof(VIPS_META_BITS_PER_SAMPLE) == 0) return image;
  const int bits = image.get_int(VIPS_META_BITS_PER_SAMPLE);
  return bits > 8 && bits < 16 ? image | (image >> bits) : image;
}

/// libvips calls it linear, and hands on what the profile says is not.
VImage of_integers(const VImage& image) {
  if (image.format() != VIPS_FORMAT_FLOAT) return image;
  const bool is_grey = image.bands() < 3;
  return (image * highest_of_16_bits)
      .rint()
      .cast(VIPS_FORMAT_USHORT)
      .copy(VImage::option()->set("interpretation",
                                  is_grey ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_RGB16));
}

VImage not_premultiplied(const VImage& image) {
  if (!image.has_alpha()) return image;
  const double opaque = vips_interpretation_max_alpha(image.interpretation());
  return image.unpremultiply(VImage::option()->set("max_alpha", opaque)).rint().cast(image.format());
}

VImage with_profile(const VImage& image, const std::string& profile) {
  VImage tagged = image.copy();
  vips_image_set_blob_copy(tagged.get_image(), VIPS_META_ICC_NAME, profile.data(), profile.size());
  return tagged;
}

/// Photoshop's Lab is of the white of paper, D50. libvips would take it for that of a screen.
VImage lab_on_screen(const VImage& image) {
  return image.icc_export(
      VImage::option()->set("output_profile", "srgb")->set("intent", VIPS_INTENT_RELATIVE)->set("depth", 8));
}

/// Of the profile: brighter than white, which its tables know nothing of.
std::optional<ColorEncoding> hdr_of_profile(const VImage& image) {
  if (!has_profile(image)) return std::nullopt;
  const auto cicp = cicp_of_profile(profile_of(image));
  const auto encoding = cicp ? encoding_of(*cicp, CicpIn::png) : std::nullopt;
  return encoding && encoding->is_hdr() ? encoding : std::nullopt;
}

bool is_rgb_or_grey(const VImage& image) {
  return (is_grey(image) || is_rgb(image)) &&
         (image.format() == VIPS_FORMAT_UCHAR || image.format() == VIPS_FORMAT_USHORT);
}

/// Where files have no more than one channel besides their colour, that is its opacity.
VImage without_unknown_channels(const VImage& image) {
  const int colors = channels_of_color(image);
  if (image.bands() <= colors + 1) return image;
  return image.extract_band(0, VImage::option()->set("n", colors));
}

VImage with_colors(const VImage& image, const NamedColors& named) {
  VImage tagged =
      profile_fits(image) && !(named.encoding && named.outranks_profile) ? image : without_profile(image);
  if (!is_rgb_or_grey(tagged)) return tagged;
  const std::optional<ColorEncoding> encoding = has_profile(tagged) ? hdr_of_profile(tagged) : named.encoding;
  if (!encoding || encoding->is_srgb()) return tagged;
  if (encoding->is_hdr()) return tone_mapped(without_profile(tagged), *encoding);
  const auto profile = icc_profile(*encoding, is_grey(tagged) ? ProfileSpace::grey : ProfileSpace::rgb);
  return profile ? with_profile(tagged, *profile) : tagged;
}

}  // namespace

VImage as_meant(const VImage& image, std::string_view bytes, Format format, std::int32_t page) {
  switch (format) {
    case Format::png:
      return with_colors(image, named_in_png(bytes));
    case Format::avif:
    case Format::heif:
      return as_named(of_full_range(image), named_in_heif(bytes));
    case Format::jxl:
      return with_colors(of_integers(without_unknown_channels(image)), named_in_jxl(bytes));
    case Format::tiff:
      return with_colors(without_other_channels(image, tiff_extra_samples(bytes, page)), {});
    case Format::psd:
      if (image.interpretation() == VIPS_INTERPRETATION_LAB) return without_profile(lab_on_screen(image));
      return with_colors(image, {});
    default:
      return with_colors(without_unknown_channels(image), {});
  }
}

VImage as_named(const VImage& image, const NamedColors& named) {
  return with_colors(named.premultiplied_alpha ? not_premultiplied(image) : image, named);
}

VImage in_encoding(const VImage& image, const std::optional<ColorEncoding>& encoding) {
  return with_colors(image, {.encoding = encoding});
}

}  // namespace rucola::render::worker
