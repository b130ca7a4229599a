// What a picture's file says of itself besides its pixels: EXIF, IPTC and XMP, as the API shows them.
//
// A worker has one thread. Errors: vips::VError. What can't be read of the metadata is no error: the picture
// is as good without.
#pragma once

#include <boost/json/object.hpp>
#include <vips/vips8>

namespace rucola::render::worker {

/// `image` as it was decoded. {"exif": {"make": …, "gps": {…}}, "iptc": {…}, "xmp": {"dc": {…}}, "left_out":
/// ["xmp:dc:title"]}, each where there is any; in "left_out" is what was too long, too many or damaged.
boost::json::object read_file_metadata(const vips::VImage& image);

}  // namespace rucola::render::worker
