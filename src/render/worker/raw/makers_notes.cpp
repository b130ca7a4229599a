#include "render/worker/raw/makers_notes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

constexpr std::uint16_t exif_tag = 0x8769;
constexpr std::uint16_t note_tag = 0x927c;

/// A note's directory, and what its offsets are counted from.
struct Note {
  TiffBytes bytes;
  std::size_t base = 0;  ///< where these begin in the file
  TiffDirectory directory;
};

std::optional<Note> read_note(const TiffBytes& bytes, std::size_t base, std::size_t directory_at) {
  auto directory = bytes.directory(directory_at);
  if (!directory) return std::nullopt;
  return Note{.bytes = bytes, .base = base, .directory = *std::move(directory)};
}

/// With offsets from the beginning of the note, which says its byte order just before the directory.
std::optional<Note> read_own_note(const TiffBytes& file, std::size_t note, std::size_t directory_at) {
  constexpr std::size_t mark = 4;
  const std::string_view bytes = file.bytes().substr(note);
  const auto order = byte_order_of(bytes.substr(directory_at - mark));
  return order ? read_note(TiffBytes(bytes, *order), note, directory_at) : std::nullopt;
}

void add_between(const Note& note, const TiffDirectory& directory, std::uint16_t offset_tag,
                 std::uint16_t size_tag, RawCandidates& candidates) {
  const auto at = note.bytes.number(directory, offset_tag);
  const auto size = note.bytes.number(directory, size_tag);
  if (at && size) candidates.add(std::uint64_t{note.base} + *at, *size, RawCandidates::Witness::makers_note);
}

/// In a directory below: its offset, in older cameras the directory itself.
void add_olympus(const Note& note, RawCandidates& candidates) {
  constexpr std::uint16_t settings_tag = 0x2020;
  constexpr std::uint16_t preview_tag = 0x0101;
  constexpr std::uint16_t preview_size_tag = 0x0102;
  const TiffEntry* settings = note.directory.find(settings_tag);
  if (settings == nullptr) return;
  const auto offset = settings->count == 1 ? note.bytes.number(*settings) : std::optional<std::uint32_t>();
  const auto directory = note.bytes.directory(offset ? *offset : settings->at);
  if (directory) add_between(note, *directory, preview_tag, preview_size_tag, candidates);
}

void add_nikon(const Note& note, RawCandidates& candidates) {
  constexpr std::uint16_t preview_tag = 0x0011;
  constexpr std::uint16_t jpeg_tag = 0x0201;
  constexpr std::uint16_t jpeg_size_tag = 0x0202;
  const auto offset = note.bytes.number(note.directory, preview_tag);
  const auto directory = offset ? note.bytes.directory(*offset) : std::nullopt;
  if (directory) add_between(note, *directory, jpeg_tag, jpeg_size_tag, candidates);
}

/// A TIFF of its own behind the mark.
std::optional<Note> read_nikon_note(const TiffBytes& file, std::size_t note) {
  constexpr std::size_t mark = 10;
  const std::string_view bytes = file.bytes().substr(note + mark);
  const auto order = byte_order_of(bytes);
  if (!order) return std::nullopt;
  const TiffBytes tiff(bytes, *order);
  const auto first = tiff.number32(4);
  return first ? read_note(tiff, note + mark, *first) : std::nullopt;
}

}  // namespace

void add_previews_of_note(const TiffBytes& file, const TiffDirectory& first, RawCandidates& candidates) {
  constexpr std::size_t shortest = 18;
  const auto exif_at = file.number(first, exif_tag);
  const auto exif = exif_at ? file.directory(*exif_at) : std::nullopt;
  const TiffEntry* entry = exif ? exif->find(note_tag) : nullptr;
  const auto text = entry == nullptr ? std::nullopt : file.values(*entry);
  if (!text || text->size() < shortest) return;
  std::optional<Note> note;
  if (text->starts_with("Nikon\0\2"sv)) {
    note = read_nikon_note(file, entry->at);
    if (note) add_nikon(*note, candidates);
    return;
  }
  if (text->starts_with("OLYMPUS\0"sv)) note = read_own_note(file, entry->at, 12);
  if (text->starts_with("OM SYSTEM\0"sv)) note = read_own_note(file, entry->at, 16);
  if (text->starts_with("OLYMP\0"sv)) note = read_note(file, 0, entry->at + 8);
  if (note) add_olympus(*note, candidates);
}

}  // namespace rucola::render::worker
