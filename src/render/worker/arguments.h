// The command line that the server starts a worker with.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>

#include <sys/types.h>

namespace rucola::render::worker {

struct Arguments {
  int socket = 3;
  std::int64_t memory_bytes = std::int64_t{4} << 30;
  pid_t parent = 0;   ///< 0: whoever it is
  int niceness = 0;   ///< 0 to 19: the higher, the more it gives way to other processes
  std::string probe;  ///< something forbidden to try once confined; empty: work
};

/// The error is for the person who started a worker by hand.
std::expected<Arguments, std::string> parse_arguments(std::span<char* const> arguments);

}  // namespace rucola::render::worker
