// BMP, icons and Photoshop files as sources. libvips reads none of them without ImageMagick, which is kept
// out, and no decoder of FFmpeg's is called; they are simple enough to be read here.
//
// Threads: a worker has one. Errors: as source.h.
#pragma once

#include <memory>
#include <string_view>

#include "render/worker/bitmaps/row_image.h"
#include "render/worker/decoding/source.h"

namespace rucola::render::worker {

/// Views are of the file.
struct Bitmap {
  std::shared_ptr<Rows> rows;  ///< nothing: an icon has a PNG inside
  std::string_view png{};
  // What the file says of the picture; empty where it says nothing.
  std::string_view profile{};
  std::string_view exif{};
  std::string_view iptc{};
  std::string_view xmp{};
};

bool is_read_here(Format format);

/// `format`: one that is read here. Checks the limits, then whether all of the pixels are there.
Result<SourceHeader> read_bitmap_header(std::string_view bytes, Format format, const protocol::Limits& limits,
                                        Scrutiny scrutiny);

/// In colours of its own, with what the file says of it.
vips::VImage decode_bitmap(const SourceHeader& header, VipsFailOn fail_on);

}  // namespace rucola::render::worker
