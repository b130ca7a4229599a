#include "render/worker/structure/tiff_directory.h"

#include <algorithm>

namespace rucola::render::worker {
namespace {

constexpr std::uint64_t most_entries = 4096;

/// How many bytes the parts of a directory have.
struct Widths {
  std::size_t count;
  std::size_t entry;
  std::size_t offset;
};

constexpr Widths widths_of(TiffKind kind) {
  constexpr Widths of_tiff{.count = 2, .entry = 12, .offset = 4};
  constexpr Widths of_bigtiff{.count = 8, .entry = 20, .offset = 8};
  return kind == TiffKind::bigtiff ? of_bigtiff : of_tiff;
}

}  // namespace

std::optional<ByteOrder> byte_order_of(std::string_view mark) {
  if (mark.starts_with("II")) return ByteOrder::little;
  return mark.starts_with("MM") ? std::optional(ByteOrder::big) : std::nullopt;
}

const TiffEntry* TiffDirectory::find(std::uint16_t tag) const {
  const auto entry = std::ranges::find(entries, tag, &TiffEntry::tag);
  return entry == entries.end() ? nullptr : &*entry;
}

std::optional<std::uint64_t> TiffBytes::number_of(std::size_t bytes, std::uint64_t at) const {
  if (at > bytes_.size() || bytes_.size() - at < bytes) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    const std::size_t place = static_cast<std::size_t>(at) + (order_ == ByteOrder::big ? i : bytes - 1 - i);
    value = (value << 8U) | static_cast<std::uint8_t>(bytes_[place]);
  }
  return value;
}

std::optional<std::uint16_t> TiffBytes::number16(std::uint64_t at) const {
  const auto value = number_of(sizeof(std::uint16_t), at);
  return value ? std::optional(static_cast<std::uint16_t>(*value)) : std::nullopt;
}

std::optional<std::uint32_t> TiffBytes::number32(std::uint64_t at) const {
  const auto value = number_of(sizeof(std::uint32_t), at);
  return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
}

std::optional<std::uint64_t> TiffBytes::number64(std::uint64_t at) const {
  return number_of(sizeof(std::uint64_t), at);
}

std::optional<TiffBytes::Entries> TiffBytes::entries_at(std::uint64_t at) const {
  const Widths widths = widths_of(kind_);
  const auto count = number_of(widths.count, at);
  if (!count || *count == 0 || *count > most_entries) return std::nullopt;
  const std::uint64_t begin = at + widths.count;
  const std::uint64_t size = *count * widths.entry;
  if (bytes_.size() - begin < size) return std::nullopt;
  return Entries{.begin = begin, .end = begin + size};
}

TiffEntry TiffBytes::entry_at(std::uint64_t at) const {
  constexpr std::size_t type_at = 2;
  constexpr std::size_t count_at = 4;
  const std::size_t offset = widths_of(kind_).offset;
  TiffEntry entry{.tag = *number16(at),
                  .type = static_cast<TiffType>(*number16(at + type_at)),
                  .count = *number_of(offset, at + count_at)};
  const std::uint64_t values_at = at + count_at + offset;
  const std::size_t size = bytes_of(entry.type);
  const bool fit = size == 0 || entry.count <= offset / size;
  entry.at = fit ? values_at : *number_of(offset, values_at);
  return entry;
}

std::optional<TiffDirectory> TiffBytes::directory(std::uint64_t at) const {
  const Widths widths = widths_of(kind_);
  const std::optional<Entries> entries = entries_at(at);
  if (!entries) return std::nullopt;
  TiffDirectory directory;
  directory.entries.reserve(static_cast<std::size_t>((entries->end - entries->begin) / widths.entry));
  for (std::uint64_t entry = entries->begin; entry < entries->end; entry += widths.entry)
    directory.entries.push_back(entry_at(entry));
  // Some makers' notes end without it.
  directory.next = number_of(widths.offset, entries->end).value_or(0);
  return directory;
}

std::optional<std::uint64_t> TiffBytes::next_of(std::uint64_t at) const {
  const std::optional<Entries> entries = entries_at(at);
  if (!entries) return std::nullopt;
  return number_of(widths_of(kind_).offset, entries->end).value_or(0);
}

std::optional<std::uint32_t> TiffBytes::number(const TiffEntry& entry, std::uint64_t index) const {
  const std::size_t size = bytes_of(entry.type);
  // No file has so many.
  if (index >= entry.count || index > UINT32_MAX || entry.at > bytes_.size()) return std::nullopt;
  switch (entry.type) {
    case TiffType::byte:
    case TiffType::undefined:
    case TiffType::short_number:
    case TiffType::long_number:
    case TiffType::directory: {
      const auto value = number_of(size, entry.at + size * index);
      return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

std::optional<std::uint32_t> TiffBytes::number(const TiffDirectory& directory, std::uint16_t tag) const {
  const TiffEntry* entry = directory.find(tag);
  return entry == nullptr ? std::nullopt : number(*entry);
}

std::optional<std::string_view> TiffBytes::values(const TiffEntry& entry) const {
  const std::size_t size = bytes_of(entry.type);
  if (size == 0 || entry.count == 0 || entry.at > bytes_.size()) return std::nullopt;
  if (entry.count > (bytes_.size() - entry.at) / size) return std::nullopt;
  return bytes_.substr(static_cast<std::size_t>(entry.at), static_cast<std::size_t>(entry.count) * size);
}

}  // namespace rucola::render::worker
