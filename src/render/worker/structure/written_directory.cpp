#include "render/worker/structure/written_directory.h"

#include <utility>

#include "render/worker/structure/number_bytes.h"

namespace rucola::render::worker {
namespace {

constexpr std::size_t short_size = 2;
constexpr std::size_t offset_size = 4;

}  // namespace

void WrittenDirectory::add(std::uint16_t tag, TiffType type, std::string bytes) {
  std::string head = little_endian_bytes(tag, short_size) +
                     little_endian_bytes(static_cast<std::uint16_t>(type), short_size) +
                     little_endian_bytes(bytes.size(), offset_size);
  entries_[tag] = {.head = std::move(head), .values = std::move(bytes)};
}

void WrittenDirectory::add_entry(std::uint16_t tag, std::string_view entry) {
  entries_[tag] = {.head = std::string(entry), .values = {}};
}

std::string WrittenDirectory::written(std::size_t at, std::uint32_t next) const {
  std::string directory = little_endian_bytes(entries_.size(), short_size);
  const std::size_t values_at = at + short_size + entries_.size() * entry_size + offset_size;
  std::string values;
  for (const auto& [tag, entry] : entries_) {
    directory += entry.head;
    if (entry.head.size() == entry_size) continue;
    if (entry.values.size() <= offset_size) {
      directory += entry.values + std::string(offset_size - entry.values.size(), '\0');
      continue;
    }
    directory += little_endian_bytes(values_at + values.size(), offset_size);
    values += entry.values;
    if (values.size() % 2 == 1) values += '\0';
  }
  return directory + little_endian_bytes(next, offset_size) + values;
}

}  // namespace rucola::render::worker
