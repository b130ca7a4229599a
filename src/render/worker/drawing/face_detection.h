// Finds faces in a picture that look at whoever looks at it, with dlib's detector: histograms of gradients,
// whose weights are part of the program.
//
// Threads: a worker has one, and so has the search. Time and memory are linear in the pixels: for 640 by 480
// about 60 ms and 10 MB, four times as much where no face is large; the first search of a process takes 0.2 s
// more. Errors: vips::VError.
#pragma once

#include <vector>

#include <vips/vips8>

#include "render/source/faces.h"

namespace rucola::render::worker {

/// 64 at most. `image` is sRGB or grey, eight bits. Where no face is found of at least 80 pixels a side,
/// those from 40 on.
std::vector<Face> find_faces(const vips::VImage& image);

}  // namespace rucola::render::worker
