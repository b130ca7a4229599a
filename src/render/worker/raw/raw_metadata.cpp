#include "render/worker/raw/raw_metadata.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "render/worker/raw/cr3_boxes.h"
#include "render/worker/raw/raw_format.h"
#include "render/worker/structure/tiff_directory.h"

namespace rucola::render::worker {
namespace {

constexpr std::uint16_t exif_tag = 0x8769;
constexpr std::uint16_t gps_tag = 0x8825;
constexpr std::uint16_t xmp_tag = 0x02bc;
constexpr std::uint16_t iptc_tag = 0x83bb;

constexpr std::size_t tiff_header = 8;
constexpr std::size_t entry_bytes = 12;
constexpr std::size_t bytes_in_entry = 4;

/// One directory of a file.
struct Part {
  TiffBytes file;
  TiffDirectory directory;
};

std::optional<Part> part_at(const TiffBytes& file, std::optional<std::uint32_t> at) {
  auto directory = at ? file.directory(*at) : std::nullopt;
  if (!directory) return std::nullopt;
  return Part{.file = file, .directory = *std::move(directory)};
}

/// The first directory of a TIFF.
std::optional<Part> first_part(std::string_view bytes) {
  const std::optional<TiffBytes> file = raw_tiff(bytes);
  return file ? part_at(*file, file->number32(4)) : std::nullopt;
}

std::optional<Part> part_below(const Part& first, std::uint16_t tag) {
  return part_at(first.file, first.file.number(first.directory, tag));
}

/// What is said of the picture; the rest of a RAW's first directory is about its sensor's data.
bool is_of_image(std::uint16_t tag) {
  constexpr std::array<std::uint16_t, 7> tags{0x010e, 0x010f, 0x0110, 0x0131, 0x0132, 0x013b, 0x8298};
  return std::ranges::find(tags, tag) != tags.end();
}

/// Everything but what points elsewhere: the maker's note, and the directory of interoperability.
bool is_of_photo(std::uint16_t tag) {
  return tag != 0x927c && tag != 0xa005;
}

bool is_of_place(std::uint16_t /*tag*/) {
  return true;
}

/// An entry that is taken over.
struct Item {
  std::uint16_t tag;
  TiffType type;
  std::uint64_t count;
  std::string values;
};

using Items = std::vector<Item>;

/// Many values may lie in the same place. A block of more than the longest is left out by its reader.
class Room {
 public:
  bool take(std::size_t bytes) {
    if (used_ > longest) return false;
    used_ += bytes + entry_bytes;
    return true;
  }

 private:
  static constexpr std::size_t longest = std::size_t{64} << 10;
  std::size_t used_ = 0;
};

Items items_of(const std::optional<Part>& part, ByteOrder order, bool (*is_wanted)(std::uint16_t),
               Room& room) {
  Items items;
  if (!part || part->file.order() != order) return items;
  for (const TiffEntry& entry : part->directory.entries) {
    const auto values = is_wanted(entry.tag) ? part->file.values(entry) : std::optional<std::string_view>();
    if (values && room.take(values->size()))
      items.push_back(
          {.tag = entry.tag, .type = entry.type, .count = entry.count, .values = std::string(*values)});
  }
  return items;
}

std::string number_text(std::uint64_t number, std::size_t bytes, ByteOrder order) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) {
    const std::size_t place = order == ByteOrder::big ? bytes - 1 - i : i;
    text += static_cast<char>(number >> (8 * place));
  }
  return text;
}

std::size_t bytes_behind_entry(const Item& item) {
  return item.values.size() <= bytes_in_entry ? 0 : item.values.size() + item.values.size() % 2;
}

std::size_t size_of(const Items& items) {
  std::size_t size = 2 + items.size() * entry_bytes + 4;
  for (const Item& item : items)
    size += bytes_behind_entry(item);
  return size;
}

/// A directory that begins at `at`, and its values behind it.
std::string directory_of(const Items& items, std::size_t at, ByteOrder order) {
  std::string entries = number_text(items.size(), 2, order);
  std::string behind;
  const std::size_t behind_at = at + 2 + items.size() * entry_bytes + 4;
  for (const Item& item : items) {
    entries += number_text(item.tag, 2, order) +
               number_text(static_cast<std::uint16_t>(item.type), 2, order) +
               number_text(item.count, 4, order);
    if (item.values.size() <= bytes_in_entry) {
      entries += item.values + std::string(bytes_in_entry - item.values.size(), '\0');
      continue;
    }
    entries += number_text(behind_at + behind.size(), bytes_in_entry, order);
    behind += item.values + std::string(item.values.size() % 2, '\0');
  }
  return entries + number_text(0, 4, order) + behind;
}

Item pointer(std::uint16_t tag, std::size_t at, ByteOrder order) {
  return {.tag = tag, .type = TiffType::long_number, .count = 1, .values = number_text(at, 4, order)};
}

std::string exif_of(const Part& image, const std::optional<Part>& photo, const std::optional<Part>& gps) {
  const ByteOrder order = image.file.order();
  Room room;
  Items first = items_of(image, order, is_of_image, room);
  const Items second = items_of(photo, order, is_of_photo, room);
  const Items third = items_of(gps, order, is_of_place, room);
  if (first.empty() && second.empty() && third.empty()) return {};
  // Each pointer has its place in the first directory, whose size tells where the others begin.
  const std::size_t second_at = tiff_header + size_of(first) + 2 * entry_bytes;
  const std::size_t third_at = second_at + size_of(second);
  first.push_back(pointer(exif_tag, second_at, order));
  first.push_back(pointer(gps_tag, third_at, order));
  return std::string(order == ByteOrder::big ? "MM" : "II") + number_text(42, 2, order) +
         number_text(tiff_header, 4, order) + directory_of(first, tiff_header, order) +
         directory_of(second, second_at, order) + directory_of(third, third_at, order);
}

std::string_view values_of(const Part& part, std::uint16_t tag) {
  const TiffEntry* entry = part.directory.find(tag);
  return entry == nullptr ? std::string_view() : part.file.values(*entry).value_or("");
}

RawMetadata metadata_of_cr3(std::string_view bytes) {
  const Cr3Texts texts = cr3_texts(bytes);
  const std::optional<Part> image = first_part(texts.image);
  if (!image) return {.xmp = texts.xmp};
  return {.exif = exif_of(*image, first_part(texts.photo), first_part(texts.gps)), .xmp = texts.xmp};
}

}  // namespace

RawMetadata read_raw_metadata(std::string_view bytes, Format format) {
  if (format == Format::cr3) return metadata_of_cr3(bytes);
  const std::optional<Part> image = first_part(bytes);
  if (!image) return {};
  return {.exif = exif_of(*image, part_below(*image, exif_tag), part_below(*image, gps_tag)),
          .iptc = values_of(*image, iptc_tag),
          .xmp = values_of(*image, xmp_tag)};
}

}  // namespace rucola::render::worker
