// What is said of sources that are damaged or too large. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"
#include "render/plan/format.h"
#include "render/protocol/messages.h"

namespace rucola::render::worker {

/// For messages: "JPG".
std::string format_name(Format format);

/// `how`: "it is cut off".
std::unexpected<Error> damaged(Format format, const std::string& how);

/// `what`: "it has more than 20 frames". `setting`: what the limit comes from.
std::unexpected<Error> too_large(const std::string& what, std::int64_t limit, const std::string& setting);

/// Errors: payload_too_large, with the limit named.
Result<void> check_pixels(std::int64_t width, std::int64_t height, std::int64_t frames,
                          const protocol::Limits& limits);

}  // namespace rucola::render::worker
