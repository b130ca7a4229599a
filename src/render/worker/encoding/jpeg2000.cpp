#include "render/worker/encoding/jpeg2000.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "render/worker/memory/vips_blob.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

constexpr int sound_from_side = 256;

std::string save(const VImage& image, std::int32_t quality, bool lossless) {
  const OwnedBlob blob(image.jp2ksave_buffer(
      VImage::option()->set("strip", TRUE)->set("Q", quality)->set("lossless", lossless)));
  std::size_t size = 0;
  const void* data = vips_blob_get(blob.get(), &size);
  return {static_cast<const char*>(data), size};
}

/// Of each band: by how much its mean has moved, and the mean of the squares of all differences.
bool is_near(const VImage& difference, double most_squares) {
  constexpr double most_shift = 3;
  for (int band = 0; band < difference.bands(); ++band) {
    const VImage one = difference.extract_band(band);
    if (std::abs(one.avg()) > most_shift || (one * one).avg() > most_squares) return false;
  }
  return true;
}

/// The quality is the PSNR, in dB, that the coder aims at, as far as its filters let it.
bool came_out_right(const VImage& image, const std::string& jp2, std::int32_t quality) {
  constexpr double most_aimed_at = 40;
  constexpr double slack = 4;
  constexpr double largest = 255;
  const double psnr = std::min<double>(quality, most_aimed_at) - slack;
  const OwnedBlob blob(vips_blob_new(nullptr, jp2.data(), jp2.size()));
  const VImage decoded = VImage::jp2kload_buffer(blob.get());
  const VImage difference = (decoded.cast(VIPS_FORMAT_FLOAT) - image.cast(VIPS_FORMAT_FLOAT)).copy_memory();
  return is_near(difference, largest * largest / std::pow(10, psnr / 10));
}

}  // namespace

std::string jpeg2000(const VImage& image, const Encoding& encoding) {
  if (encoding.lossless) return save(image, encoding.quality, true);
  if (std::min(image.width(), image.height()) >= sound_from_side) return save(image, encoding.quality, false);
  const VImage pixels = image.copy_memory();  // read several times
  std::int32_t tried = 0;
  for (const std::int32_t quality : {encoding.quality, 30, 40, 60}) {
    if (quality <= tried) continue;
    tried = quality;
    std::string lossy = save(pixels, quality, false);
    if (came_out_right(pixels, lossy, encoding.quality)) return lossy;
  }
  return save(pixels, encoding.quality, true);
}

}  // namespace rucola::render::worker
