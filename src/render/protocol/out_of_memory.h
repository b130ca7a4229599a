// What a job is told that found no memory, in its worker or by its end. Thread-safe.
#pragma once

#include <string>
#include <utility>

#include "base/error.h"

namespace rucola::render::protocol {

/// With which a worker ends that can't go on for want of memory.
inline constexpr int out_of_memory_exit = 77;

/// payload_too_large; `detail` is for the log.
inline Error out_of_memory(std::string detail) {
  return {ErrorCode::payload_too_large,
          {"The image needs more memory than allowed (setting render.worker_memory)."},
          {std::move(detail)}};
}

/// Is it out_of_memory()?
inline bool is_out_of_memory(const Error& error) {
  return error.code == ErrorCode::payload_too_large && error.message.text == out_of_memory({}).message.text;
}

}  // namespace rucola::render::protocol
