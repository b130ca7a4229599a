#include "render/worker/colors/color_encoding.h"

namespace rucola::render::worker {
namespace {

constexpr int unspecified = 2;
constexpr Chromaticity illuminant_c{.x = 0.310, .y = 0.316};
constexpr Chromaticity dci_white{.x = 0.314, .y = 0.351};
constexpr Primaries bt470_m{.red = {.x = 0.67, .y = 0.33},
                            .green = {.x = 0.21, .y = 0.71},
                            .blue = {.x = 0.14, .y = 0.08},
                            .white = illuminant_c};
constexpr Primaries bt470_bg{.red = {.x = 0.64, .y = 0.33},
                             .green = {.x = 0.29, .y = 0.60},
                             .blue = {.x = 0.15, .y = 0.06},
                             .white = d65};
constexpr Primaries smpte_170{.red = {.x = 0.630, .y = 0.340},
                              .green = {.x = 0.310, .y = 0.595},
                              .blue = {.x = 0.155, .y = 0.070},
                              .white = d65};
constexpr Primaries film{.red = {.x = 0.681, .y = 0.319},
                         .green = {.x = 0.243, .y = 0.692},
                         .blue = {.x = 0.145, .y = 0.049},
                         .white = illuminant_c};
constexpr Primaries dci_p3{.red = {.x = 0.680, .y = 0.320},
                           .green = {.x = 0.265, .y = 0.690},
                           .blue = {.x = 0.150, .y = 0.060},
                           .white = dci_white};
constexpr Primaries ebu_3213{.red = {.x = 0.630, .y = 0.340},
                             .green = {.x = 0.295, .y = 0.605},
                             .blue = {.x = 0.155, .y = 0.077},
                             .white = d65};

/// H.273, table 2.
std::optional<Primaries> primaries_of(int code) {
  switch (code) {
    case 1:
      return srgb_primaries;
    case 4:
      return bt470_m;
    case 5:
      return bt470_bg;
    case 6:
    case 7:
      return smpte_170;
    case 8:
      return film;
    case 9:
      return bt2020_primaries;
    case 11:
      return dci_p3;
    case 12: {
      Primaries display_p3 = dci_p3;
      display_p3.white = d65;
      return display_p3;
    }
    case 22:
      return ebu_3213;
    default:
      return std::nullopt;
  }
}

ColorEncoding power(double exponent) {
  return {.transfer = Transfer::power, .exponent = exponent};
}

/// H.273, table 3; the primaries are left out.
std::optional<ColorEncoding> transfer_of(int code, CicpIn in) {
  constexpr double bt1886 = 2.4;
  switch (code) {
    case 1:  // BT.709, and what has its curve
    case 6:
    case 11:
    case 12:
    case 14:
    case 15:
      return in == CicpIn::png ? power(bt1886) : ColorEncoding{};
    case 4:
      return power(2.2);
    case 5:
      return power(2.8);
    case 7:
      return ColorEncoding{.transfer = Transfer::smpte_240};
    case 8:
      return power(1);
    case 13:
      return ColorEncoding{};
    case 16:
      return ColorEncoding{.transfer = Transfer::pq};
    case 17:
      return ColorEncoding{.transfer = Transfer::smpte_428};
    case 18:
      return ColorEncoding{.transfer = Transfer::hlg};
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<ColorEncoding> encoding_of(Cicp cicp, CicpIn in) {
  std::optional<ColorEncoding> encoding = transfer_of(cicp.transfer, in);
  std::optional<Primaries> primaries = primaries_of(cicp.primaries);
  if (in == CicpIn::heif) {
    if (cicp.transfer == unspecified) encoding = ColorEncoding{};
    if (cicp.primaries == unspecified) primaries = srgb_primaries;
  }
  if (!encoding || !primaries) return std::nullopt;
  encoding->primaries = *primaries;
  return encoding;
}

}  // namespace rucola::render::worker
