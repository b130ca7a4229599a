// How much a copy looks like its original to a person, by the metric SSIMULACRA 2.1: a structural similarity
// of colours as the eye has them, at six sizes, with weights found from what people said about 22,000
// pictures.
//
// Threads: any; an original may be shared. Errors: vips::VError where pixels can't be read.
#pragma once

#include <array>
#include <vector>

#include <vips/vips8>

namespace rucola::render::worker {

/// One colour component of a picture, row by row.
using Plane = std::vector<float>;

/// What is asked of a picture at one of the six sizes, the three components each.
struct PictureAtScale {
  int width = 0;
  int height = 0;
  std::array<Plane, 3> color;         ///< X, Y and B - Y, about 0 to 1
  std::array<Plane, 3> mean;          ///< of what lies around each pixel
  std::array<Plane, 3> mean_squared;  ///< the mean of the squares there
};

/// An original that copies are compared with. Holds 48 bytes a pixel.
class Ssimulacra2 {
 public:
  explicit Ssimulacra2(const vips::VImage& original);

  /// 100 for the same picture; from 90 on nobody sees a difference, even when the two take turns on the
  /// screen; from 80 on not side by side; 70 is high and 50 medium quality; without limit below. The copy has
  /// the size of the original; what can be seen through is compared over grey. Takes a tenth of a second for
  /// a megapixel.
  [[nodiscard]] double score(const vips::VImage& copy) const;

 private:
  std::vector<PictureAtScale> original_;
};

}  // namespace rucola::render::worker
