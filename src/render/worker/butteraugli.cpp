#include "render/worker/butteraugli.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <jxl/butteraugli.h>

#include "base/c_handle.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

constexpr double norm = 3;
constexpr float screen_nits = 80;
/// Detail that a copy adds is seen sooner than detail that it loses; libjxl's tools use the same factor.
constexpr float added_detail = 0.8F;

struct Pixels {
  CHandle<void, g_free> data;
  std::size_t bytes = 0;
};

Pixels rgb(const VImage& image) {
  const VImage color = image.colourspace(VIPS_INTERPRETATION_sRGB);
  const std::vector<double> grey{128, 128, 128};
  const VImage opaque = color.has_alpha() ? color.flatten(VImage::option()->set("background", grey)) : color;
  Pixels pixels;
  pixels.data.reset(opaque.cast(VIPS_FORMAT_UCHAR).write_to_memory(&pixels.bytes));
  return pixels;
}

}  // namespace

double butteraugli_distance(const VImage& original, const VImage& copy) {
  const CHandle<JxlButteraugliApi, JxlButteraugliApiDestroy> api(JxlButteraugliApiCreate(nullptr));
  if (!api) throw vips::VError("out of memory for Butteraugli");
  JxlButteraugliApiSetIntensityTarget(api.get(), screen_nits);
  JxlButteraugliApiSetHFAsymmetry(api.get(), added_detail);
  const Pixels first = rgb(original);
  const Pixels second = rgb(copy);
  const JxlPixelFormat format{
      .num_channels = 3, .data_type = JXL_TYPE_UINT8, .endianness = JXL_NATIVE_ENDIAN, .align = 0};
  const CHandle<JxlButteraugliResult, JxlButteraugliResultDestroy> result(JxlButteraugliCompute(
      api.get(), static_cast<std::uint32_t>(original.width()), static_cast<std::uint32_t>(original.height()),
      &format, first.data.get(), first.bytes, &format, second.data.get(), second.bytes));
  if (!result) throw vips::VError("Butteraugli can't compare the pictures");
  return JxlButteraugliResultGetDistance(result.get(), norm);
}

}  // namespace rucola::render::worker
