// What samples mean where no ICC profile says it: primaries and a transfer function, as PNG's chunks, the
// nclx box of AVIF and HEIC, and the header of JPEG XL name them.
//
// Values; pure functions.
#pragma once

#include <optional>

namespace rucola::render::worker {

/// CIE 1931.
struct Chromaticity {
  double x = 0;
  double y = 0;

  bool operator==(const Chromaticity&) const = default;
};

struct Primaries {
  Chromaticity red;
  Chromaticity green;
  Chromaticity blue;
  Chromaticity white;

  bool operator==(const Primaries&) const = default;
};

inline constexpr Chromaticity d65{.x = 0.3127, .y = 0.3290};
inline constexpr Primaries srgb_primaries{.red = {.x = 0.64, .y = 0.33},
                                          .green = {.x = 0.30, .y = 0.60},
                                          .blue = {.x = 0.15, .y = 0.06},
                                          .white = d65};
inline constexpr Primaries bt2020_primaries{.red = {.x = 0.708, .y = 0.292},
                                            .green = {.x = 0.170, .y = 0.797},
                                            .blue = {.x = 0.131, .y = 0.046},
                                            .white = d65};

enum class Transfer {
  srgb,
  power,      ///< light is the sample to the power of `exponent`
  smpte_240,  ///< SMPTE ST 240
  smpte_428,  ///< SMPTE ST 428-1: of cinemas
  pq,         ///< SMPTE ST 2084: absolute light, up to 10,000 cd/m²
  hlg,        ///< ITU-R BT.2100: of the scene, to be shown at 1000 cd/m²
};

struct ColorEncoding {
  Primaries primaries = srgb_primaries;
  Transfer transfer = Transfer::srgb;
  double exponent = 1;
  double peak_nits = 1000;  ///< of PQ: the brightest light that the picture has, or was made on

  bool operator==(const ColorEncoding&) const = default;

  [[nodiscard]] bool is_srgb() const { return transfer == Transfer::srgb && primaries == srgb_primaries; }
  [[nodiscard]] bool is_hdr() const { return transfer == Transfer::pq || transfer == Transfer::hlg; }
};

/// Code points of ITU-T H.273.
struct Cicp {
  int primaries = 2;
  int transfer = 2;
};

/// Readers differ, browsers among them, by what the code points stand in.
enum class CicpIn {
  png,   ///< nothing that is unspecified is guessed; the curves of cameras are shown as BT.1886 has it
  heif,  ///< what is unspecified is sRGB's, and so are the curves of cameras
};

/// Nothing where the code points name no colours that could be converted.
std::optional<ColorEncoding> encoding_of(Cicp cicp, CicpIn in);

}  // namespace rucola::render::worker
