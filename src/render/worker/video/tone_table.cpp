#include "render/worker/video/tone_table.h"

#include <cstddef>
#include <utility>

#include "render/worker/colors/source_colors.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

constexpr std::uint32_t intervals = 64;
constexpr std::size_t side = intervals + 1;
constexpr std::uint32_t whole = 1U << 16;

VImage memory_image(int width, int height, VipsBandFormat format, VipsInterpretation interpretation) {
  VipsImage* memory = vips_image_new_memory();
  VImage image(memory);
  vips_image_init_fields(memory, width, height, 3, format, VIPS_CODING_NONE, interpretation, 1, 1);
  if (vips_image_write_prepare(memory) != 0) throw vips::VError();
  return image;
}

/// All of them, in the order of the table.
VImage colors_of_nodes() {
  constexpr std::uint32_t most = whole - 1;
  VImage image = memory_image(static_cast<int>(side), static_cast<int>(side * side), VIPS_FORMAT_USHORT,
                              VIPS_INTERPRETATION_RGB16);
  auto* sample = reinterpret_cast<std::uint16_t*>(VIPS_IMAGE_ADDR(image.get_image(), 0, 0));
  for (std::uint32_t blue = 0; blue < side; ++blue) {
    for (std::uint32_t green = 0; green < side; ++green) {
      for (std::uint32_t red = 0; red < side; ++red) {
        for (const std::uint32_t node : {red, green, blue})
          *sample++ = static_cast<std::uint16_t>(node * most / intervals);
      }
    }
  }
  return image;
}

/// One way to go from a node towards a colour.
struct Axis {
  std::uint32_t part;  ///< of the interval, of `whole`
  std::size_t step;    ///< to the next node
};

/// The farthest comes first.
void sort(std::array<Axis, 3>& axes) {
  const auto order = [](Axis& one, Axis& other) {
    if (one.part < other.part) std::swap(one, other);
  };
  order(axes[0], axes[1]);
  order(axes[1], axes[2]);
  order(axes[0], axes[1]);
}

}  // namespace

ToneTable::ToneTable(const ColorEncoding& encoding) : encoding_(encoding), nodes_(side * side * side) {
  const VImage colors = in_encoding(colors_of_nodes(), encoding).copy_memory();
  const auto* sample = static_cast<const std::uint8_t*>(colors.data());
  for (Color& node : nodes_) {
    for (std::uint8_t& channel : node)
      channel = *sample++;
  }
}

/// Between the four nodes of the tetrahedron that the colour lies in.
ToneTable::Color ToneTable::mapped(const std::uint16_t* rgb) const {
  constexpr std::array<std::size_t, 3> steps{1, side, side * side};
  std::array<Axis, 3> axes{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const std::uint32_t place = rgb[i] * intervals;
    at += place / whole * steps[i];
    axes[i] = {.part = place % whole, .step = steps[i]};
  }
  sort(axes);
  std::array<std::uint32_t, 3> sum{whole / 2, whole / 2, whole / 2};
  std::uint32_t farther = whole;
  const auto add = [&](std::uint32_t weight) {
    for (std::size_t i = 0; i < sum.size(); ++i)
      sum[i] += weight * nodes_[at][i];
  };
  for (const Axis& axis : axes) {
    add(farther - axis.part);
    farther = axis.part;
    at += axis.step;
  }
  add(farther);
  return {static_cast<std::uint8_t>(sum[0] / whole), static_cast<std::uint8_t>(sum[1] / whole),
          static_cast<std::uint8_t>(sum[2] / whole)};
}

VImage ToneTable::mapped(const VImage& rgb) const {
  VImage image = memory_image(rgb.width(), rgb.height(), VIPS_FORMAT_UCHAR, VIPS_INTERPRETATION_sRGB);
  const auto* from = static_cast<const std::uint16_t*>(rgb.data());
  auto* to = VIPS_IMAGE_ADDR(image.get_image(), 0, 0);
  const std::size_t pixels = static_cast<std::size_t>(rgb.width()) * static_cast<std::size_t>(rgb.height());
  for (std::size_t i = 0; i < pixels; ++i, from += 3) {
    for (const std::uint8_t channel : mapped(from))
      *to++ = channel;
  }
  return image;
}

}  // namespace rucola::render::worker
