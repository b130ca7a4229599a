#include "render/worker/raw/raw_preview.h"

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "render/worker/raw/cr3_boxes.h"
#include "render/worker/raw/makers_notes.h"
#include "render/worker/raw/raw_candidates.h"
#include "render/worker/raw/raw_format.h"
#include "render/worker/structure/big_endian.h"
#include "render/worker/structure/structure_fault.h"
#include "render/worker/structure/tiff_directory.h"

namespace rucola::render::worker {
namespace {

constexpr std::uint16_t kind_tag = 0x00fe;
constexpr std::uint16_t compression_tag = 0x0103;
constexpr std::uint16_t orientation_tag = 0x0112;

/// Tags that say where something lies, and how many bytes it has.
struct Place {
  std::uint16_t offset;
  std::uint16_t size;
};
constexpr Place jpeg_of_exif{.offset = 0x0201, .size = 0x0202};
constexpr Place strips{.offset = 0x0111, .size = 0x0117};
constexpr Place tiles{.offset = 0x0144, .size = 0x0145};

/// Of one piece: what is in several is no JPEG by itself.
void add_place(const TiffBytes& file, const TiffDirectory& directory, const Place& place,
               RawCandidates& candidates) {
  const TiffEntry* offset = directory.find(place.offset);
  const TiffEntry* size = directory.find(place.size);
  if (offset == nullptr || size == nullptr || offset->count != 1 || size->count != 1) return;
  const auto at = file.number(*offset);
  const auto bytes = file.number(*size);
  if (at && bytes) candidates.add(*at, *bytes);
}

bool is_jpeg(const TiffBytes& file, const TiffDirectory& directory) {
  constexpr std::uint32_t as_first = 6;  // in TIFF 6.0, and in Canon's files
  constexpr std::uint32_t as_later = 7;  // in TIFF's supplement, and in DNG
  const auto compression = file.number(directory, compression_tag);
  return compression == as_first || compression == as_later;
}

/// And no depth map, mask, or enhanced data of the sensor, which lie beside the picture in DNG.
bool may_be_a_preview(const TiffBytes& file, const TiffDirectory& directory) {
  constexpr std::uint32_t main_picture = 0;
  constexpr std::uint32_t smaller_one = 1;
  constexpr std::uint32_t smaller_alternative = 0x10001;
  const std::uint32_t kind = file.number(directory, kind_tag).value_or(main_picture);
  return kind == main_picture || kind == smaller_one || kind == smaller_alternative;
}

void add_of_directory(const TiffBytes& file, const TiffDirectory& directory, RawCandidates& candidates) {
  if (!may_be_a_preview(file, directory)) return;
  add_place(file, directory, jpeg_of_exif, candidates);
  if (!is_jpeg(file, directory)) return;
  add_place(file, directory, strips, candidates);
  add_place(file, directory, tiles, candidates);
}

/// As the values of an entry: the one that all have, and a larger one of newer cameras.
void add_of_panasonic(const TiffDirectory& directory, RawCandidates& candidates) {
  constexpr std::array<std::uint16_t, 2> tags{0x002e, 0x0127};
  for (const std::uint16_t tag : tags) {
    if (const TiffEntry* entry = directory.find(tag)) candidates.add(entry->at, entry->count);
  }
}

std::int32_t orientation_of(const TiffBytes& file, const TiffDirectory& directory) {
  const auto found = file.number(directory, orientation_tag);
  return found && *found >= 1 && *found <= 8 ? static_cast<std::int32_t>(*found) : 1;
}

/// The orientation that it says.
std::int32_t add_of_tiff(std::string_view bytes, Format format, RawCandidates& candidates) {
  const std::optional<TiffBytes> file = raw_tiff(bytes);
  const std::vector<TiffDirectory> directories = file ? raw_directories(*file) : std::vector<TiffDirectory>();
  if (directories.empty()) return 1;
  for (const TiffDirectory& directory : directories)
    add_of_directory(*file, directory, candidates);
  if (format == Format::rw2) add_of_panasonic(directories.front(), candidates);
  add_previews_of_note(*file, directories.front(), candidates);
  return orientation_of(*file, directories.front());
}

std::int32_t add_of_cr3(std::string_view bytes, RawCandidates& candidates) {
  add_cr3_previews(bytes, candidates);
  const std::optional<TiffBytes> file = raw_tiff(cr3_texts(bytes).image);
  const auto first = file ? file->number32(4) : std::nullopt;
  const auto directory = first ? file->directory(*first) : std::nullopt;
  return directory ? orientation_of(*file, *directory) : 1;
}

/// Its JPEG says itself how the camera was held.
std::int32_t add_of_fuji(std::string_view bytes, RawCandidates& candidates) {
  constexpr std::size_t offset_at = 84;
  constexpr std::size_t size_at = 88;
  if (bytes.size() >= size_at + 4)
    candidates.add(big_endian<std::uint32_t>(bytes, offset_at), big_endian<std::uint32_t>(bytes, size_at));
  return 1;
}

std::int32_t add_all(std::string_view bytes, Format format, RawCandidates& candidates) {
  if (format == Format::cr3) return add_of_cr3(bytes, candidates);
  return format == Format::raf ? add_of_fuji(bytes, candidates) : add_of_tiff(bytes, format, candidates);
}

}  // namespace

std::expected<RawPreview, std::string> read_raw_preview(std::string_view bytes, Format format) {
  RawCandidates candidates(bytes);
  const std::int32_t orientation = add_all(bytes, format, candidates);
  if (candidates.lacks_some()) return wrong("a preview in it is cut off");
  if (candidates.best().empty()) return wrong("it has no preview");
  return RawPreview{.jpeg = candidates.best(), .orientation = orientation};
}

}  // namespace rucola::render::worker
