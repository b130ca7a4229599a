#include "render/worker/bitmaps/row_image.h"

#include <cstddef>
#include <cstring>
#include <exception>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace rucola::render::worker {
namespace {

using vips::VImage;

/// Belongs to the image, which may outlive whoever asked for it.
class Reading {
 public:
  Reading(std::shared_ptr<Rows> rows, std::size_t row_bytes) : rows_(std::move(rows)), row_(row_bytes) {}

  bool fill(VipsRegion& region) {
    const Lock lock(mutex_);
    const VipsRect& part = region.valid;
    const std::size_t pixel = VIPS_IMAGE_SIZEOF_PEL(region.im);
    for (int y = part.top; y < part.top + part.height; ++y) {
      if (!rows_->read(y, row_)) return false;
      std::memcpy(VIPS_REGION_ADDR(&region, part.left, y),
                  row_.data() + pixel * static_cast<std::size_t>(part.left),
                  pixel * static_cast<std::size_t>(part.width));
    }
    return true;
  }

 private:
  Mutex mutex_;
  std::shared_ptr<Rows> rows_ GUARDED_BY(mutex_);
  std::vector<std::uint8_t> row_ GUARDED_BY(mutex_);
};

int generate(VipsRegion* region, void* /*sequence*/, void* reading, void* /*unused*/, gboolean* /*stop*/) {
  try {
    if (static_cast<Reading*>(reading)->fill(*region)) return 0;
    vips_error("rows", "the file is damaged");
  } catch (const std::exception& error) {
    vips_error("rows", "%s", error.what());
  }
  return -1;
}

/// `created` knows its size and format.
VImage generated(const VImage& created, std::shared_ptr<Rows> rows) {
  VipsImage* const image = created.get_image();
  const bool in_order = rows->layout().in_order;
  auto reading = std::make_unique<Reading>(std::move(rows), VIPS_IMAGE_SIZEOF_LINE(image));
  Reading* const owned = reading.release();
  g_object_set_data_full(G_OBJECT(image), "rucola-rows", owned,
                         [](gpointer owner) { delete static_cast<Reading*>(owner); });
  if (vips_image_generate(image, nullptr, generate, nullptr, owned, nullptr) != 0) throw vips::VError();
  return in_order ? created.sequential() : created;
}

}  // namespace

VImage image_of(std::shared_ptr<Rows> rows) {
  const RowLayout layout = rows->layout();
  VImage created(vips_image_new());
  vips_image_init_fields(created.get_image(), layout.size.width, layout.size.height, layout.bands,
                         layout.format, VIPS_CODING_NONE, layout.interpretation, 1, 1);
  if (vips_image_pipelinev(created.get_image(), VIPS_DEMAND_STYLE_THINSTRIP, nullptr) != 0)
    throw vips::VError();
  return generated(created, std::move(rows));
}

VImage image_of(std::shared_ptr<Rows> rows, const VImage& described) {
  VImage created(vips_image_new());
  if (vips_image_pipelinev(created.get_image(), VIPS_DEMAND_STYLE_THINSTRIP, described.get_image(),
                           nullptr) != 0)
    throw vips::VError();
  return generated(created, std::move(rows));
}

}  // namespace rucola::render::worker
