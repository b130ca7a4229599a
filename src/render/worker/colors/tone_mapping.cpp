#include "render/worker/colors/tone_mapping.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "render/worker/colors/tone_curve.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

using Light = std::array<float, 3>;
using FastMatrix = std::array<Light, 3>;

constexpr std::size_t samples_of_16_bits = 65'536;

FastMatrix fast(const Matrix& matrix) {
  FastMatrix result{};
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column)
      result[row][column] = static_cast<float>(matrix[row][column]);
  }
  return result;
}

Light operator*(const FastMatrix& m, const Light& light) {
  return {m[0][0] * light[0] + m[0][1] * light[1] + m[0][2] * light[2],
          m[1][0] * light[0] + m[1][1] * light[1] + m[1][2] * light[2],
          m[2][0] * light[0] + m[2][1] * light[1] + m[2][2] * light[2]};
}

/// For HLG of the scene; for PQ 1 is white.
double light_of(double sample, Transfer transfer) {
  return transfer == Transfer::hlg ? scene_light_of_hlg(sample) : nits_of_pq(sample) / white_nits;
}

std::vector<float> light_by_sample(std::size_t samples, Transfer transfer) {
  std::vector<float> table(samples);
  for (std::size_t i = 0; i < samples; ++i)
    table[i] =
        static_cast<float>(light_of(static_cast<double>(i) / static_cast<double>(samples - 1), transfer));
  return table;
}

/// Steep where it is dark, so with as many entries as a sample of 16 bits has values.
std::vector<std::uint8_t> srgb_by_light() {
  std::vector<std::uint8_t> table(samples_of_16_bits);
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double light = static_cast<double>(i) / static_cast<double>(table.size() - 1);
    table[i] = static_cast<std::uint8_t>(std::lround(255 * srgb_of_light(light)));
  }
  return table;
}

/// What is done to one pixel, with all that can be computed beforehand.
class ToneMapper {
 public:
  ToneMapper(const ColorEncoding& encoding, std::size_t samples)
      : light_(light_by_sample(samples, encoding.transfer)),
        srgb_(srgb_by_light()),
        curve_(encoding.transfer == Transfer::hlg ? hlg_nits : encoding.peak_nits),
        is_hlg_(encoding.transfer == Transfer::hlg),
        in_(fast(between(encoding.primaries, bt2020_primaries))),
        out_(fast(between(bt2020_primaries, srgb_primaries))) {}

  [[nodiscard]] float light(std::size_t sample) const { return light_[sample]; }

  [[nodiscard]] std::array<std::uint8_t, 3> mapped(const Light& own) const {
    Light light = in_ * own;
    const float scale = is_hlg_ ? of_screen(light) : 1;
    const float highest = std::max({light[0], light[1], light[2]}) * scale;
    const float gain = scale * static_cast<float>(curve_.gain(highest));
    for (float& channel : light)
      channel *= gain;
    light = out_ * light;
    return {sample(light[0]), sample(light[1]), sample(light[2])};
  }

 private:
  static constexpr double hlg_nits = 1000;

  /// BT.2100's system gamma: from light of the scene to light of a screen of 1000 cd/m², where 1 is white.
  static float of_screen(const Light& scene) {
    constexpr auto brightest = static_cast<float>(hlg_nits / white_nits);
    constexpr float gamma_less_one = 0.2F;
    const float luminance = 0.2627F * scene[0] + 0.6780F * scene[1] + 0.0593F * scene[2];
    return luminance > 0 ? brightest * std::pow(luminance, gamma_less_one) : 0;
  }

  [[nodiscard]] std::uint8_t sample(float light) const {
    constexpr float highest = samples_of_16_bits - 1;
    return srgb_[static_cast<std::size_t>(std::lrint(std::clamp(light, 0.0F, 1.0F) * highest))];
  }

  std::vector<float> light_;
  std::vector<std::uint8_t> srgb_;
  ToneCurve curve_;
  bool is_hlg_;
  FastMatrix in_;
  FastMatrix out_;
};

/// Of one row; `Sample` has 8 or 16 bits.
template <class Sample>
void map_row(const ToneMapper& mapper, const Sample* in, std::uint8_t* out, int pixels, int bands) {
  const int colors = bands >= 3 ? 3 : 1;
  for (int i = 0; i < pixels; ++i, in += bands, out += bands) {
    const float first = mapper.light(in[0]);
    const Light light{first, colors == 3 ? mapper.light(in[1]) : first,
                      colors == 3 ? mapper.light(in[2]) : first};
    const auto rgb = mapper.mapped(light);
    std::copy_n(rgb.begin(), colors, out);
    for (int band = colors; band < bands; ++band)
      out[band] = static_cast<std::uint8_t>(in[band] >> (8 * (sizeof(Sample) - 1)));
  }
}

/// What the result holds on to for as long as it is read.
struct Mapping {
  VImage source;
  ToneMapper mapper;
};

int generate(VipsRegion* out, void* sequence, void* /*source*/, void* shared, gboolean* /*stop*/) {
  auto* const in = static_cast<VipsRegion*>(sequence);
  const auto& mapping = *static_cast<const Mapping*>(shared);
  const VipsRect& area = out->valid;
  if (vips_region_prepare(in, &area) != 0) return -1;
  const int bands = in->im->Bands;
  for (int y = area.top; y < area.top + area.height; ++y) {
    const void* from = VIPS_REGION_ADDR(in, area.left, y);
    auto* const to = static_cast<std::uint8_t*>(VIPS_REGION_ADDR(out, area.left, y));
    if (in->im->BandFmt == VIPS_FORMAT_USHORT) {
      map_row(mapping.mapper, static_cast<const std::uint16_t*>(from), to, area.width, bands);
    } else {
      map_row(mapping.mapper, static_cast<const std::uint8_t*>(from), to, area.width, bands);
    }
  }
  return 0;
}

void forget(gpointer mapping) {
  const std::unique_ptr<Mapping> owned(static_cast<Mapping*>(mapping));
}

}  // namespace

VImage tone_mapped(const VImage& image, const ColorEncoding& encoding) {
  const std::size_t samples = image.format() == VIPS_FORMAT_USHORT ? samples_of_16_bits : 256;
  VipsImage* result = vips_image_new();
  VImage owned(result);
  auto mapping = std::make_unique<Mapping>(Mapping{.source = image, .mapper = ToneMapper(encoding, samples)});
  Mapping* const shared = mapping.release();
  g_object_set_data_full(G_OBJECT(result), "rucola-mapping", shared, forget);
  VipsImage* const source = shared->source.get_image();
  if (vips_image_pipelinev(result, VIPS_DEMAND_STYLE_THINSTRIP, source, nullptr) != 0) throw vips::VError();
  result->BandFmt = VIPS_FORMAT_UCHAR;
  result->Type = image.bands() >= 3 ? VIPS_INTERPRETATION_sRGB : VIPS_INTERPRETATION_B_W;
  if (vips_image_generate(result, vips_start_one, generate, vips_stop_one, source, shared) != 0)
    throw vips::VError();
  return owned;
}

}  // namespace rucola::render::worker
