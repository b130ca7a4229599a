// The error of a side that did not keep to the protocol. Thread-safe.
#pragma once

#include <string>
#include <utility>

#include "base/error.h"

namespace rucola::render::protocol {

/// internal; `detail` is for the log.
inline std::unexpected<Error> broken(std::string detail) {
  return fail(ErrorCode::internal, "The image could not be processed.",
              "worker protocol: " + std::move(detail));
}

}  // namespace rucola::render::protocol
