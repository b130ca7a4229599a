// What both ways of ingesting do with a file in the spool.
//
// Threads: any; open_to_render() blocks on the disk. Errors: internal.
#pragma once

#include "base/error.h"
#include "delivery/ingest/ingest.h"
#include "render/renderer.h"

namespace rucola::delivery {

Result<render::Source> open_to_render(const Incoming& incoming);

/// Of several files in one upload, people want to know which.
std::unexpected<Error> naming_the_file(Error error, const Incoming& incoming);

}  // namespace rucola::delivery
