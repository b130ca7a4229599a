#include "render/worker/structure/tiff_directory.h"

#include <algorithm>
#include <array>

namespace rucola::render::worker {
namespace {

constexpr std::size_t count_bytes = 2;
constexpr std::size_t entry_bytes = 12;
constexpr std::size_t offset_bytes = 4;
constexpr std::size_t most_entries = 1000;

/// By the number of the type; IFD (13) is that of TIFF's supplement. 0: none that is known.
constexpr std::array<std::uint8_t, 14> bytes_of_type{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
constexpr std::uint16_t byte_type = 1;
constexpr std::uint16_t short_type = 3;
constexpr std::uint16_t long_type = 4;
constexpr std::uint16_t undefined_type = 7;
constexpr std::uint16_t ifd_type = 13;

std::size_t size_of(std::uint16_t type) {
  return type < bytes_of_type.size() ? bytes_of_type.at(type) : 0;
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

std::optional<std::uint16_t> TiffBytes::number16(std::size_t at) const {
  if (at > bytes_.size() || bytes_.size() - at < 2) return std::nullopt;
  const auto first = static_cast<std::uint8_t>(bytes_[at]);
  const auto second = static_cast<std::uint8_t>(bytes_[at + 1]);
  return static_cast<std::uint16_t>(order_ == ByteOrder::big ? first << 8U | second : second << 8U | first);
}

std::optional<std::uint32_t> TiffBytes::number32(std::size_t at) const {
  const auto first = number16(at);
  const auto second = number16(at + 2);
  if (!first || !second) return std::nullopt;
  const bool is_big = order_ == ByteOrder::big;
  return std::uint32_t{is_big ? *first : *second} << 16U | (is_big ? *second : *first);
}

std::optional<TiffDirectory> TiffBytes::directory(std::size_t at) const {
  const std::optional<std::uint16_t> count = number16(at);
  if (!count || *count == 0 || *count > most_entries) return std::nullopt;
  const std::size_t entries_end = at + count_bytes + *count * entry_bytes;
  if (entries_end > bytes_.size()) return std::nullopt;
  TiffDirectory directory;
  directory.entries.reserve(*count);
  for (std::size_t entry = at + count_bytes; entry < entries_end; entry += entry_bytes) {
    TiffEntry read{.tag = *number16(entry), .type = *number16(entry + 2), .count = *number32(entry + 4)};
    const std::uint64_t size = std::uint64_t{read.count} * size_of(read.type);
    read.at = size <= offset_bytes ? entry + 8 : *number32(entry + 8);
    directory.entries.push_back(read);
  }
  // Some makers' notes end without it.
  directory.next = number32(entries_end).value_or(0);
  return directory;
}

std::optional<std::uint32_t> TiffBytes::number(const TiffEntry& entry, std::size_t index) const {
  if (index >= entry.count) return std::nullopt;
  switch (entry.type) {
    case byte_type:
    case undefined_type:
      if (entry.at + index >= bytes_.size()) return std::nullopt;
      return static_cast<std::uint8_t>(bytes_[entry.at + index]);
    case short_type:
      return number16(entry.at + 2 * index);
    case long_type:
    case ifd_type:
      return number32(entry.at + 4 * index);
    default:
      return std::nullopt;
  }
}

std::optional<std::uint32_t> TiffBytes::number(const TiffDirectory& directory, std::uint16_t tag) const {
  const TiffEntry* entry = directory.find(tag);
  return entry == nullptr ? std::nullopt : number(*entry);
}

std::optional<std::string_view> TiffBytes::values(const TiffEntry& entry) const {
  const std::uint64_t size = std::uint64_t{entry.count} * size_of(entry.type);
  if (size == 0 || entry.at > bytes_.size() || bytes_.size() - entry.at < size) return std::nullopt;
  return bytes_.substr(entry.at, static_cast<std::size_t>(size));
}

}  // namespace rucola::render::worker
