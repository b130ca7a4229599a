// The colours that a picture is made of, as people would name them: few, and those that most of it has.
//
// A worker has one thread. Errors: vips::VError.
#pragma once

#include <boost/json/object.hpp>
#include <vips/vips8>

namespace rucola::render::worker {

/// Of survey()'s samples: {"dominant": "8f6b4e", "palette": ["8f6b4e", …], "shares": [62, …]}, in percent,
/// most first; without what is more transparent than not. Empty where all is.
///
/// The samples fall into 4096 cells of 16 steps of red, green and blue. The fullest cell takes in all whose
/// mean is less than 20 (Delta E, CIE 1976) from its own, then the fullest of the rest, and so on. A colour
/// is the mean of what it took in. The first five count that have a fiftieth of the picture.
boost::json::object image_colors(const vips::VImage& samples);

}  // namespace rucola::render::worker
