// The system calls a worker may still make while it decodes: an allow-list; what is not on it fails with
// EPERM, what only an attacker would try (sockets, programs, tracing, namespaces) kills the process.
//
// Binds all threads, present and future. Irrevocable.
#pragma once

#include <expected>
#include <string>

namespace rucola::render::worker {

std::expected<void, std::string> filter_system_calls();

}  // namespace rucola::render::worker
