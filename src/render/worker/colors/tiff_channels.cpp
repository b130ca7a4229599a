#include "render/worker/colors/tiff_channels.h"

#include <algorithm>
#include <cstddef>

#include "render/worker/colors/color.h"
#include "render/worker/structure/tiff_tags.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

constexpr std::uint64_t extra_samples_tag = 338;
constexpr std::uint64_t short_type = 3;

ExtraSample meaning_of(std::uint64_t value) {
  constexpr std::uint64_t of_corel_draw = 999;  // libtiff takes it for opacity, too
  if (value == 1) return ExtraSample::associated_alpha;
  return value == 2 || value == of_corel_draw ? ExtraSample::unassociated_alpha : ExtraSample::unspecified;
}

}  // namespace

std::vector<ExtraSample> tiff_extra_samples(std::string_view bytes, std::int32_t page) {
  constexpr std::uint64_t most = 64;
  constexpr std::size_t size = 2;
  const TiffTags tags(bytes);
  const auto values = tags.find(page, extra_samples_tag, size);
  if (!values || values->type != short_type || values->count > most) return {};
  std::vector<ExtraSample> extra;
  extra.reserve(static_cast<std::size_t>(values->count));
  for (std::uint64_t i = 0; i < values->count; ++i) {
    const auto value = tags.number(values->at + i * size, size);
    if (!value) break;
    extra.push_back(meaning_of(*value));
  }
  return extra;
}

VImage without_other_channels(const VImage& image, const std::vector<ExtraSample>& extra) {
  const int colors = channels_of_color(image);
  if (image.bands() <= colors) return image;
  const auto alpha =
      std::ranges::find_if(extra, [](ExtraSample sample) { return sample != ExtraSample::unspecified; });
  const auto place = static_cast<int>(alpha - extra.begin());
  VImage color = image.extract_band(0, VImage::option()->set("n", colors));
  if (alpha == extra.end() || colors + place >= image.bands()) return color;
  if (place == 0 && image.bands() == colors + 1) return image;
  return color.bandjoin(image.extract_band(colors + place));
}

}  // namespace rucola::render::worker
