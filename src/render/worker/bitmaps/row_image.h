// A libvips image whose rows somebody computes when they are asked for: files that are decoded here, without
// a library, need no memory for all of their pixels.
//
// Threads: an image may be asked by any, one row at a time is read; where rows are read in order, those just
// read are kept for threads that are a little behind. Errors: vips::VError, from making it and, as libvips
// has it, from whatever looks at its pixels.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include <vips/vips8>

#include "render/plan/size.h"

namespace rucola::render::worker {

struct RowLayout {
  Size size;
  int bands = 3;
  VipsBandFormat format = VIPS_FORMAT_UCHAR;
  VipsInterpretation interpretation = VIPS_INTERPRETATION_sRGB;
  /// A row above the last one is dear: to be had, all is read from the start.
  bool in_order = false;
};

class Rows {
 public:
  Rows() = default;
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  virtual ~Rows() = default;

  [[nodiscard]] virtual RowLayout layout() const = 0;
  /// `row` is as long as the layout says, and aligned for its numbers. False: the file is damaged there.
  virtual bool read(int y, std::span<std::uint8_t> row) = 0;
};

/// What the rows are read from outlives the image.
vips::VImage image_of(std::shared_ptr<Rows> rows);

/// With all that is said of `described`, whose pixels are laid out as the rows are; they are not looked at.
vips::VImage image_of(std::shared_ptr<Rows> rows, const vips::VImage& described);

}  // namespace rucola::render::worker
