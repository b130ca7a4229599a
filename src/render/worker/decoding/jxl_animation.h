// How a JPEG XL moves, as libjxl tells it before any frame is decoded: libvips, which decodes them, counts
// frames without end and rounds each one's time by itself.
//
// Threads: a worker has one. Hostile input is expected. Errors: as source.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <vips/vips8>

#include "base/error.h"
#include "render/protocol/messages.h"

namespace rucola::render::worker {

struct JxlAnimation {
  std::int32_t plays = 0;                 ///< 0: without end
  std::vector<std::int32_t> delays_ms{};  ///< of the frames that are shown, more than one
};

/// Null: it is a still, which layers and pages that are not shown after a time don't change; or is damaged
/// before anything is said of frames. At most one frame more is looked at than the limits allow.
Result<std::shared_ptr<const JxlAnimation>> read_jxl_animation(std::string_view bytes,
                                                               const protocol::Limits& limits);

/// `frames`: all of them, below each other.
vips::VImage with_timing(const vips::VImage& frames, const JxlAnimation& animation);

}  // namespace rucola::render::worker
