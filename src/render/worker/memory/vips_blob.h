// libvips' views of bytes, with one owner. Belongs to one thread.
#pragma once

#include <vips/vips.h>

#include "base/c_handle.h"

namespace rucola::render::worker {

inline void unreference(VipsBlob* blob) {
  vips_area_unref(VIPS_AREA(blob));
}

using OwnedBlob = CHandle<VipsBlob, unreference>;

}  // namespace rucola::render::worker
