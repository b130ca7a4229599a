#include "render/worker/bitmaps/psd_structure.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "render/worker/structure/big_endian.h"
#include "render/worker/structure/byte_cursor.h"
#include "render/worker/structure/structure_fault.h"

namespace rucola::render::worker {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view signature = "8BPS";

/// Nothing: as much is not there. Large files count some things by eight bytes.
std::optional<std::string_view> take_counted(ByteCursor& cursor, bool by_eight = false) {
  if (!cursor.has(by_eight ? 8 : 4)) return std::nullopt;
  if (by_eight && cursor.big32() != 0) return std::nullopt;
  const std::size_t size = cursor.big32();
  return cursor.has(size) ? std::optional(cursor.take(size)) : std::nullopt;
}

std::optional<PsdColors> colors_of(std::uint16_t mode) {
  switch (mode) {
    case 0:
      return PsdColors::bitmap;
    case 1:
    case 8:  // duotone: which inks it is printed with its readers may pass over
      return PsdColors::grey;
    case 2:
      return PsdColors::palette;
    case 3:
      return PsdColors::rgb;
    case 4:
      return PsdColors::cmyk;
    case 9:
      return PsdColors::lab;
    default:
      return std::nullopt;
  }
}

bool is_possible(PsdColors colors, int bits) {
  if (colors == PsdColors::bitmap) return bits == 1;
  return bits == 8 || (bits == 16 && colors != PsdColors::palette);
}

/// What stands behind the palette.
struct Resources {
  bool says_there_is_no_picture = false;
};

void read_resource(std::uint16_t id, std::string_view content, PsdStructure& psd, Resources& resources) {
  constexpr std::size_t after_version = 4;
  constexpr std::uint16_t highest_color = 255;
  switch (id) {
    case 1028:
      psd.iptc = content;
      break;
    case 1039:
      psd.profile = content;
      break;
    case 1047:
      if (content.size() >= 2 && big_endian<std::uint16_t>(content, 0) <= highest_color)
        psd.transparent_color = static_cast<std::uint8_t>(content[1]);
      break;
    case 1057:
      resources.says_there_is_no_picture = content.size() > after_version && content[after_version] == 0;
      break;
    case 1058:
      psd.exif = content;
      break;
    case 1060:
      psd.xmp = content;
      break;
    default:
      break;
  }
}

/// As far as they can be followed: the picture does not depend on them.
Resources read_resources(std::string_view bytes, PsdStructure& psd) {
  constexpr std::size_t signature_and_id = 6;
  Resources resources;
  ByteCursor cursor(bytes);
  while (cursor.has(signature_and_id + 1)) {
    cursor.skip(4);
    const std::uint16_t id = cursor.big16();
    const std::size_t name = cursor.byte();
    if (!cursor.skip(name + (name + 1) % 2)) break;
    const auto content = take_counted(cursor);
    if (!content) break;
    if (content->size() % 2 != 0) cursor.skip(1);
    read_resource(id, *content, psd, resources);
  }
  return resources;
}

struct Layers {
  bool are_there = false;
  bool make_transparency = false;  ///< of the finished picture

  /// Of their number. It is negative where the first channel of opacity is that of the finished picture.
  void count(std::string_view info) {
    if (info.size() < 2) return;
    const auto number = static_cast<std::int16_t>(big_endian<std::uint16_t>(info, 0));
    are_there = are_there || number != 0;
    make_transparency = make_transparency || number < 0;
  }
};

/// Those of 16 bits lie in a block of their own.
void read_block(std::string_view key, std::string_view content, Layers& layers) {
  if (key == "Lr16" || key == "Layr") layers.count(content);
  if (key == "Mtrn" || key == "Mt16") layers.make_transparency = true;
}

/// In a PSB these are as long as their eight bytes say.
bool is_counted_by_eight(std::string_view key) {
  constexpr std::array keys{"LMsk"sv, "Lr16"sv, "Lr32"sv, "Layr"sv, "Mt16"sv, "Mt32"sv, "Mtrn"sv,
                            "Alph"sv, "FMsk"sv, "lnk2"sv, "FEid"sv, "FXid"sv, "PxSD"sv};
  return std::ranges::find(keys, key) != keys.end();
}

Layers read_layers(std::string_view bytes, bool is_large) {
  constexpr std::size_t signature_and_key = 8;
  constexpr std::size_t alignment = 4;
  Layers layers;
  ByteCursor cursor(bytes);
  const auto info = take_counted(cursor, is_large);
  if (!info) return layers;
  layers.count(*info);
  if (!take_counted(cursor)) return layers;  // the mask that all share
  while (cursor.has(signature_and_key)) {
    const std::string_view begin = cursor.take(4);
    const std::string_view key = cursor.take(4);
    if (begin != "8BIM" && begin != "8B64") break;
    const auto content = take_counted(cursor, is_large && is_counted_by_eight(key));
    if (!content) break;
    read_block(key, *content, layers);
    cursor.skip((alignment - content->size() % alignment) % alignment);
  }
  return layers;
}

std::expected<PsdStructure, std::string> read_header(ByteCursor& cursor) {
  constexpr std::size_t header = 26;
  constexpr int most_channels = 56;
  if (!cursor.has(header)) return wrong(cut_off);
  cursor.skip(signature.size());
  PsdStructure psd;
  psd.is_large = cursor.big16() == 2;
  cursor.skip(6);
  psd.channels = cursor.big16();
  const std::uint32_t height = cursor.big32();
  const std::uint32_t width = cursor.big32();
  psd.bits = cursor.big16();
  const std::optional<PsdColors> colors = colors_of(cursor.big16());
  if (width == 0 || height == 0) return wrong("it has no pixels");
  if (width > INT32_MAX || height > INT32_MAX) return wrong("its size is impossible");
  psd.size = {static_cast<std::int32_t>(width), static_cast<std::int32_t>(height)};
  if (!colors)
    return wrong(
        "its colours are of a mode that is not read: RGB, CMYK, Lab, grey, duotone, indexed and "
        "bitmap are");
  psd.colors = *colors;
  if (!is_possible(*colors, psd.bits))
    return wrong("its samples of " + std::to_string(psd.bits) +
                 " bits are not read: 8 and 16 are, in bitmaps 1");
  if (psd.channels > most_channels || psd.channels < psd_color_channels(*colors))
    return wrong("it has a wrong number of channels");
  return psd;
}

}  // namespace

int psd_color_channels(PsdColors colors) {
  switch (colors) {
    case PsdColors::rgb:
    case PsdColors::lab:
      return 3;
    case PsdColors::cmyk:
      return 4;
    default:
      return 1;
  }
}

bool is_psd(std::string_view bytes) {
  return bytes.starts_with("8BPS\0\1"sv) || bytes.starts_with("8BPS\0\2"sv);
}

std::expected<PsdStructure, std::string> read_psd_structure(std::string_view bytes) {
  constexpr std::size_t palette_bytes = 768;
  ByteCursor cursor(bytes);
  auto psd = read_header(cursor);
  if (!psd) return psd;
  const auto palette = take_counted(cursor);
  const auto resources = palette ? take_counted(cursor) : std::nullopt;
  const auto layers = resources ? take_counted(cursor, psd->is_large) : std::nullopt;
  if (!layers || !cursor.has(2)) return wrong(cut_off);
  if (psd->colors == PsdColors::palette && palette->size() < palette_bytes)
    return wrong("its palette is too short");
  psd->palette = *palette;
  const Resources said = read_resources(*resources, *psd);
  const Layers found = read_layers(*layers, psd->is_large);
  if (said.says_there_is_no_picture && found.are_there)
    return wrong(
        "it has layers only, and no finished picture: \"maximize compatibility\" saves one with them");
  psd->has_alpha = found.make_transparency && psd->channels > psd_color_channels(psd->colors);
  const std::uint16_t coding = cursor.big16();
  if (coding > 1) return wrong("its picture is packed in a way that is not read: run lengths are");
  psd->is_packed = coding == 1;
  psd->pixels = bytes.substr(cursor.position());
  return psd;
}

}  // namespace rucola::render::worker
