// How light brighter than white is brought onto a screen that has none, and what it is made of: the transfer
// functions of PQ and HLG, and matrices between primaries. 1 is the light of diffuse white, 203 cd/m² (ITU-R
// BT.2408), which is where renders have the same grey as Chromium on such a screen.
//
// Pure.
#pragma once

#include <array>

#include "render/worker/colors/color_encoding.h"

namespace rucola::render::worker {

inline constexpr double white_nits = 203;

/// SMPTE ST 2084: light, in cd/m², of a sample from 0 to 1.
double nits_of_pq(double sample);

/// ITU-R BT.2100: light of the scene, 0 to 1, of a sample from 0 to 1.
double scene_light_of_hlg(double sample);

/// sRGB, IEC 61966-2-1: sample of light, both from 0 to 1.
double srgb_of_light(double light);

using Matrix = std::array<std::array<double, 3>, 3>;

/// From light of the one primaries to light of the others, white staying white (von Kries, Bradford). The
/// identity where they span no colours.
Matrix between(const Primaries& from, const Primaries& to);

/// The reference white tone mapping operator of SMPTE ST 2094-50, for a screen whose white is as bright as it
/// gets. Up to white it is a straight line, above it a quadratic Bézier curve that ends with the brightest
/// light of the picture.
class ToneCurve {
 public:
  explicit ToneCurve(double peak_nits);

  /// By which all three channels are multiplied where the highest of them, with BT.2020's primaries, is
  /// `highest`.
  [[nodiscard]] double gain(double highest) const;

 private:
  double peak_;   ///< of the picture; at least 1
  double white_;  ///< what becomes of white
};

}  // namespace rucola::render::worker
