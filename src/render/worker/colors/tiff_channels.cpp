#include "render/worker/colors/tiff_channels.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "render/worker/colors/color.h"
#include "render/worker/structure/tiff_page.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

constexpr std::uint16_t extra_samples_tag = 338;

ExtraSample meaning_of(std::uint32_t value) {
  constexpr std::uint32_t of_corel_draw = 999;  // libtiff takes it for opacity, too
  if (value == 1) return ExtraSample::associated_alpha;
  return value == 2 || value == of_corel_draw ? ExtraSample::unassociated_alpha : ExtraSample::unspecified;
}

}  // namespace

std::vector<ExtraSample> tiff_extra_samples(std::string_view bytes, std::int32_t page) {
  constexpr std::uint64_t most = 64;
  const std::optional<TiffPage> found = tiff_page(bytes, page);
  const TiffEntry* entry = found ? found->directory.find(extra_samples_tag) : nullptr;
  if (entry == nullptr || entry->count > most) return {};
  std::vector<ExtraSample> extra;
  extra.reserve(static_cast<std::size_t>(entry->count));
  for (std::uint64_t i = 0; i < entry->count; ++i) {
    const auto value = found->file.number(*entry, i);
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
