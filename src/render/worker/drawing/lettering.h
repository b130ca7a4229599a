// Text as a picture: laid out and drawn with an uploaded font, coloured, turned.
//
// Threads: a worker has one. Errors: Refused (unprocessable where the text comes out too large),
// vips::VError.
#pragma once

#include <vips/vips8>

#include "render/plan/step.h"
#include "render/protocol/messages.h"
#include "render/worker/memory/files.h"

namespace rucola::render::worker {

/// The picture is a little larger than the box that is placed: letters may hang over. Their middles agree.
struct Lettering {
  vips::VImage picture;  ///< in memory, with an alpha band
  Size box;              ///< of the text, turned
};

Lettering letter(const File& font, const TextStep& step, const protocol::Limits& limits);

/// Where the picture comes to lie on an image of that size.
Position place(const Lettering& lettering, const Anchor& anchor, Size image);

}  // namespace rucola::render::worker
