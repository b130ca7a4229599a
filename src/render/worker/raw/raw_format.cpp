#include "render/worker/raw/raw_format.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/ascii.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t version_at = 2;
constexpr std::size_t first_directory_at = 4;

// Of TIFF 6.0, TIFF/EP and DNG.
constexpr std::uint16_t compression_tag = 0x0103;
constexpr std::uint16_t photometric_tag = 0x0106;
constexpr std::uint16_t make_tag = 0x010f;
constexpr std::uint16_t directories_tag = 0x014a;
constexpr std::uint16_t dng_version_tag = 0xc612;

struct Mark {
  std::string_view bytes;
  Format format;
};
constexpr std::array marks{Mark{"FUJIFILMCCD-RAW "sv, Format::raf}, Mark{"IIRO"sv, Format::orf},
                           Mark{"IIRS"sv, Format::orf}, Mark{"MMOR"sv, Format::orf},
                           Mark{"IIU\0"sv, Format::rw2}};

/// Of those whose files are TIFFs by their first bytes: how the maker's name begins, in capitals or not.
constexpr std::array makers{Mark{"NIKON"sv, Format::nef}, Mark{"SONY"sv, Format::arw},
                            Mark{"PENTAX"sv, Format::pef}, Mark{"RICOH"sv, Format::pef},
                            Mark{"SAMSUNG"sv, Format::srw}};

/// Are the directory's pixels those of a sensor? Nobody else writes them.
bool is_of_sensor(const TiffBytes& file, const TiffDirectory& directory) {
  constexpr std::array<std::uint32_t, 2> photometrics{32803, 34892};                   // CFA, linear
  constexpr std::array<std::uint32_t, 5> packings{32767, 32770, 32772, 34713, 65535};  // of the makers
  const auto photometric = file.number(directory, photometric_tag);
  const auto compression = file.number(directory, compression_tag);
  return (photometric && std::ranges::find(photometrics, *photometric) != photometrics.end()) ||
         (compression && std::ranges::find(packings, *compression) != packings.end());
}

std::string make_of(const TiffBytes& file, const TiffDirectory& directory) {
  const TiffEntry* make = directory.find(make_tag);
  const auto text = make == nullptr ? std::nullopt : file.values(*make);
  constexpr std::size_t enough = 16;
  return upper(text.value_or("").substr(0, enough));
}

std::optional<Format> format_of_tiff(const TiffBytes& file) {
  const std::vector<TiffDirectory> directories = raw_directories(file);
  if (directories.empty()) return std::nullopt;
  if (directories.front().find(dng_version_tag) != nullptr) return Format::dng;
  const std::string make = make_of(file, directories.front());
  const auto* maker =
      std::ranges::find_if(makers, [&](const Mark& mark) { return make.starts_with(mark.bytes); });
  if (maker == makers.end()) return std::nullopt;
  const bool has_sensor = std::ranges::any_of(
      directories, [&](const TiffDirectory& directory) { return is_of_sensor(file, directory); });
  return has_sensor ? std::optional(maker->format) : std::nullopt;
}

}  // namespace

std::optional<TiffBytes> raw_tiff(std::string_view bytes) {
  constexpr std::uint16_t of_tiff = 42;
  const std::optional<ByteOrder> order = byte_order_of(bytes);
  if (!order) return std::nullopt;
  const TiffBytes file(bytes, *order);
  const bool has_mark =
      std::ranges::any_of(marks, [&](const Mark& mark) { return bytes.starts_with(mark.bytes); });
  return has_mark || file.number16(version_at) == of_tiff ? std::optional(file) : std::nullopt;
}

std::vector<TiffDirectory> raw_directories(const TiffBytes& file) {
  constexpr std::size_t most_in_a_row = 8;
  constexpr std::size_t most_below_one = 16;
  std::vector<TiffDirectory> found;
  std::size_t at = file.number32(first_directory_at).value_or(0);
  for (std::size_t i = 0; i < most_in_a_row && at != 0; ++i) {
    std::optional<TiffDirectory> directory = file.directory(at);
    if (!directory) break;
    at = directory->next;
    found.push_back(*std::move(directory));
    const TiffEntry* list = found.back().find(directories_tag);
    const TiffEntry below = list == nullptr ? TiffEntry{} : *list;  // what it points into is about to move
    for (std::size_t j = 0; j < std::min<std::size_t>(below.count, most_below_one); ++j) {
      const auto offset = file.number(below, j);
      if (!offset) break;
      if (auto one_below = file.directory(*offset)) found.push_back(*std::move(one_below));
    }
  }
  return found;
}

std::optional<Format> raw_format(std::string_view bytes) {
  constexpr std::size_t canon_mark_at = 8;
  const auto* mark =
      std::ranges::find_if(marks, [&](const Mark& known) { return bytes.starts_with(known.bytes); });
  if (mark != marks.end()) return mark->format;
  constexpr std::size_t brand_end = 12;
  if (bytes.size() >= brand_end && bytes.substr(4, brand_end - 4) == "ftypcrx "sv) return Format::cr3;
  const std::optional<TiffBytes> tiff = raw_tiff(bytes);
  if (!tiff) return std::nullopt;
  if (bytes.size() > canon_mark_at && bytes.substr(canon_mark_at).starts_with("CR\2"sv)) return Format::cr2;
  return format_of_tiff(*tiff);
}

}  // namespace rucola::render::worker
