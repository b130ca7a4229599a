// What a file says of itself besides its pixels, unread, as libvips hands it out with the picture.
//
// A worker has one thread. Errors: vips::VError.
#pragma once

#include <cstddef>
#include <string_view>

#include <vips/vips8>

namespace rucola::render::worker {

/// What a segment of a JPEG can hold. Reading takes time with the square of the number of properties: 0.4 s
/// for as many as fit, minutes for what a PNG may have.
inline constexpr std::size_t longest_metadata_block = std::size_t{64} << 10;

/// Empty where there is none; of any length.
struct MetadataBlocks {
  std::string_view exif;  ///< with "Exif\0\0" before it, or without
  std::string_view iptc;  ///< by itself, or within Photoshop's resources
  std::string_view xmp;
};

/// They lie in `image`.
MetadataBlocks metadata_blocks_of(const vips::VImage& image);

}  // namespace rucola::render::worker
