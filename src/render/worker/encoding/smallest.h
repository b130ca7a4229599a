// The smallest file that still looks right: encodes a picture several times and compares the copies with it.
//
// Threads: a worker has one. Errors: as encode(); unprocessable where no encoding makes a file as small as it
// has to be.
#pragma once

#include <span>
#include <string>

#include <vips/vips8>

#include "base/error.h"
#include "render/plan/plan.h"
#include "render/worker/metadata/copyright_notice.h"

namespace rucola::render::worker {

struct Encoded {
  std::string bytes;
  Format format = Format::jpg;
};

/// One of the encodings, the first where none is better. An encoding that would lose transparency which is
/// really there and which the first one keeps, or that scores too little, is left out; so is what comes out
/// larger than the first one, where that is only encoded and not made smaller itself, and what has more bytes
/// than it may. `pixels` lie in memory and are read many times.
Result<Encoded> encode_smallest(const vips::VImage& pixels, std::span<const Encoding> encodings,
                                const CopyrightNotice& notice = {});

}  // namespace rucola::render::worker
