// Tone mapping of many pictures of the same kind: what it makes of some colours is asked once, and what lies
// between them is interpolated, which takes a fraction of the time. That is off by less than a level, but for
// colours at the edge of those that sRGB has.
//
// Threads: a worker has one. Errors: vips::VError.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <vips/vips8>

#include "render/worker/colors/color_encoding.h"

namespace rucola::render::worker {

class ToneTable {
 public:
  explicit ToneTable(const ColorEncoding& encoding);

  [[nodiscard]] const ColorEncoding& encoding() const { return encoding_; }
  /// `rgb`: of 16 bits, in memory. The result is sRGB of 8 bits, in memory.
  [[nodiscard]] vips::VImage mapped(const vips::VImage& rgb) const;

 private:
  using Color = std::array<std::uint8_t, 3>;

  [[nodiscard]] Color mapped(const std::uint16_t* rgb) const;

  ColorEncoding encoding_;
  std::vector<Color> nodes_;  ///< by blue, green, red, which varies fastest
};

}  // namespace rucola::render::worker
