#include "render/worker/tiff_channels.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "render/worker/color.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

constexpr std::uint64_t extra_samples_tag = 338;
constexpr std::uint64_t short_type = 3;

/// Numbers in the byte order of the file, of the width of its kind: TIFF counts with 32 bits, BigTIFF
/// with 64.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes), is_big_endian_(bytes.starts_with("MM")) {}

  /// Nothing past the end.
  [[nodiscard]] std::optional<std::uint64_t> number(std::uint64_t at, std::size_t size) const {
    if (at > bytes_.size() || bytes_.size() - at < size) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t place = static_cast<std::size_t>(at) + (is_big_endian_ ? i : size - 1 - i);
      value = (value << 8U) | static_cast<std::uint8_t>(bytes_[place]);
    }
    return value;
  }
  [[nodiscard]] bool is_bigtiff() const {
    constexpr std::uint64_t version = 43;
    return number(2, 2) == version;
  }

 private:
  std::string_view bytes_;
  bool is_big_endian_;
};

/// How wide the parts of a directory are.
struct Layout {
  std::size_t count;
  std::size_t entry;
  std::size_t offset;
  std::uint64_t first;  ///< where the offset of the first directory lies
};
constexpr Layout tiff{.count = 2, .entry = 12, .offset = 4, .first = 4};
constexpr Layout bigtiff{.count = 8, .entry = 20, .offset = 8, .first = 8};

/// The offset of a page's directory.
std::optional<std::uint64_t> directory_of(const Reader& file, const Layout& layout, std::int32_t page) {
  std::optional<std::uint64_t> at = file.number(layout.first, layout.offset);
  for (std::int32_t i = 1; i < page && at; ++i) {
    const auto entries = file.number(*at, layout.count);
    // More than fit into 32 bits are more than fit into any file.
    if (!entries || *entries > UINT32_MAX) return std::nullopt;
    at = file.number(*at + layout.count + *entries * layout.entry, layout.offset);
  }
  return at;
}

ExtraSample meaning_of(std::uint64_t value) {
  constexpr std::uint64_t of_corel_draw = 999;  // libtiff takes it for opacity, too
  if (value == 1) return ExtraSample::associated_alpha;
  return value == 2 || value == of_corel_draw ? ExtraSample::unassociated_alpha : ExtraSample::unspecified;
}

/// The values of an entry, which lie in it where they fit.
std::vector<ExtraSample> values_of(const Reader& file, const Layout& layout, std::uint64_t entry) {
  constexpr std::uint64_t most = 64;
  constexpr std::size_t size = 2;
  const auto type = file.number(entry + 2, 2);
  const auto count = file.number(entry + 4, layout.offset);
  if (type != short_type || !count || *count > most) return {};
  std::optional<std::uint64_t> at = entry + 4 + layout.offset;
  if (*count * size > layout.offset) at = file.number(*at, layout.offset);
  std::vector<ExtraSample> extra;
  extra.reserve(static_cast<std::size_t>(*count));
  for (std::uint64_t i = 0; i < *count && at; ++i) {
    const auto value = file.number(*at + i * size, size);
    if (!value) break;
    extra.push_back(meaning_of(*value));
  }
  return extra;
}

}  // namespace

std::vector<ExtraSample> tiff_extra_samples(std::string_view bytes, std::int32_t page) {
  const Reader file(bytes);
  const Layout& layout = file.is_bigtiff() ? bigtiff : tiff;
  const auto directory = directory_of(file, layout, page);
  if (!directory) return {};
  const auto entries = file.number(*directory, layout.count);
  for (std::uint64_t i = 0; entries && i < *entries; ++i) {
    const std::uint64_t entry = *directory + layout.count + i * layout.entry;
    const auto tag = file.number(entry, 2);
    if (!tag) break;
    if (*tag == extra_samples_tag) return values_of(file, layout, entry);
  }
  return {};
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
