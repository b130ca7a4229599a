#include "render/worker/structure/tiff_tags.h"

namespace rucola::render::worker {

/// How wide the parts of a directory are.
struct TiffTags::Layout {
  std::size_t count;
  std::size_t entry;
  std::size_t offset;
  std::uint64_t first;  ///< where the offset of the first directory lies
};

const TiffTags::Layout& TiffTags::layout() const {
  static constexpr Layout tiff{.count = 2, .entry = 12, .offset = 4, .first = 4};
  static constexpr Layout bigtiff{.count = 8, .entry = 20, .offset = 8, .first = 8};
  constexpr std::uint64_t version_of_bigtiff = 43;
  return number(2, 2) == version_of_bigtiff ? bigtiff : tiff;
}

std::optional<std::uint64_t> TiffTags::number(std::uint64_t at, std::size_t size) const {
  if (at > bytes_.size() || bytes_.size() - at < size) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t place = static_cast<std::size_t>(at) + (is_big_endian_ ? i : size - 1 - i);
    value = (value << 8U) | static_cast<std::uint8_t>(bytes_[place]);
  }
  return value;
}

std::optional<std::uint64_t> TiffTags::directory_of(std::int32_t page) const {
  const Layout& widths = layout();
  std::optional<std::uint64_t> at = number(widths.first, widths.offset);
  for (std::int32_t i = 1; i < page && at; ++i) {
    const auto entries = number(*at, widths.count);
    // More than fit into 32 bits are more than fit into any file.
    if (!entries || *entries > UINT32_MAX) return std::nullopt;
    at = number(*at + widths.count + *entries * widths.entry, widths.offset);
  }
  return at;
}

std::optional<TiffTags::Values> TiffTags::values_of(std::uint64_t entry, std::size_t size) const {
  const Layout& widths = layout();
  const auto type = number(entry + 2, 2);
  const auto count = number(entry + 4, widths.offset);
  if (!type || !count) return std::nullopt;
  std::optional<std::uint64_t> at = entry + 4 + widths.offset;
  if (*count > widths.offset / size) at = number(*at, widths.offset);
  if (!at) return std::nullopt;
  return Values{.type = *type, .count = *count, .at = *at};
}

std::optional<TiffTags::Values> TiffTags::find(std::int32_t page, std::uint64_t tag, std::size_t size) const {
  const Layout& widths = layout();
  const auto directory = directory_of(page);
  if (!directory) return std::nullopt;
  const auto entries = number(*directory, widths.count);
  for (std::uint64_t i = 0; entries && i < *entries; ++i) {
    const std::uint64_t entry = *directory + widths.count + i * widths.entry;
    const auto found = number(entry, 2);
    if (!found) break;
    if (*found == tag) return values_of(entry, size);
  }
  return std::nullopt;
}

std::string_view TiffTags::text(std::int32_t page, std::uint64_t tag, std::size_t most_bytes) const {
  constexpr std::uint64_t ascii_type = 2;
  const auto values = find(page, tag, 1);
  if (!values || values->type != ascii_type || values->count > most_bytes) return {};
  if (values->at > bytes_.size() || bytes_.size() - values->at < values->count) return {};
  return bytes_.substr(static_cast<std::size_t>(values->at), static_cast<std::size_t>(values->count));
}

}  // namespace rucola::render::worker
