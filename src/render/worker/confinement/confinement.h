// What a worker gives up before it looks at a stranger's bytes, in this order: identity and network, limits,
// new privileges, files (landlock.h), and, once libvips stands, system calls (seccomp_filter.h).
//
// Threads: called from main() before any other thread exists; all but identity apply to threads made later.
// Errors: a text for the log. Measures that the machine does not allow are added to `missing`; the mandatory
// ones (limits, no new privileges, system calls) fail.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include <sys/types.h>

namespace rucola::render::worker {

/// Closes what the server may have leaked; only stdio and the socket stay.
void close_other_descriptors(int socket);

/// To other processes, as nice(1) does.
void give_way(int niceness);

/// As root: another user without capabilities. Everywhere: a network of its own, where possible.
/// True if the worker is another user than the server now.
bool drop_identity(std::vector<std::string>& missing);

/// Ends the worker when the thread that spawned it ends, keeps it from being traced, and from dying of the
/// signals that are meant for the server.
std::expected<void, std::string> bind_to_parent(pid_t parent);

std::expected<void, std::string> set_limits(std::int64_t memory_bytes, bool own_user);

/// Before each job: so much processor time from now on, then SIGXCPU.
void allow_processor_time(std::int64_t seconds);

std::expected<void, std::string> forbid_new_privileges();

/// Once nothing can fail before the first job any more.
void silence_stderr();

}  // namespace rucola::render::worker
