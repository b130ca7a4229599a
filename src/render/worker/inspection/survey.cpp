#include "render/worker/inspection/survey.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <vector>

namespace rucola::render::worker {
namespace {

using vips::VImage;

/// The positions along one side from which samples are taken: in the middle of each stretch.
struct Grid {
  explicit Grid(int length)
      : stretch(1 + (length - 1) / most), count(1 + (length - 1 - stretch / 2) / stretch) {}

  [[nodiscard]] bool has(int position) const { return position % stretch == stretch / 2; }
  [[nodiscard]] int index_of(int position) const { return position / stretch; }
  /// The first that is not before `position`.
  [[nodiscard]] int first_from(int position) const {
    return position + (stretch + stretch / 2 - position % stretch) % stretch;
  }

  static constexpr int most = 128;
  int stretch;
  int count;
};

/// What libvips calls with one region after the other. Each writes the samples that lie in it.
struct Surveying {
  explicit Surveying(const VImage& image)
      : across(image.width()),
        down(image.height()),
        has_alpha(image.has_alpha()),
        samples(VIPS_IMAGE_SIZEOF_PEL(image.get_image()) * static_cast<std::size_t>(across.count) *
                static_cast<std::size_t>(down.count)) {}

  Grid across;
  Grid down;
  bool has_alpha;
  std::atomic<bool> opaque = true;
  std::vector<unsigned char> samples;
};

template <class Value>
bool is_opaque(const void* row, int pixels, int bands, double highest) {
  const auto* value = static_cast<const Value*>(row) + (bands - 1);
  for (int i = 0; i < pixels; ++i, value += bands) {
    if (static_cast<double>(*value) < highest) return false;
  }
  return true;
}

bool row_is_opaque(VipsRegion* region, int y) {
  const VipsRect& area = region->valid;
  const void* row = VIPS_REGION_ADDR(region, area.left, y);
  const int bands = region->im->Bands;
  const double highest = vips_interpretation_max_alpha(region->im->Type);
  switch (region->im->BandFmt) {
    case VIPS_FORMAT_UCHAR:
      return is_opaque<unsigned char>(row, area.width, bands, highest);
    case VIPS_FORMAT_USHORT:
      return is_opaque<unsigned short>(row, area.width, bands, highest);
    case VIPS_FORMAT_SHORT:
      return is_opaque<short>(row, area.width, bands, highest);
    case VIPS_FORMAT_FLOAT:
      return is_opaque<float>(row, area.width, bands, highest);
    case VIPS_FORMAT_DOUBLE:
      return is_opaque<double>(row, area.width, bands, highest);
    default:
      return false;
  }
}

void take_samples(VipsRegion* region, int y, Surveying& surveying) {
  const VipsRect& area = region->valid;
  const std::size_t pixel = VIPS_IMAGE_SIZEOF_PEL(region->im);
  const auto row =
      static_cast<std::size_t>(surveying.down.index_of(y)) * static_cast<std::size_t>(surveying.across.count);
  for (int x = surveying.across.first_from(area.left); x < area.left + area.width;
       x += surveying.across.stretch) {
    const std::size_t index = row + static_cast<std::size_t>(surveying.across.index_of(x));
    std::memcpy(surveying.samples.data() + index * pixel, VIPS_REGION_ADDR(region, x, y), pixel);
  }
}

int look_at(VipsRegion* region, void* /*sequence*/, void* shared, void* /*unused*/, gboolean* /*stop*/) {
  auto& surveying = *static_cast<Surveying*>(shared);
  const VipsRect& area = region->valid;
  for (int y = area.top; y < area.top + area.height; ++y) {
    if (surveying.down.has(y)) take_samples(region, y, surveying);
    if (surveying.has_alpha && surveying.opaque && !row_is_opaque(region, y)) surveying.opaque = false;
  }
  return 0;
}

/// Lab of four bytes, packed, has no channels to look at.
VImage unpacked(const VImage& image) {
  if (image.coding() == VIPS_CODING_NONE) return image;
  VipsImage* plain = nullptr;
  if (vips_image_decode(image.get_image(), &plain) != 0) throw vips::VError();
  VImage decoded(plain);  // no braces: from libvips 8.16 on, only said aloud
  return decoded;
}

VImage picture_of_samples(const VImage& image, Surveying& surveying) {
  VipsImage* copied = vips_image_new_from_memory_copy(surveying.samples.data(), surveying.samples.size(),
                                                      surveying.across.count, surveying.down.count,
                                                      image.bands(), image.format());
  if (copied == nullptr) throw vips::VError();
  VImage samples = VImage(copied).copy(VImage::option()->set("interpretation", image.interpretation()));
  if (image.get_typeof(VIPS_META_ICC_NAME) == VIPS_TYPE_BLOB) {
    std::size_t size = 0;
    const void* profile = image.get_blob(VIPS_META_ICC_NAME, &size);
    vips_image_set_blob_copy(samples.get_image(), VIPS_META_ICC_NAME, profile, size);
  }
  return samples;
}

}  // namespace

Survey survey(const VImage& image) {
  const VImage plain = unpacked(image);
  Surveying surveying(plain);
  if (vips_sink(plain.get_image(), nullptr, look_at, nullptr, &surveying, nullptr) != 0) throw vips::VError();
  return {.opaque = surveying.opaque, .samples = picture_of_samples(plain, surveying)};
}

}  // namespace rucola::render::worker
