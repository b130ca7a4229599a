// A picture whose size goes with its quality.
#pragma once

#include <vector>

#include <vips/vips8>

namespace rucola::render::worker {

/// Smooth colours with fine noise, as a photo has them.
inline vips::VImage photo(int width, int height) {
  using vips::VImage;
  const VImage waves = VImage::sines(width, height, VImage::option()->set("uchar", true)->set("hfreq", 1.5));
  const VImage noise =
      VImage::gaussnoise(width, height, VImage::option()->set("sigma", 6)->set("mean", 0)->set("seed", 7));
  const std::vector<VImage> bands{waves + noise, waves.fliphor() * 0.7 + noise + 30,
                                  waves.flipver() * 0.5 + noise + 60};
  return VImage::bandjoin(bands)
      .cast(VIPS_FORMAT_UCHAR)
      .copy(VImage::option()->set("interpretation", VIPS_INTERPRETATION_sRGB))
      .copy_memory();
}

}  // namespace rucola::render::worker
