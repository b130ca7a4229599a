#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "render/worker/colors/named_colors.h"
#include "render/worker/structure/big_endian.h"

namespace rucola::render::worker {
namespace {

/// Contents of the chunks before the pixels; empty where there is none.
struct ColorChunks {
  std::string_view cicp;
  std::string_view srgb;
  std::string_view gama;
  std::string_view chrm;
  std::string_view light_level;
  std::string_view mastering_display;
};

ColorChunks read_chunks(std::string_view bytes) {
  constexpr std::size_t signature = 8;
  constexpr std::size_t length_and_type = 8;
  constexpr std::size_t checksum = 4;
  ColorChunks chunks;
  const std::array<std::pair<std::string_view, std::string_view*>, 6> wanted{
      {{"cICP", &chunks.cicp},
       {"sRGB", &chunks.srgb},
       {"gAMA", &chunks.gama},
       {"cHRM", &chunks.chrm},
       {"cLLI", &chunks.light_level},
       {"mDCV", &chunks.mastering_display}}};
  bytes.remove_prefix(std::min(signature, bytes.size()));
  while (bytes.size() >= length_and_type + checksum) {
    const std::size_t length = big_endian<std::uint32_t>(bytes, 0);
    const std::string_view type = bytes.substr(4, 4);
    if (type == "IDAT" || length > bytes.size() - length_and_type - checksum) break;
    const auto* const known = std::ranges::find(wanted, type, [](const auto& entry) { return entry.first; });
    if (known != wanted.end()) *known->second = bytes.substr(length_and_type, length);
    bytes.remove_prefix(length_and_type + length + checksum);
  }
  return chunks;
}

/// The lights are in units of 0.0001 cd/m².
double peak_of(const ColorChunks& chunks) {
  constexpr double units = 10'000;
  constexpr std::size_t mastering_maximum = 16;  // after primaries and white
  double peak = 0;
  if (chunks.light_level.size() == 8) peak = big_endian<std::uint32_t>(chunks.light_level, 0) / units;
  if (peak == 0 && chunks.mastering_display.size() == 24)
    peak = big_endian<std::uint32_t>(chunks.mastering_display, mastering_maximum) / units;
  return peak > 0 ? peak : ColorEncoding{}.peak_nits;
}

/// Samples of a PNG are RGB and of full range; a chunk that says otherwise is wrong.
std::optional<ColorEncoding> from_cicp(const ColorChunks& chunks) {
  if (chunks.cicp.size() != 4) return std::nullopt;
  const bool is_rgb = chunks.cicp[2] == 0;
  const bool is_full_range = chunks.cicp[3] == 1;
  if (!is_rgb || !is_full_range) return std::nullopt;
  auto encoding = encoding_of({.primaries = big_endian<std::uint8_t>(chunks.cicp, 0),
                               .transfer = big_endian<std::uint8_t>(chunks.cicp, 1)},
                              CicpIn::png);
  if (encoding) encoding->peak_nits = peak_of(chunks);
  return encoding;
}

std::optional<Primaries> from_chrm(std::string_view chunk) {
  constexpr double units = 100'000;
  if (chunk.size() != 32) return std::nullopt;
  const auto chromaticity = [&](std::size_t index) {
    return Chromaticity{.x = big_endian<std::uint32_t>(chunk, 8 * index) / units,
                        .y = big_endian<std::uint32_t>(chunk, 8 * index + 4) / units};
  };
  return Primaries{
      .red = chromaticity(1), .green = chromaticity(2), .blue = chromaticity(3), .white = chromaticity(0)};
}

std::optional<ColorEncoding> from_gama(const ColorChunks& chunks) {
  constexpr double units = 100'000;
  constexpr std::uint32_t of_srgb = 45'455;
  if (chunks.gama.size() != 4) return std::nullopt;
  const auto gamma = big_endian<std::uint32_t>(chunks.gama, 0);
  if (gamma == 0) return std::nullopt;
  const std::optional<Primaries> primaries = from_chrm(chunks.chrm);
  if (gamma == of_srgb && !primaries) return std::nullopt;
  return ColorEncoding{.primaries = primaries.value_or(srgb_primaries),
                       .transfer = Transfer::power,
                       .exponent = units / gamma};
}

}  // namespace

NamedColors named_in_png(std::string_view bytes) {
  const ColorChunks chunks = read_chunks(bytes);
  if (const auto encoding = from_cicp(chunks)) return {.encoding = encoding, .outranks_profile = true};
  if (!chunks.srgb.empty()) return {};
  return {.encoding = from_gama(chunks)};
}

}  // namespace rucola::render::worker
