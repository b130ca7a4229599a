// One job from message to reply. Whatever libvips throws becomes a reply here.
//
// Threads: a worker has one.
#pragma once

#include <span>

#include "base/unique_fd.h"
#include "render/protocol/messages.h"
#include "render/worker/memory/free_memory.h"

namespace rucola::render::worker {

/// Not for the self-test. `files` are the sources, and after them, where the job makes one, the file for the
/// result.
protocol::Reply carry_out(const protocol::Job& job, std::span<const UniqueFd> files);

/// Answers jobs until the server closes the socket.
/// `files_restricted` is for the self-test: what must hold.
void serve(int socket, bool files_restricted, FreeMemory free_memory);

}  // namespace rucola::render::worker
