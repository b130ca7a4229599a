// How messages of the protocol travel: each as one packet of a SOCK_SEQPACKET socket, with descriptors beside
// it.
//
// Threads: a socket belongs to one thread at a time on each side.
// Errors: internal where the other side broke the protocol or is gone, timed_out past a deadline, overloaded
// where the wait was interrupted.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"

namespace rucola::render::protocol {

inline constexpr std::size_t message_limit_bytes = std::size_t{64} << 10;

struct Message {
  std::string text;
  std::vector<UniqueFd> files;
};

using Deadline = std::chrono::steady_clock::time_point;

/// Takes over none of the descriptors.
Result<void> send_message(int socket, std::string_view text, std::span<const int> files = {});
/// Blocks until a message or, where one is given, until the deadline; or until there is something to read
/// from the descriptor `interrupt`.
Result<Message> receive_message(int socket, std::optional<Deadline> deadline = {}, int interrupt = -1);

}  // namespace rucola::render::protocol
